import { isRondelError, RondelError } from '@rondel/contracts';
import type { UploadOptions } from './call-options.js';
import type { StoredData, UploadSource } from './call-options.js';
import type { Connection } from './connection.js';
import { retried } from './retried.js';

/** From this size on it is worth an exchange more to be able to go on after a broken connection. */
export const resumableBytes = 8 * 2 ** 20;

const defaultPatienceSeconds = 120;
/** A broken connection is tried again at once, and later every 3 s, as long as patience lasts. */
const pauses = { retries: Number.POSITIVE_INFINITY, minTimeout: 100, maxTimeout: 3000 };
const longestGivingUpMs = 5000;
const smallestPieceBytes = 2 ** 18;
const firstPieceBytes = 2 ** 20;
const largestPieceBytes = 2 ** 26;

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
  const upload = await begin(connection, source, options);
  try {
    return await sendAll(connection, { upload, source }, options);
  } catch (error) {
    // What has arrived shall not lie on a disk that is full already.
    const isRefused = isRondelError(error) && error.code === 'QUOTA_EXCEEDED';
    if (options.signal?.aborted === true || isRefused) giveUp(connection, upload);
    throw error;
  }
}

async function sendAll(connection: Connection, { upload, source }: Begun, options: UploadOptions): Promise<StoredData> {
  const { signal, patienceSeconds = defaultPatienceSeconds, onProgress } = options;
  const pieces = onProgress === undefined ? undefined : secondPieces();
  let offset = 0;
  let givenUpAt = performance.now() + 1000 * patienceSeconds;
  const arrived = (bytes: number) => {
    if (bytes > offset) givenUpAt = performance.now() + 1000 * patienceSeconds;
    offset = bytes;
    onProgress?.(bytes);
  };
  const sendRest = async (attempt: number): Promise<StoredData> => {
    if (attempt > 1) arrived(await arrivedBytes(connection, upload, signal));
    for (;;) {
      const part = partOf(source, offset, pieces?.bytes());
      const began = performance.now();
      const stored = await send(connection, { upload, ...part }, options);
      arrived(part.end);
      if (stored !== undefined) return stored;
      pieces?.took(performance.now() - began);
    }
  };
  const isPassing = (error: unknown) => canGoOn(error) && performance.now() < givenUpAt;
  return retried(sendRest, { ...pauses, isPassing, signal });
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

interface Begun {
  /** Its path on the server. */
  readonly upload: string;
  readonly source: UploadSource;
}

interface Part {
  readonly body: Blob | ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>;
  readonly offset: number;
  /** Where the next part begins. */
  readonly end: number;
  /** No more bytes follow. */
  readonly complete: boolean;
}

function partOf({ bytes, read }: UploadSource, offset: number, most = Number.POSITIVE_INFINITY): Part {
  // What has arrived as a whole only lacks its answer.
  const body = offset >= bytes ? new Uint8Array(0) : read(offset);
  if (!(body instanceof Blob) || body.size <= most) return { body, offset, end: bytes, complete: true };
  return { body: body.slice(0, most), offset, end: offset + most, complete: false };
}

/** What the bytes have become, when no more follow. */
async function send(
  connection: Connection,
  { upload, body, offset, complete }: Part & Pick<Begun, 'upload'>,
  { sha256, signal }: UploadOptions,
): Promise<StoredData | undefined> {
  const answer = await connection.json(upload, {
    method: 'PATCH',
    headers: {
      'content-type': 'application/partial-upload',
      'upload-offset': String(offset),
      'upload-complete': complete ? '?1' : '?0',
      ...(sha256 !== undefined && { 'rondel-sha256': sha256 }),
    },
    body,
    signal,
  });
  return answer as StoredData | undefined;
}

/** Nobody waits for this: what cannot be removed now, the server gives up after a day without a byte. */
function giveUp(connection: Connection, upload: string): void {
  connection.send(upload, { method: 'DELETE', signal: AbortSignal.timeout(longestGivingUpMs) }).catch(() => undefined);
}

async function arrivedBytes(connection: Connection, upload: string, signal: AbortSignal | undefined): Promise<number> {
  const response = await connection.send(upload, { method: 'HEAD', signal });
  return Number(response.headers.get('upload-offset') ?? NaN);
}

interface Pieces {
  /** How large the next is at most. */
  readonly bytes: () => number;
  /** How many milliseconds the last took. */
  took(milliseconds: number): void;
}

/** Pieces that take about a second each, however fast the connection is. */
function secondPieces(): Pieces {
  let bytes = firstPieceBytes;
  return {
    bytes: () => bytes,
    took(milliseconds) {
      if (milliseconds < 500) bytes = Math.min(largestPieceBytes, 2 * bytes);
      else if (milliseconds > 2000) bytes = Math.max(smallestPieceBytes, bytes / 2);
    },
  };
}

/** A connection that broke, a server that is away, and an upload that stands elsewhere than we thought. */
function canGoOn(error: unknown): boolean {
  if (!isRondelError(error)) return false;
  const { code, details } = error.failure;
  return code === 'SERVICE_UNAVAILABLE' || (code === 'CONFLICT' && typeof details?.offset === 'number');
}
