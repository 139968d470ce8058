import { isTerminal } from '@rondel/contracts';
import type { Jobs } from '@rondel/jobs';
import type { ArtifactStore, CheckpointArea, PartArea } from '@rondel/store';

export interface PassingFiles {
  readonly store: ArtifactStore;
  readonly checkpoints: CheckpointArea;
  readonly parts: PartArea;
}

/** A job that has ended needs neither preview nor checkpoints nor parts. */
export async function dropPassing(
  id: string,
  { ledger }: Jobs,
  { store, checkpoints, parts }: PassingFiles,
): Promise<void> {
  if (await parts.has(id)) await parts.remove({ job: id, run: await ledger.overRun(id) });
  const job = await ledger.get(id);
  if (job !== undefined && !isTerminal(job.state)) return;
  await store.removePreview(id);
  await checkpoints.remove(id);
}
