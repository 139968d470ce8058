import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RondelError } from '@rondel/contracts';
import { whileHeld, type Jobs } from '@rondel/jobs';
import type { UploadRoom } from '../server/limits.js';
import type { ArtifactStore, StoredArtifact, UploadState } from '@rondel/store';

/** One request that brings bytes of an upload. */
export interface UploadRequest {
  readonly upload: string;
  /** Position of the first byte. */
  readonly offset: number;
  /** No more bytes follow. */
  readonly complete: boolean;
  readonly expectedSha256?: string | undefined;
  /** That has the artifact when it is complete. */
  readonly project: string;
  /** Bytes in all, where that is known. */
  readonly length?: number | undefined;
  readonly most: UploadRoom;
  readonly message: IncomingMessage;
}

export type ReceivedUpload =
  | { readonly complete: false; readonly state: UploadState }
  | { readonly complete: true; readonly stored: StoredArtifact };

/** Takes the bytes of uploads that arrive in several requests. */
export interface UploadReceiver {
  /** Where an upload stands, after a request that still brings bytes of it was ended. Throws `NOT_FOUND`. */
  state(upload: string): Promise<UploadState>;
  /** Throws `INVALID_REQUEST` for fewer bytes than announced, as the store's `appendUpload` and `finishUpload`, and `CANCELLED` when the connection breaks. */
  receive(request: UploadRequest): Promise<ReceivedUpload>;
  remove(upload: string): Promise<void>;
}

/** An upload is written by one process at a time, also by one that has lost its connection and does not know yet. */
const leaseMs = 15_000;
/** Whoever sends nothing for so long has gone; noticed after twice this time at the latest. */
const silenceMs = 60_000;

interface Running {
  readonly interrupt?: AbortController | undefined;
  readonly settled: Promise<unknown>;
}

export function openUploadReceiver({
  jobs: { leases },
  store,
}: {
  readonly jobs: Pick<Jobs, 'leases'>;
  readonly store: ArtifactStore;
}): UploadReceiver {
  const holder = randomUUID();
  const busyWith = new Map<string, Running>();

  /** A client asks or sends again because its last request broke, which nobody may have noticed here yet. */
  const interrupt = async (upload: string) => {
    const running = busyWith.get(upload);
    running?.interrupt?.abort();
    await running?.settled;
  };

  const noted = async <T>(upload: string, work: Promise<T>, interrupt?: AbortController) => {
    // Whoever waits for the end of this asks afterwards how things stand; the failure goes to whose request it was.
    const running: Running = { interrupt, settled: work.catch(() => undefined) };
    busyWith.set(upload, running);
    try {
      return await work;
    } finally {
      if (busyWith.get(upload) === running) busyWith.delete(upload);
    }
  };

  const append = async ({ upload, offset, message, length = Infinity, most }: UploadRequest, lost: AbortSignal) => {
    const stop = new AbortController();
    const silence = silenceOf(message, stop);
    const signal = AbortSignal.any([stop.signal, lost]);
    // Whoever is interrupted has gone. Who sends more than there is room for is answered, and needs the connection for that.
    const end = () => message.destroy();
    signal.addEventListener('abort', end, { once: true });
    const work = store.appendUpload(
      upload,
      { offset, source: message.iterator({ destroyOnReturn: false }) },
      { ...most, maxBytes: Math.min(most.maxBytes, length), signal },
    );
    try {
      return await noted(upload, work, stop);
    } catch (error) {
      throw message.errored === null ? error : broken(upload, error);
    } finally {
      silence.forget();
      signal.removeEventListener('abort', end);
    }
  };

  /** Nobody interrupts this: whoever asks meanwhile waits for what becomes of it. */
  const finish = async ({ upload, expectedSha256, project }: UploadRequest, lost: AbortSignal) => {
    const work = store.finishUpload(upload, { expectedSha256, project, signal: lost });
    return noted(upload, work);
  };

  const alone = async <T>(upload: string, work: (lost: AbortSignal) => Promise<T>): Promise<T> => {
    const lease = { name: `upload:${upload}`, holder, milliseconds: leaseMs };
    const answer = await whileHeld(leases, lease, {
      work: async ({ lost }) => ({ value: await work(lost) }),
      busy: undefined,
    });
    if (answer === undefined) throw busy(upload);
    return answer.value;
  };

  return {
    async state(upload) {
      await interrupt(upload);
      return store.uploadState(upload);
    },
    async receive(request) {
      const { upload, complete } = request;
      await interrupt(upload);
      return alone(upload, async (lost): Promise<ReceivedUpload> => {
        const before = await store.uploadState(upload);
        // The answer to the request that finished it did not arrive.
        const isRepeated = before.finished !== undefined && complete && request.offset === before.offset;
        const state = isRepeated ? before : await append(request, lost);
        if (!complete) return { complete, state };
        if (request.length !== undefined && state.offset < request.length) throw tooShort(state, request.length);
        return { complete, stored: await finish(request, lost) };
      });
    },
    async remove(upload) {
      await interrupt(upload);
      await alone(upload, () => store.removeUpload(upload));
    },
  };
}

function silenceOf(message: IncomingMessage, stop: AbortController): { readonly forget: () => void } {
  let heard = message.socket.bytesRead;
  // Counted rather than listened to: a listener would take the bytes on a slower way.
  const timer = setInterval(() => {
    if (message.socket.bytesRead === heard) stop.abort();
    heard = message.socket.bytesRead;
  }, silenceMs);
  return { forget: () => clearInterval(timer) };
}

function broken(upload: string, cause: unknown): RondelError {
  return new RondelError(
    'CANCELLED',
    `The connection broke. What arrived of upload ${upload} is kept: go on from there.`,
    {
      cause,
    },
  );
}

/** What has arrived stays: the rest may still come. */
function tooShort({ upload, offset }: UploadState, length: number): RondelError {
  return new RondelError(
    'INVALID_REQUEST',
    `Upload ${upload} was begun with Upload-Length ${length}, but only ${offset} bytes have come. Send the rest, or give it up.`,
    { details: { length, offset } },
  );
}

function busy(upload: string): RondelError {
  return new RondelError(
    'SERVICE_UNAVAILABLE',
    `Another process is still writing upload ${upload}. Ask for its offset and try again in a few seconds.`,
  );
}
