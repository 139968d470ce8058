import { randomUUID } from 'node:crypto';
import {
  defaultProject,
  isRondelError,
  isTerminal,
  projectOf,
  RondelError,
  sweepLabel,
  type Erasure,
  type JsonValue,
} from '@rondel/contracts';
import {
  archiveFromJson,
  artifactsIn,
  jobNotFound,
  LaterVersion,
  recordJob,
  sweepFromJson,
  whileHeld,
  type JobArchive,
} from '@rondel/jobs';
import type { Services } from '../services.js';

type Erasing = Pick<Services, 'jobs' | 'store'>;
type Kept = Erasure['kept'][number];

const leaseMs = 60_000;
/** A worker that ran the job may write something for a moment after it was cancelled; so long it is looked for again. */
const lateWritesMs = 60_000;
/** How often a job is cancelled again that somebody else has run again meanwhile. */
const mostCancels = 3;

/**
 * Removes a job with its traces, and those artifacts that nothing else names; one that runs is cancelled before. A tombstone is
 * written first: when this process dies, a repeated call or `finishErasures` does the rest.
 *
 * Throws `NOT_FOUND`, and `CONFLICT` (to be tried again) while another job is erased: two that name the same file would keep
 * it for each other.
 */
export async function eraseJob(id: string, services: Services): Promise<Erasure> {
  const { erasures, refused } = await eraseJobs([id], services);
  const [erasure] = erasures;
  if (erasure !== undefined) return erasure;
  throw refused.get(id) ?? jobNotFound(id);
}

export interface Erasures {
  readonly erasures: readonly Erasure[];
  /** Jobs of which nothing was removed, and why. */
  readonly refused: ReadonlyMap<string, RondelError>;
}

/** The same for many; what only they name goes with them. Records are looked through once for all. Throws `CONFLICT`. */
export async function eraseJobs(ids: readonly string[], services: Services): Promise<Erasures> {
  const done = await alone(services, async () => {
    const refused = new Map<string, RondelError>();
    for (const id of ids) {
      await prepare(id, services).catch((error: unknown) => {
        if (!isRondelError(error) || error.code === 'SERVICE_UNAVAILABLE') throw error;
        refused.set(id, error);
      });
    }
    const erasures = await removeAll(
      ids.filter((id) => !refused.has(id)),
      services,
    );
    return { erasures, refused };
  });
  if (done) return done;
  throw new RondelError('CONFLICT', 'Another job is being erased. Ask again when that is done.', { retryable: true });
}

/** Leaves nothing of the job but its record. */
async function prepare(id: string, services: Services): Promise<void> {
  const { jobs, store } = services;
  if ((await store.erasedAt(id)) !== undefined) return;
  await requireKnown(id, services);
  // Throws for one of a later version.
  await jobs.ledger.head(id);
  const job = await jobs.ledger.get(id);
  await settleSweepOf(id, services);
  if (job !== undefined && !isTerminal(job.state)) await jobs.cancel(id);
  await leaveRecord(id, services);
}

/** Throws `NOT_FOUND`, and `LaterVersion`: what belongs to such a job is not known here. What is damaged can be erased as well. */
async function requireKnown(id: string, { jobs, store }: Erasing): Promise<void> {
  const text = await store.files.recordText(id);
  const isRecorded = text !== undefined && !isOfSweep(text);
  if (isRecorded) requireKnownArchive(id, text);
  if (!isRecorded && (await jobs.ledger.remains(id)) === undefined) throw jobNotFound(id);
}

/** From here on the record in the store tells what is to go: of a job that cannot be read, whatever there is of it. */
async function leaveRecord(id: string, { jobs, store }: Erasing): Promise<void> {
  if ((await jobs.ledger.archive(id)) !== undefined) {
    await recordJob(jobs.ledger, id, (each, record) => store.putRecord(each, record));
    return;
  }
  const damaged = await jobs.ledger.remains(id);
  if (damaged === undefined || (await store.files.recordText(id)) !== undefined) return;
  await store.putRecord(id, { damaged });
}

function isOfSweep(text: string): boolean {
  return text.startsWith('{"sweep":');
}

/** Throws `LaterVersion`. */
function requireKnownArchive(id: string, text: string): void {
  try {
    archiveFromJson(id, JSON.parse(text) as JsonValue);
  } catch (error) {
    if (error instanceof LaterVersion) throw error;
    if (!(error instanceof SyntaxError || isRondelError(error))) throw error;
  }
}

/** Undefined for a damaged record. */
function archiveIn(id: string, text: string): JobArchive | undefined {
  try {
    return archiveFromJson(id, JSON.parse(text) as JsonValue);
  } catch (error) {
    if (error instanceof SyntaxError || isRondelError(error)) return undefined;
    throw error;
  }
}

/** Does the rest of what was begun. */
export async function finishErasures(services: Erasing, now = Date.now()): Promise<void> {
  const { tombstones } = services.store.files;
  const begun = await tombstones.begun();
  if (begun.length === 0) return;
  await alone(services, async () => {
    for (const { id, erasedAt } of await removeAll(begun, services)) {
      if (now - Date.parse(erasedAt) > lateWritesMs) await tombstones.finish(id);
    }
  });
}

async function alone<T>({ jobs }: Erasing, work: () => Promise<T>): Promise<T | undefined> {
  const lease = { name: 'erasure', holder: randomUUID(), milliseconds: leaseMs };
  return whileHeld(jobs.leases, lease, { work, busy: undefined });
}

/** A sweep that is still adding its jobs would add this one again. */
async function settleSweepOf(id: string, { jobs, store }: Erasing): Promise<void> {
  const sweep = (await jobs.ledger.head(id))?.labels[sweepLabel];
  if (sweep === undefined || !(await jobs.sweeps.unsettled(Infinity)).includes(sweep)) return;
  await jobs.sweeps.settle(sweep, (each, record) => store.putRecord(each, record));
}

/** A job of which no more than the record is left. */
interface Remainder {
  readonly id: string;
  readonly erasedAt: string;
  readonly erased: readonly string[];
  /** Of its record; absent where there was none any more. */
  readonly text: string | undefined;
  readonly project: string;
}

async function removeAll(ids: readonly string[], services: Erasing): Promise<Erasure[]> {
  const unusedSince = Date.now();
  const remainders: Remainder[] = [];
  for (const id of ids) remainders.push(await removeState(id, services));
  const named = openNamed(remainders.map(({ text = '', project }) => ({ text, project })));
  const needed = await neededBy(new Set(ids), named, services);
  const erasures: Erasure[] = [];
  for (const each of remainders) erasures.push(await removeRest(each, { needed, unusedSince }, services));
  return erasures;
}

async function removeState(id: string, services: Erasing): Promise<Remainder> {
  const { jobs, store } = services;
  // Whoever writes the record once more after the tombstone takes it away, and with it what tells what is to go.
  const before = await store.files.recordText(id);
  const project = before === undefined ? undefined : projectIn(id, before);
  const erasedAt = await store.files.tombstones.begin(id, project);
  const erased: string[] = [];
  if ((await jobs.ledger.remains(id)) !== undefined) erased.push('state and events');
  await forget(id, services);
  for (const { key, document } of await jobs.results.madeBy(id)) {
    await jobs.results.drop(key, document, 'It was removed as the job that had computed it was erased.');
    await store.files.removeShared(key);
    erased.push(`shared-result:${key}`);
  }
  erased.push(...(await store.files.removeTraces(id)));
  const text = (await store.files.recordText(id)) ?? before;
  return { id, erasedAt, erased, text, project: (await store.erasedFrom(id)) ?? defaultProject };
}

interface ArtifactTerms {
  readonly needed: Needed;
  readonly unusedSince: number;
}

async function removeRest(
  { text, project, erased, ...remainder }: Remainder,
  terms: ArtifactTerms,
  services: Erasing,
): Promise<Erasure> {
  if (text === undefined) return { ...remainder, erased: [...erased], kept: [] };
  const artifacts = await eraseArtifacts({ text, project }, terms, services);
  // Last, as it names all the others.
  await services.store.files.removeRecord(remainder.id);
  const archive = archiveIn(remainder.id, text);
  return {
    ...remainder,
    erased: [...erased, 'record', ...artifacts.erased],
    kept: [...artifacts.kept, ...(archive ? keptElsewhere(archive) : [])],
  };
}

async function forget(id: string, { jobs }: Erasing): Promise<void> {
  for (let cancels = 0; !(await jobs.ledger.forget(id)); cancels += 1) {
    if (cancels === mostCancels) {
      throw new RondelError('CONFLICT', `Job ${id} is run again all the time. Erase it once more.`, {
        retryable: true,
      });
    }
    // Also one of which not enough can be read to be found.
    await jobs.cancelAll([id]);
  }
}

async function eraseArtifacts(
  { text, project }: NamedIn,
  { needed, unusedSince }: ArtifactTerms,
  services: Erasing,
): Promise<{ readonly erased: string[]; readonly kept: Kept[] }> {
  const erased: string[] = [];
  const kept: Kept[] = [];
  for (const sha256 of new Set(artifactsIn(text))) {
    const artifact = `artifact:sha256-${sha256}`;
    const reason = needed.reason(sha256, project);
    const bytes = reason === undefined ? await heldNow(sha256, project, services) : 0;
    const fate = reason === undefined ? await services.store.files.erase(sha256, { unusedSince, project }) : 'used';
    if (fate === 'erased') {
      erased.push(artifact);
      await services.jobs.quotas.countStored(project, -bytes);
    }
    if (fate === 'used') kept.push({ artifact, reason: reason ?? 'Somebody has used or stored it just now.' });
  }
  return { erased, kept };
}

/** Bytes of an artifact if the project has it. */
async function heldNow(sha256: string, project: string, { store }: Pick<Erasing, 'store'>): Promise<number> {
  return (await store.isHeldBy(sha256, project)) ? ((await store.stat(sha256))?.bytes ?? 0) : 0;
}

/** A text that names artifacts, and whose it is. */
interface NamedIn {
  readonly text: string;
  readonly project: string;
}

/** Artifacts with the projects of the jobs that name them. */
export type NamedArtifacts = ReadonlyMap<string, ReadonlySet<string>>;

export function openNamed(texts: readonly NamedIn[]): NamedArtifacts {
  const named = new Map<string, Set<string>>();
  for (const { text, project } of texts) {
    for (const sha256 of artifactsIn(text)) named.set(sha256, (named.get(sha256) ?? new Set()).add(project));
  }
  return named;
}

export interface Needed {
  /** Why an artifact stays that a job of a project names; undefined where it may go. */
  reason(sha256: string, project: string): string | undefined;
}

/**
 * Who else needs artifacts of some jobs. Records of other projects are no reason: what these have is theirs whatever becomes
 * of it here, and nobody shall hear of it.
 */
export async function neededBy(
  ids: ReadonlySet<string>,
  named: NamedArtifacts,
  { jobs, store }: Erasing,
): Promise<Needed> {
  const reasons = new Map<string, string>();
  const reason = (sha256: string, project: string) => reasons.get(`${project} ${sha256}`);
  const add = (sha256: string, of: Iterable<string>, why: string) => {
    for (const project of of) if (reason(sha256, project) === undefined) reasons.set(`${project} ${sha256}`, why);
  };
  const addLive = async () => {
    for await (const sha256 of jobs.store.references(ids)) {
      const why = 'A job that has not ended, a sweep, a warm algorithm or a plan session needs it.';
      add(sha256, named.get(sha256) ?? [], why);
    }
  };
  if (named.size === 0) return { reason };
  // Before the records, so that a job that ends meanwhile is seen in one of both; and after them, as reading all takes a while.
  await addLive();
  for await (const { id: other, text } of store.files.records()) {
    if (ids.has(other)) continue;
    const shared = artifactsIn(text).filter((sha256) => named.has(sha256));
    if (shared.length === 0) continue;
    const owner = projectIn(other, text);
    const why = `${isOfSweep(text) ? 'Sweep' : 'Job'} ${other} has read or made it, too.`;
    for (const sha256 of shared) {
      const projects = [...(named.get(sha256) ?? [])];
      // What cannot be read may be anybody's.
      add(sha256, owner === undefined ? projects : projects.filter((project) => project === owner), why);
    }
  }
  await addLive();
  return { reason };
}

/** Undefined for a damaged record. */
function projectIn(id: string, text: string): string | undefined {
  if (!isOfSweep(text)) {
    const archive = archiveIn(id, text);
    return archive && projectOf(archive.job);
  }
  const sweep = sweepFromJson(JSON.parse(text) as JsonValue);
  return sweep && projectOf(sweep);
}

/** What the job has named and no erasure touches. */
export function keptElsewhere({ job, work }: JobArchive): Kept[] {
  const roots = Object.values(work.data).filter((reference) => reference.startsWith('root://'));
  const sweep = job.labels[sweepLabel];
  return [
    ...roots.map((artifact) => ({ artifact, reason: 'It lies in a data root, from which Rondel only reads.' })),
    ...(sweep === undefined
      ? []
      : [{ artifact: `sweep:${sweep}`, reason: 'The sweep keeps the place of the job and the values that were set.' }]),
  ];
}
