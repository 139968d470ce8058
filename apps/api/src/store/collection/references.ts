import type { StorePolicy } from '@rondel/contracts';
import { artifactsIn, knownRecords, versionOf, type Jobs } from '@rondel/jobs';
import { createArtifactSet, type ArtifactSet, type ArtifactStore } from '@rondel/store';
import { Check, type Static, Type } from '@rondel/contracts/schema';
import { decodeTime } from 'ulid';

/** What a collector looks at, and the process' part in it. */
export interface CollectedStore {
  readonly jobs: Pick<Jobs, 'leases' | 'ledger' | 'now' | 'store'>;
  readonly store: Pick<ArtifactStore, 'files' | 'getRecord' | 'listPreviews' | 'removePreview'>;
}

/** What records say about artifacts. */
export interface RecordedReferences {
  /** Artifacts that the policy keeps as the job that made or read them has not ended long enough ago. */
  readonly kept: ArtifactSet;
  /** Images of recorded jobs and their previews, whether kept or not. */
  readonly results: ArtifactSet;
  /** Records that are too old themselves, some of them if there are very many. */
  readonly outdated: readonly string[];
  /** What the outdated ones have made. */
  readonly orphaned: ArtifactSet;
}

/** Further ones wait for the next round. */
const mostOutdated = 10_000;

/** As much of a job's record as matters here; records of sweeps have none of it. */
const RecordSchema = Type.Object({
  job: Type.Optional(
    Type.Object({
      finishedAt: Type.Optional(Type.String()),
      result: Type.Optional(Type.Object({ artifact: Type.String(), preview: Type.Optional(Type.String()) })),
    }),
  ),
});

export interface RecordFacts {
  /** When the job ended, in milliseconds since 1970. */
  readonly endedAt: number;
  readonly results: readonly string[];
  /** What the job has read. */
  readonly uses: readonly string[];
}

/** The artifacts that must stay whatever the policy says, see `liveReferences`. */
export async function liveArtifacts({ store }: CollectedStore['jobs'], signal: AbortSignal): Promise<ArtifactSet> {
  const live = createArtifactSet();
  for await (const sha256 of store.references()) {
    signal.throwIfAborted();
    live.add(sha256);
  }
  return live;
}

export interface ScanOptions {
  readonly policy: StorePolicy;
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Reads all records, one after the other. */
export async function scanRecords(
  { jobs, store }: CollectedStore,
  { policy, now, signal }: ScanOptions,
): Promise<RecordedReferences> {
  const kept = createArtifactSet();
  const results = createArtifactSet();
  const orphaned = createArtifactSet();
  const outdated: string[] = [];
  for await (const { id, text } of store.files.records()) {
    signal.throwIfAborted();
    const facts = recordFacts(id, text);
    const isYoung = (seconds = Infinity) => now - facts.endedAt <= seconds * 1000;
    const isOld = !isYoung(policy.keepRecordsSeconds) && outdated.length < mostOutdated && !(await isLive(jobs, id));
    for (const sha256 of facts.results) results.add(sha256);
    if (isOld) {
      outdated.push(id);
      for (const sha256 of facts.results) orphaned.add(sha256);
      continue;
    }
    for (const sha256 of facts.results) {
      if (isYoung(policy.keepResultsSeconds)) kept.add(sha256);
    }
    if (isYoung(policy.keepUploadsSeconds)) for (const sha256 of facts.uses) kept.add(sha256);
  }
  return { kept, results, outdated, orphaned };
}

/** A job may run again although it has a record. */
async function isLive({ ledger }: CollectedStore['jobs'], id: string): Promise<boolean> {
  const job = await ledger.get(id);
  return job !== undefined && job.finishedAt === undefined;
}

/** A damaged record, and one of a later version, keeps all that it names, as if its job had just ended. */
export function recordFacts(id: string, text: string): RecordFacts {
  const record = parsed(text);
  if (record === undefined) return { endedAt: Infinity, results: [], uses: artifactsIn(text) };
  const { artifact = '', preview = '' } = record.job?.result ?? {};
  const results = artifactsIn(`${artifact} ${preview}`);
  const made = new Set(results);
  const finishedAt = Date.parse(record.job?.finishedAt ?? '');
  return {
    endedAt: Number.isNaN(finishedAt) ? decodeTime(id) : finishedAt,
    results,
    uses: artifactsIn(text).filter((sha256) => !made.has(sha256)),
  };
}

function parsed(text: string): Static<typeof RecordSchema> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isKnown = (versionOf(value) ?? 1) <= knownRecords;
    return isKnown && Check(RecordSchema, value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
