import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { Job } from '@rondel/contracts';
import type { Context } from '../context.js';
import { exitCodeOfJob, exitCodes, type ExitCode } from '../exit-code.js';
import { followOwnJob } from '../follow-job.js';
import { printEnded } from '../job-summary.js';
import { downloadResult, resultFile, type ResultFile } from '../result-file.js';
import { integerBetween, windowBounds, type RunAction } from '../shell.js';
import {
  addSubmissionArguments,
  addSubmissionOptions,
  readSubmission,
  type SubmissionArguments,
  type SubmissionOptions,
  type Surroundings,
} from '../submission-options.js';

interface SubmitOptions extends SubmissionOptions {
  readonly detach?: boolean;
  readonly output?: string;
  readonly slice?: number;
  readonly frame?: number;
  readonly window?: [number, number];
}

export function addSubmit(program: Command, run: RunAction): void {
  const command = program.command('submit').description('run a plan on data and wait for the image');
  addSubmissionOptions(addSubmissionArguments(command))
    .option('--detach', 'do not wait: print the accepted job')
    .option('-o, --output <file>', 'write the image to a .npy, .h5, .nii.gz or .png file')
    .option('--slice <n>', 'slice of a .png, from 0', integerBetween(0, 1_000_000))
    .option('--frame <n>', 'frame of a .png, from 0', integerBetween(0, 1_000_000))
    .option('--window <lo,hi>', 'values shown black and white in a .png', windowBounds)
    .action((plan: string, data: string[], options: SubmitOptions) =>
      run((context) => submit({ plan, data }, options, context)),
    );
}

async function submit(given: SubmissionArguments, options: SubmitOptions, context: Context): Promise<ExitCode> {
  const client = context.client();
  const { output, slice, frame, window } = options;
  const file = output === undefined ? undefined : await resultFile(output, { slice, frame, window });
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
  return client.submit(submission, { idempotencyKey: randomUUID() });
}

function reportAccepted(job: Job, context: Context): ExitCode {
  context.printJson(job);
  context.print(job.id);
  return exitCodes.done;
}

/** Exit codes are those of the job; a result that cannot be fetched fails the command. */
async function finish(job: Job, file: ResultFile | undefined, { client, context }: Surroundings): Promise<ExitCode> {
  if (file !== undefined && job.state === 'completed') {
    await downloadResult(client, job.id, file, context.signal);
  }
  context.printJson(job);
  printEnded(job, context);
  if (file !== undefined && job.state === 'completed') context.print(`  written to ${file.path}`);
  if (file === undefined && job.state === 'completed')
    context.print(`  get it with: rondel get ${job.id} -o image.npy`);
  return exitCodeOfJob(job);
}
