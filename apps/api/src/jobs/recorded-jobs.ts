import { isRondelError, type Job, type JsonValue, type SweepRecord } from '@rondel/contracts';
import { archiveFromJson, LaterVersion, sweepFromJson, type Jobs } from '@rondel/jobs';
import type { ArtifactStore } from '@rondel/store';

/** Ids that are noted in one round trip. */
const pageLength = 500;

/**
 * Puts the jobs and sweeps whose records are in the store back into the lists, when Redis has lost what it had. They go a
 * week after they were made, as others that have ended do.
 */
export async function listRecorded({ jobs, store }: { jobs: Jobs; store: ArtifactStore }): Promise<void> {
  let page: Job[] = [];
  for await (const { id, text } of store.files.records()) {
    const found = recordIn(id, text);
    if (found?.sweep !== undefined) await jobs.sweeps.noteRecorded([found.sweep]);
    if (found?.job === undefined) continue;
    page.push(found.job);
    if (page.length < pageLength) continue;
    await jobs.ledger.noteRecorded(page);
    page = [];
  }
  await jobs.ledger.noteRecorded(page);
}

/** Undefined for a damaged one, or one of a later version, which whoever asks for that job hears of. */
function recordIn(id: string, text: string): { readonly job?: Job; readonly sweep?: SweepRecord } | undefined {
  try {
    const record = JSON.parse(text) as JsonValue;
    const sweep = sweepFromJson(record);
    return sweep === undefined ? { job: archiveFromJson(id, record).job } : { sweep };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof LaterVersion) return undefined;
    if (isRondelError(error) && error.code === 'INTERNAL') return undefined;
    throw error;
  }
}
