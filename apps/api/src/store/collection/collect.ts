import {
  storeKinds,
  type FileSum,
  type StoreCleaning,
  type StoreKind,
  type StorePolicy,
  type StoreReport,
} from '@rondel/contracts';
import type { ArtifactSet, FoundArtifact, PassingKind } from '@rondel/store';
import { liveArtifacts, scanRecords, type CollectedStore, type RecordedReferences } from './references.js';
import { createRoomMaker } from './room-maker.js';
import { createTally, type UsageTally } from './usage.js';

/** Nothing that was put or touched within this time goes: whoever did may be about to name it. */
export const youngMs = 24 * 3600 * 1000;
/** What was discarded can be taken back for so long. */
export const graceMs = 3600 * 1000;

export interface CollectOptions {
  readonly policy: StorePolicy;
  /** Only measures and says what would go. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Collection {
  readonly report: StoreReport;
  readonly cleaning: StoreCleaning;
}

const passingKinds = storeKinds.filter((kind): kind is PassingKind => kind !== 'results' && kind !== 'uploads');

/**
 * Measures the store and removes what the policy lets go and nobody needs. Live references are read before the records:
 * a job that ends in between is seen in one of both.
 */
export async function collect(collected: CollectedStore, options: CollectOptions): Promise<Collection> {
  const { policy, dryRun, signal, now } = options;
  const { files } = collected.store;
  const live = await liveArtifacts(collected.jobs, signal);
  // Right after the live references were read, as what is deleted here does not come back.
  const deleted = dryRun
    ? { files: 0, bytes: 0 }
    : await files.deleteDiscarded({ before: now - graceMs, mustStay: (sha256) => live.has(sha256) });
  const recorded = await scanRecords(collected, options);
  if (!dryRun) await removeParts(collected);
  const tally = createTally(now);
  for (const kind of passingKinds) {
    for await (const file of files.files(kind)) tally.add(kind, file);
  }
  const removed = await discardArtifacts(collected, options, { live, recorded, tally });
  // After what they name: a record that is still there makes the next round complete this one.
  if (!dryRun) {
    for (const id of recorded.outdated) await files.removeRecord(id);
    await removePreviews(collected, signal);
  }
  const overBytes = Math.max(0, tally.bytes - tally.bytesOf('trash') - (policy.storeLimitBytes ?? Infinity));
  return {
    report: { measuredAt: new Date(now).toISOString(), bytes: tally.bytes, policy, kinds: tally.usage() },
    cleaning: {
      dryRun,
      ...removed,
      records: recorded.outdated.length,
      deleted,
      graceSeconds: graceMs / 1000,
      overBytes,
    },
  };
}

/** What stages left for each other goes with the run of the job. */
async function removeParts({ jobs, store }: CollectedStore): Promise<void> {
  for (const job of await store.files.parts.jobs()) {
    await store.files.parts.remove({ job, run: await jobs.ledger.overRun(job) });
  }
}

/** The last picture of a job that iterated stays as long as anything is known of the job. */
async function removePreviews({ jobs, store }: CollectedStore, signal: AbortSignal): Promise<void> {
  for (const job of await store.listPreviews()) {
    signal.throwIfAborted();
    if ((await store.getRecord(job)) !== undefined || (await jobs.ledger.overRun(job)) !== Infinity) continue;
    await store.removePreview(job);
  }
}

interface Known {
  readonly live: ArtifactSet;
  readonly recorded: RecordedReferences;
  /** Of all that is not an artifact; artifacts are added. */
  readonly tally: UsageTally;
}

/** Goes through all artifacts twice: to measure them, and to discard some. */
async function discardArtifacts(
  { store: { files } }: CollectedStore,
  options: CollectOptions,
  { live, recorded, tally }: Known,
): Promise<Record<'results' | 'uploads', FileSum>> {
  const { policy, dryRun, now, signal } = options;
  const kindOf = (sha256: string) => (recorded.results.has(sha256) ? 'results' : 'uploads');
  const fate = (artifact: FoundArtifact) => fateOf(artifact, kindOf(artifact.sha256), { live, recorded, options });
  const room = createRoomMaker();
  let expiredBytes = 0;
  for await (const artifact of files.artifacts()) {
    signal.throwIfAborted();
    tally.add(kindOf(artifact.sha256), artifact);
    const decided = fate(artifact);
    if (decided === 'spare') room.offer(artifact);
    if (decided === 'expired') expiredBytes += artifact.bytes;
  }
  const excess = tally.bytes - tally.bytesOf('trash') - expiredBytes - (policy.storeLimitBytes ?? Infinity);
  const gone = { results: { files: 0, bytes: 0 }, uploads: { files: 0, bytes: 0 } };
  if (expiredBytes === 0 && excess <= 0) return gone;
  const makesRoom = room.choose(excess);
  for await (const artifact of files.artifacts()) {
    signal.throwIfAborted();
    const decided = fate(artifact);
    if (decided === 'stay' || (decided === 'spare' && !makesRoom(artifact))) continue;
    const unusedSince = now - youngMs;
    if (!dryRun && !(await files.discard(artifact.sha256, { round: now, unusedSince }))) continue;
    const kind = kindOf(artifact.sha256);
    gone[kind].files += 1;
    gone[kind].bytes += artifact.bytes;
    tally.move(kind, 'trash', artifact);
  }
  return gone;
}

/** `spare` ones go only where there is no room for all. */
function fateOf(
  { sha256, usedAt }: FoundArtifact,
  kind: Extract<StoreKind, 'results' | 'uploads'>,
  {
    live,
    recorded,
    options: { policy, now },
  }: { readonly live: ArtifactSet; readonly recorded: RecordedReferences; readonly options: CollectOptions },
): 'stay' | 'spare' | 'expired' {
  if (now - usedAt <= youngMs || live.has(sha256)) return 'stay';
  const seconds = kind === 'results' ? policy.keepResultsSeconds : policy.keepUploadsSeconds;
  if (recorded.kept.has(sha256)) return 'spare';
  if (recorded.orphaned.has(sha256)) return 'expired';
  if (seconds === undefined) return 'spare';
  return now - usedAt > seconds * 1000 ? 'expired' : 'spare';
}
