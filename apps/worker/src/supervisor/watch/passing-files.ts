import { isTerminal } from '@rondel/contracts';
import type { Jobs } from '@rondel/jobs';
import type { CheckpointArea, PartArea } from '@rondel/store';

export interface PassingFiles {
  readonly checkpoints: CheckpointArea;
  readonly parts: PartArea;
}

/** A job that has ended needs neither checkpoints nor parts. */
export async function dropPassing(id: string, { ledger }: Jobs, { checkpoints, parts }: PassingFiles): Promise<void> {
  if (await parts.has(id)) await parts.remove({ job: id, run: await ledger.overRun(id) });
  const job = await ledger.get(id);
  if (job !== undefined && !isTerminal(job.state)) return;
  await checkpoints.remove(id);
}
