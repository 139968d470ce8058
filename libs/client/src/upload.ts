import { isRondelError, RondelError } from '@rondel/contracts';
import type { StoredData, UploadOptions, UploadSource } from './client.js';
import type { Connection } from './connection.js';
import { pause } from './resumed-stream.js';

/** From this size on it is worth an exchange more to be able to go on after a broken connection. */
export const resumableBytes = 8 * 2 ** 20;

const defaultPatienceSeconds = 120;
const firstPauseMs = 100;
const longestPauseMs = 3000;

/** What can be read again; undefined for a stream, which passes once. */
export function sourceOf(body: Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>): UploadSource | undefined {
  if (body instanceof ReadableStream) return undefined;
  const blob = body instanceof Blob ? body : new Blob([body]);
  return { bytes: blob.size, read: (offset) => blob.slice(offset) };
}

/** See `Client.upload`. The protocol is draft-ietf-httpbis-resumable-upload. */
export async function resumableUpload(
  connection: Connection,
  source: UploadSource,
  options: UploadOptions = {},
): Promise<StoredData> {
  const { signal, patienceSeconds = defaultPatienceSeconds } = options;
  const upload = await begin(connection, source, options);
  const patience = patienceFor(patienceSeconds);
  let offset = 0;
  for (;;) {
    try {
      return await send(connection, { upload, offset, source }, options);
    } catch (error) {
      if (!canGoOn(error, signal)) throw error;
      const arrived = await patiently(() => arrivedBytes(connection, upload, signal), { patience, signal, error });
      if (arrived > offset) patience.renew();
      offset = arrived;
    }
  }
}

/** Throws as the connection does: there is nothing to go on with yet. */
async function begin(connection: Connection, { bytes }: UploadSource, { signal }: UploadOptions): Promise<string> {
  const headers = { 'upload-complete': '?0', 'upload-length': String(bytes) };
  const response = await connection.send('/v1/uploads', { method: 'POST', headers, signal });
  await response.body?.cancel();
  const location = response.headers.get('location');
  if (location !== null) return location;
  throw new RondelError('INTERNAL', `${connection.url} began an upload without saying where. Is it a Rondel server?`);
}

interface Part {
  readonly upload: string;
  readonly offset: number;
  readonly source: UploadSource;
}

async function send(connection: Connection, part: Part, { sha256, signal }: UploadOptions): Promise<StoredData> {
  const { upload, offset, source } = part;
  const answer = await connection.json(upload, {
    method: 'PATCH',
    headers: {
      'content-type': 'application/partial-upload',
      'upload-offset': String(offset),
      'upload-complete': '?1',
      ...(sha256 !== undefined && { 'rondel-sha256': sha256 }),
    },
    // What has arrived as a whole only lacks its answer.
    body: offset >= source.bytes ? new Uint8Array(0) : source.read(offset),
    signal,
  });
  return answer as StoredData;
}

async function arrivedBytes(connection: Connection, upload: string, signal: AbortSignal | undefined): Promise<number> {
  const response = await connection.send(upload, { method: 'HEAD', signal });
  return Number(response.headers.get('upload-offset') ?? NaN);
}

interface Patience {
  readonly over: () => boolean;
  renew(): void;
  /** Milliseconds until the next try, more each time. */
  pause(): number;
}

function patienceFor(seconds: number): Patience {
  let until = Date.now() + seconds * 1000;
  let tries = 0;
  return {
    over: () => Date.now() > until,
    renew() {
      until = Date.now() + seconds * 1000;
      tries = 0;
    },
    pause: () => Math.min(longestPauseMs, firstPauseMs * 2 ** tries++),
  };
}

/** Tries until it works; throws the last error when patience ends. */
async function patiently<T>(
  work: () => Promise<T>,
  { patience, signal, error }: { patience: Patience; signal: AbortSignal | undefined; error: unknown },
): Promise<T> {
  for (let last = error; ;) {
    if (patience.over()) throw last;
    await pause(patience.pause(), signal);
    try {
      return await work();
    } catch (next) {
      if (!canGoOn(next, signal)) throw next;
      last = next;
    }
  }
}

/** A connection that broke, a server that is away, and an upload that stands elsewhere than we thought. */
function canGoOn(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted === true || !isRondelError(error)) return false;
  const { code, details } = error.failure;
  return code === 'SERVICE_UNAVAILABLE' || (code === 'CONFLICT' && typeof details?.offset === 'number');
}
