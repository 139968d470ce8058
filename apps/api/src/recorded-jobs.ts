import { isRondelError, type Job, type JsonValue } from '@rondel/contracts';
import { archiveFromJson, sweepFromJson, type Jobs } from '@rondel/jobs';
import type { ArtifactStore } from '@rondel/store';

/** Ids that are noted in one round trip. */
const pageLength = 500;

/**
 * Puts the jobs whose records are in the store back into the lists, when Redis has lost what it had. They end a week after
 * they were made, as those of other ended jobs.
 */
export async function listRecorded({ jobs, store }: { jobs: Jobs; store: ArtifactStore }): Promise<void> {
  let page: Job[] = [];
  for await (const { id, text } of store.files.records()) {
    const job = jobIn(id, text);
    if (job === undefined) continue;
    page.push(job);
    if (page.length < pageLength) continue;
    await jobs.ledger.noteRecorded(page);
    page = [];
  }
  await jobs.ledger.noteRecorded(page);
}

/** Undefined for the record of a sweep, and for a damaged one, which whoever asks for that job hears of. */
function jobIn(id: string, text: string): Job | undefined {
  try {
    const record = JSON.parse(text) as JsonValue;
    return sweepFromJson(record) === undefined ? archiveFromJson(id, record).job : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (isRondelError(error) && error.code === 'INTERNAL')) return undefined;
    throw error;
  }
}
