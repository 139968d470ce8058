import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { toFailure } from '@rondel/contracts';

export interface LineWriterOptions {
  readonly folder: string;
  /** Name of the file of a number. */
  readonly nameOf: (file: number) => string;
  /** Whether each line goes to the disk at once; otherwise within a second, to the system within some milliseconds. */
  readonly durable: boolean;
  /** Told when lines cannot be written, and with undefined when they can again. */
  readonly onProblem: (problem: string | undefined) => void;
  /** After how long it tries again what it could not write, in milliseconds. @default 1000 */
  readonly retryMs?: number | undefined;
}

/** Writes lines to files of a folder without keeping anybody waiting; what cannot be written is held and tried again. */
export interface LineWriter {
  /** Files are written one after the other: a number is never lower than that of the line before. */
  add(file: number, line: string): void;
  /** Bytes that wait to be written. */
  held(): number;
  problem(): string | undefined;
  /** Resolves when all that was added until now was written, where it is durable to the disk; rejects when it cannot be now. */
  settled(): Promise<void>;
  /** Writes what is held, and rejects when it cannot. */
  close(): Promise<void>;
}

const gatherMs = 20;
const syncEveryMs = 1000;
const usualRetryMs = 1000;

interface Waiting {
  readonly upTo: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export function openLineWriter(options: LineWriterOptions): LineWriter {
  const { durable, onProblem, retryMs = usualRetryMs } = options;
  const queue: { readonly file: number; readonly bytes: Buffer }[] = [];
  const disk = openDisk(options);
  let waiting: Waiting[] = [];
  let [held, added, trouble] = [0, 0, undefined as string | undefined];
  let timer: NodeJS.Timeout | undefined;
  let due = Infinity;
  let running: Promise<void> | undefined;

  /** All that is held. What was begun goes on where it stands. */
  const writeAll = async (sync: boolean) => {
    while (disk.left() > 0 || queue.length > 0) {
      if (disk.left() === 0) {
        const [{ file } = { file: 0 }] = queue;
        const count = queue.findIndex((line) => line.file !== file);
        disk.begin(
          file,
          queue.splice(0, count < 0 ? queue.length : count).map(({ bytes }) => bytes),
        );
      }
      held -= await disk.write();
    }
    const upTo = added;
    if (sync || durable || disk.sinceSync() >= syncEveryMs) await disk.sync();
    else if (disk.isUnsynced()) schedule(syncEveryMs);
    const [done, open] = [waiting.filter((one) => one.upTo <= upTo), waiting.filter((one) => one.upTo > upTo)];
    waiting = open;
    for (const { resolve } of done) resolve();
  };
  const pass = async (sync: boolean) => {
    try {
      await writeAll(sync);
      if (trouble !== undefined) onProblem(undefined);
      trouble = undefined;
    } catch (error) {
      const { message } = toFailure(error);
      if (trouble !== message) onProblem(message);
      trouble = message;
      for (const { reject } of waiting.splice(0)) reject(error instanceof Error ? error : new Error(message));
      schedule(retryMs);
    }
  };
  const run = (sync = false): Promise<void> => {
    running ??= pass(sync).finally(() => {
      running = undefined;
      if (queue.length > 0 && trouble === undefined) schedule(0);
    });
    return running;
  };
  function schedule(ms: number): void {
    const at = performance.now() + ms;
    if (timer !== undefined && due <= at) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(() => {
      timer = undefined;
      void run();
    }, ms);
    // Somebody may wait for what is gathered; nobody has to for the rest.
    if (ms > gatherMs) timer.unref();
  }
  return {
    add(file, line) {
      const bytes = Buffer.from(line);
      queue.push({ file, bytes });
      [held, added] = [held + bytes.length, added + 1];
      if (running === undefined) schedule(durable ? 0 : gatherMs);
    },
    held: () => held,
    problem: () => trouble,
    settled: () =>
      new Promise((resolve, reject) => {
        waiting.push({ upTo: added, resolve, reject });
        if (running === undefined) schedule(0);
      }),
    async close() {
      await running;
      clearTimeout(timer);
      timer = undefined;
      await run(true);
      clearTimeout(timer);
      await disk.close();
      if (trouble !== undefined) throw new Error(trouble);
    },
  };
}

/** The file that is being written, and what of a batch is not in it yet. */
function openDisk({ folder, nameOf }: LineWriterOptions) {
  let present: { readonly number: number; readonly handle: FileHandle } | undefined;
  let [file, rest] = [0, Buffer.alloc(0)];
  let [syncedAt, unsynced] = [-Infinity, false];
  const sync = async () => {
    if (unsynced) await present?.handle.datasync();
    [syncedAt, unsynced] = [performance.now(), false];
  };
  const turnTo = async (number: number) => {
    await sync();
    await present?.handle.close();
    present = undefined;
    const handle = await open(join(folder, nameOf(number)), 'ax', 0o600);
    present = { number, handle };
    // So that the file is found after a power cut, too.
    const names = await open(folder);
    try {
      await names.sync();
    } finally {
      await names.close();
    }
    return present;
  };
  return {
    left: () => rest.length,
    isUnsynced: () => unsynced,
    sinceSync: () => performance.now() - syncedAt,
    sync,
    begin(number: number, lines: readonly Buffer[]) {
      [file, rest] = [number, Buffer.concat(lines)];
    },
    /** Bytes that were written. */
    async write(): Promise<number> {
      const { handle } = present?.number === file ? present : await turnTo(file);
      const { bytesWritten } = await handle.write(rest);
      unsynced = true;
      rest = rest.subarray(bytesWritten);
      return bytesWritten;
    },
    async close() {
      await present?.handle.close();
      present = undefined;
    },
  };
}
