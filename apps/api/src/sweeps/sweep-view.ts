import {
  failure,
  isTerminal,
  type JsonValue,
  type SweepItem,
  type SweepRecord,
  type SweepSummary,
  type JobState,
} from '@rondel/contracts';
import {
  archiveFromJson,
  LaterVersion,
  sweepFromJson,
  sweepNotFound,
  type JobArchive,
  type JobStanding,
} from '@rondel/jobs';
import { resultLinks } from '../jobs/job-view.js';
import type { Services } from '../services.js';

/** Records that are read at the same time. */
const readsAtOnce = 32;

/** A sweep, in Redis while it is kept there and in the artifact store for ever. Throws `NOT_FOUND`. */
export async function findSweep(id: string, { jobs, store }: Services): Promise<SweepRecord> {
  const live = await jobs.sweeps.get(id);
  if (live) return live;
  const record = await store.getRecord(id);
  const stored = record === undefined ? undefined : sweepFromJson(record);
  if (stored) return stored;
  throw sweepNotFound(id);
}

/**
 * How the jobs of a sweep stand, in their order. A job that is nowhere yet is about to be added, unless all were added
 * before: then it is gone.
 */
export async function sweepStandings(
  { id: sweep, items }: Pick<SweepRecord, 'id' | 'items'>,
  services: Services,
): Promise<JobStanding[]> {
  const ids = items.map(({ job }) => job);
  const nowhere = (await services.jobs.sweeps.isSettled(sweep)) ? gone : aboutToBeAdded;
  const live = await services.jobs.sweeps.standings(ids);
  const standings: JobStanding[] = [];
  for (let start = 0; start < ids.length; start += readsAtOnce) {
    const some = ids.slice(start, start + readsAtOnce);
    standings.push(
      ...(await Promise.all(
        some.map(async (id, offset) => live[start + offset] ?? (await recordedStanding(id, services)) ?? nowhere(id)),
      )),
    );
  }
  return standings;
}

const aboutToBeAdded = (): JobStanding => ({ state: 'queued', fraction: 0 });

function gone(id: string): JobStanding {
  const message = `Nothing is known of job ${id} any more: it had not ended when Redis lost what it held, or its record was removed. Submit it again.`;
  return { state: 'failed', fraction: 1, error: failure('NOT_FOUND', message) };
}

async function recordedStanding(id: string, { store }: Services): Promise<JobStanding | undefined> {
  const record = await store.getRecord(id);
  if (record === undefined) {
    const erased = await store.erasedAt(id);
    return erased === undefined ? undefined : { state: 'cancelled', fraction: 1, erased };
  }
  const archive = archiveOrLater(id, record);
  if (archive instanceof LaterVersion) return { state: 'failed', fraction: 1, error: archive.failure };
  const { state, warnings, error, result } = archive.job;
  return { state, fraction: 1, ...(warnings && { warnings }), ...(error && { error }), ...(result && { result }) };
}

/** The others of its sweep are shown all the same. */
function archiveOrLater(id: string, record: JsonValue): JobArchive | LaterVersion {
  try {
    return archiveFromJson(id, record);
  } catch (error) {
    if (error instanceof LaterVersion) return error;
    throw error;
  }
}

/** A sweep without its items. */
export function presentSummary(record: SweepRecord, standings: readonly JobStanding[]): SweepSummary {
  const { items, planToml: _, ...head } = record;
  const states: Record<JobState, number> = { queued: 0, waiting: 0, active: 0, completed: 0, failed: 0, cancelled: 0 };
  let done = 0;
  let erased = 0;
  for (const { state, fraction, erased: erasedAt } of standings) {
    // Nobody knows any more how it had ended.
    if (erasedAt === undefined) states[state] += 1;
    else erased += 1;
    done += fraction;
  }
  const self = `/v1/sweeps/${record.id}`;
  return {
    ...head,
    total: items.length,
    ended: standings.filter(({ state }) => isTerminal(state)).length,
    states,
    erased,
    warned: standings.filter(({ warnings = [] }) => warnings.length > 0).length,
    progress: { fraction: done / items.length },
    links: { self, sheet: `${self}/sheet.png`, jobs: `/v1/jobs?label=sweep%3D${record.id}` },
  };
}

/** The items of a sweep, or those of a range, one by one. */
export function* presentItems(
  { items }: SweepRecord,
  standings: readonly JobStanding[],
  { from = 0, limit = items.length }: { readonly from?: number; readonly limit?: number } = {},
): Generator<SweepItem> {
  for (const [position, item] of items.slice(from, from + limit).entries()) {
    yield presentItem({ index: from + position, ...item }, standings[from + position]);
  }
}

function presentItem(
  item: Pick<SweepItem, 'index' | 'assignments' | 'job'>,
  standing: JobStanding = { state: 'queued', fraction: 0 },
): SweepItem {
  const { job } = item;
  const links = standing.result ? imageLinks(job, standing.result) : {};
  return { ...item, ...standing, links: { job: `/v1/jobs/${job}`, ...links } };
}

function imageLinks(id: string, result: NonNullable<SweepItem['result']>): Record<string, string> {
  const { npy: _, ...others } = resultLinks({ id, result });
  return { result: `/v1/jobs/${id}/result`, ...others };
}
