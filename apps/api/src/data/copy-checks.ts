import { RondelError, type ArtifactCheck } from '@rondel/contracts';
import type { ArtifactStore, CollectableFiles } from '@rondel/store';

/** Compares artifacts with their hashes for whoever asks, however long reading them takes. */
export interface CopyChecks {
  /**
   * Reads the artifact, or waits with whoever asked before; `reading` after some seconds, so that no connection is kept
   * waiting for a large one. Throws `NOT_FOUND`.
   */
  readonly check: (sha256: string) => Promise<ArtifactCheck>;
  /** Ends what is being read. */
  readonly close: () => void;
}

export interface CopyCheckOptions {
  readonly holdMs?: number;
  /** Artifacts that are read at the same time. */
  readonly mostReads?: number;
}

/** What was found is remembered for so long: whoever was told `reading` asks again within it. */
const keptMs = 30_000;

/** What is needed of an artifact store. */
export interface CheckedStore extends Pick<ArtifactStore, 'stat'> {
  readonly files: Pick<CollectableFiles, 'check'>;
}

interface Reading {
  readonly done: Promise<ArtifactCheck | undefined>;
  endedAt: number | undefined;
}

export function openCopyChecks(
  store: CheckedStore,
  { holdMs = 10_000, mostReads = 4 }: CopyCheckOptions = {},
): CopyChecks {
  const readings = new Map<string, Reading>();
  const gone = new AbortController();
  const underWay = () => [...readings.values()].filter(({ endedAt }) => endedAt === undefined);
  const begin = (sha256: string) => {
    const done = read(store, sha256, gone.signal);
    const reading: Reading = { done, endedAt: undefined };
    readings.set(sha256, reading);
    done.then(
      () => (reading.endedAt = performance.now()),
      () => readings.delete(sha256),
    );
    return reading;
  };
  return {
    async check(sha256) {
      const hold = holdFor(holdMs);
      try {
        for (;;) {
          forget(readings);
          const own = readings.get(sha256) ?? (underWay().length < mostReads ? begin(sha256) : undefined);
          const awaited = own ? [own.done] : underWay().map(({ done }) => done.catch(() => undefined));
          const answer = await Promise.race([hold.over, ...awaited]);
          if (answer === 'over') return await stillReading(store, sha256);
          if (!own) continue;
          // Whoever hears it is about to replace it.
          if (answer?.state === 'damaged') readings.delete(sha256);
          return found(answer, sha256);
        }
      } finally {
        hold.end();
      }
    },
    close: () => gone.abort(),
  };
}

function forget(readings: Map<string, Reading>): void {
  for (const [sha256, { endedAt = Infinity }] of readings)
    if (performance.now() - endedAt > keptMs) readings.delete(sha256);
}

/** Undefined when there is no such artifact. */
async function read(
  { stat, files }: CheckedStore,
  sha256: string,
  signal: AbortSignal,
): Promise<ArtifactCheck | undefined> {
  const facts = await stat(sha256);
  if (facts === undefined) return undefined;
  const damage = await files.check(sha256, { signal });
  return { artifact: `artifact:sha256-${sha256}`, bytes: facts.bytes, state: damage ? 'damaged' : 'whole' };
}

async function stillReading({ stat }: CheckedStore, sha256: string): Promise<ArtifactCheck> {
  const facts = await stat(sha256);
  return found(facts && { artifact: `artifact:sha256-${sha256}`, bytes: facts.bytes, state: 'reading' }, sha256);
}

function found(answer: ArtifactCheck | undefined, sha256: string): ArtifactCheck {
  if (answer !== undefined) return answer;
  throw new RondelError('NOT_FOUND', `There is no artifact sha256-${sha256}. Upload it with PUT /v1/data.`);
}

function holdFor(milliseconds: number): { readonly over: Promise<'over'>; readonly end: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<'over'>((resolve) => {
    timer = setTimeout(() => resolve('over'), milliseconds);
  });
  return { over, end: () => clearTimeout(timer) };
}
