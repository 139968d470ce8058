import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { Job, Submission } from '@rondel/contracts';
import type { Context } from '../../terminal/context.js';
import type { ExitCode } from '../../shell/exit-code.js';
import { followOwnJob } from '../../jobs/follow-job.js';
import { addImageOptions, finish, imageFile, reportAccepted, type ImageOptions } from '../../jobs/image-output.js';
import type { RunAction } from '../../shell/shell.js';
import {
  addSubmissionArguments,
  addSubmissionOptions,
  readSubmission,
  type SubmissionArguments,
  type SubmissionOptions,
  type Surroundings,
} from '../../jobs/submission-options.js';

interface SubmitOptions extends SubmissionOptions, ImageOptions {}

export function addSubmit(program: Command, run: RunAction): void {
  const command = program.command('submit').description('run a plan on data and wait for the image');
  addImageOptions(addSubmissionOptions(addSubmissionArguments(command))).action(
    (plan: string, data: string[], options: SubmitOptions) =>
      run((context) => submit({ plan, data }, options, context)),
  );
}

async function submit(given: SubmissionArguments, options: SubmitOptions, context: Context): Promise<ExitCode> {
  const client = context.client();
  const file = await imageFile(options);
  const accepted = await accept(given, options, { client, context });
  if (options.detach === true) return reportAccepted(accepted, context);
  context.note(`Job ${accepted.id}`);
  const job = await followOwnJob(accepted.id, client, context);
  return finish(job, file, { client, context });
}

async function accept(
  given: SubmissionArguments,
  options: SubmitOptions,
  { client, context }: Surroundings,
): Promise<Job> {
  const submission = await readSubmission(given, options, { client, context });
  context.signal.throwIfAborted();
  // Not given up half-way by an interruption: the job would run without anybody knowing its id.
  return client.submit({ ...submission, ...wantedOf(options) }, { idempotencyKey: randomUUID() });
}

/** The server knows before the job has run whether there will be such a slice. */
function wantedOf({ slice, frame }: SubmitOptions): Pick<Submission, 'output'> {
  const output = { ...(slice !== undefined && { slice }), ...(frame !== undefined && { frame }) };
  return Object.keys(output).length > 0 ? { output } : {};
}
