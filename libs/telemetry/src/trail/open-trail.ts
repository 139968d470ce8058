import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { RondelError, toFailure } from '@rondel/contracts';
import { openLineWriter } from './line-writer.js';
import { keyedSeal, noHash, plainSeal, sealedLine } from './trail-chain.js';
import type { TrailHead, TrailNote } from './trail-entry.js';
import { beganAt, headOf, listTrails, newTrailName, trailFileName, writtenAt } from './trail-files.js';

export interface TrailOptions {
  readonly folder: string;
  /** Whose trail it is. */
  readonly program: 'api' | 'worker';
  /** Seals lines so that whoever has it not can write none in their place. @default a hash that anybody can work out */
  readonly key?: Buffer | undefined;
  /** Whether each line goes to the disk at once, which `settled` waits for. @default within a second */
  readonly durable?: boolean;
  /** Gets each line, too, as it is in the file. @default nobody */
  readonly copy?: ((line: string) => void) | undefined;
  /** Told when nothing can be written, and with undefined when it can again. */
  readonly onProblem: (problem: string | undefined) => void;
  /** Bytes from which on the next file begins; one also begins with each day, in UTC. @default 64 MiB */
  readonly fileBytes?: number;
  /** Bytes that are held while nothing can be written. @default 8 MiB */
  readonly heldBytes?: number;
  /** How often it is noted where the other trails of the folder stand, in milliseconds. @default 10 minutes */
  readonly witnessMs?: number;
  /** After how long it tries again what it could not write, in milliseconds. @default 1000 */
  readonly retryMs?: number;
}

/** What one process has noted: files of its own, in which each line carries a hash over itself and the one before. */
export interface Trail {
  readonly name: string;
  /** Returns at once. What finds no room is counted, and the number noted when there is room again. */
  note(entry: TrailNote): void;
  /** Why nothing can be written now; undefined when it can. */
  problem(): string | undefined;
  /** Resolves when all that was noted was written, where it is durable to the disk; rejects when it cannot be now. */
  settled(): Promise<void>;
  /** Notes that it ends here, and writes what is held. */
  close(): Promise<void>;
}

const usual = { fileBytes: 64 * 2 ** 20, heldBytes: 8 * 2 ** 20, witnessMs: 600_000 } as const;
/** Trails that one line names. */
const headsOfLine = 100;
/** Clocks of file systems and of this machine may differ so much. */
const clockMs = 60_000;

/** Begins a trail. Throws `INVALID_REQUEST` for a folder that cannot be written. */
export async function openTrail(options: TrailOptions): Promise<Trail> {
  const { folder, witnessMs = usual.witnessMs, onProblem } = options;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const trail = beginTrail(options);
    const others = openOthers(folder, trail.name);
    trail.witness(await others.atBeginning());
    await trail.settled();
    const timer = setInterval(() => {
      others.changed().then(trail.witness, (error: unknown) => onProblem(toFailure(error).message));
    }, witnessMs);
    timer.unref();
    return {
      ...trail,
      close() {
        clearInterval(timer);
        return trail.close();
      },
    };
  } catch (error) {
    const { message } = toFailure(error);
    throw new RondelError(
      'INVALID_REQUEST',
      `--audit-log ${folder} cannot be written (${message}). Name a folder that belongs to the account of this process, on a disk with room.`,
      { cause: error },
    );
  }
}

function beginTrail(options: TrailOptions): Trail & { readonly witness: (heads: readonly TrailHead[]) => void } {
  const { folder, program, key, durable = false, copy, onProblem } = options;
  const { fileBytes = usual.fileBytes, heldBytes = usual.heldBytes } = options;
  const name = newTrailName(program);
  const seal = key === undefined ? plainSeal() : keyedSeal(key, name);
  const writer = openLineWriter({
    folder,
    durable,
    onProblem,
    retryMs: options.retryMs,
    nameOf: (file) => trailFileName(name, file),
  });
  let [n, previous] = [0, noHash];
  let [file, bytes, day, lost, hasEnded] = [0, 0, '', 0, false];
  const add = (value: object, at = new Date().toISOString()) => {
    const text = JSON.stringify({ n, at, ...value });
    const hash = seal(previous, text);
    const line = sealedLine(text, hash);
    [n, previous, bytes] = [n + 1, hash, bytes + Buffer.byteLength(line) + 1];
    writer.add(file, `${line}\n`);
    copy?.(line);
  };
  const beginFile = (at: string) => {
    [file, bytes, day] = [file + 1, 0, at.slice(0, 10)];
    const what = file === 1 ? 'trail.begin' : 'trail.continue';
    const place = { host: hostname(), pid: process.pid };
    const kind = key === undefined ? 'sha256' : 'hmac-sha256';
    add({ what, v: 1, trail: name, file, ...place, seal: kind, previous }, at);
  };
  const put = (value: object) => {
    const at = new Date().toISOString();
    if (bytes >= fileBytes || !at.startsWith(day)) beginFile(at);
    add(value, at);
  };
  beginFile(new Date().toISOString());
  return {
    name,
    note(entry) {
      if (hasEnded) return;
      if (writer.held() > heldBytes) {
        lost += 1;
        return;
      }
      if (lost > 0) put({ what: 'trail.lost', lines: lost });
      lost = 0;
      put(entry);
    },
    witness(heads) {
      // It may have been looked for while the trail was closed.
      if (hasEnded) return;
      for (let from = 0; from < heads.length; from += headsOfLine)
        put({ what: 'trail.witness', trails: heads.slice(from, from + headsOfLine) });
    },
    problem: () => writer.problem(),
    settled: () => writer.settled(),
    close() {
      hasEnded = true;
      put({ what: 'trail.end', ...(lost > 0 && { lost }) });
      return writer.close();
    },
  };
}

/** The other trails of a folder: what they end with is noted in this one, and whoever changes them would have to change both. */
function openOthers(folder: string, own: string) {
  const seen = new Map<string, number>();
  const writtenSince = async (since: number) => {
    const found: TrailHead[] = [];
    for (const [trail, files] of await listTrails(folder)) {
      if (trail === own || (await writtenAt(folder, trail, files)) < since) continue;
      const head = await headOf(folder, trail, files);
      if (head === undefined || seen.get(trail) === head.n) continue;
      seen.set(trail, head.n);
      found.push(head);
    }
    return found;
  };
  let lookedAt = Date.now();
  return {
    /** What was written before the youngest of the others began, that one has noted. */
    async atBeginning(): Promise<TrailHead[]> {
      const others = [...(await listTrails(folder)).keys()].filter((trail) => trail !== own);
      return writtenSince(Math.max(...others.map(beganAt), -Infinity) - clockMs);
    },
    changed(): Promise<TrailHead[]> {
      const since = lookedAt - clockMs;
      lookedAt = Date.now();
      return writtenSince(since);
    },
  };
}
