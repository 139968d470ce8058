import type { Command } from 'commander';
import { isRondelError, RondelError, type Job } from '@rondel/contracts';
import type { Context } from '../terminal/context.js';
import { exitCodeOfJob, exitCodes, type ExitCode } from '../shell/exit-code.js';
import { printEnded } from './job-summary.js';
import { addResultOptions, downloadResult, resultFile, type ResultFile, type ResultOptions } from './result-file.js';
import type { Surroundings } from './submission-options.js';

/** Where the image of a job goes that a command waits for. */
export interface ImageOptions extends ResultOptions {
  readonly detach?: boolean;
  readonly output?: string;
}

export function addImageOptions(command: Command): Command {
  command
    .option('--detach', 'do not wait: print the accepted job')
    .option('-o, --output <file>', 'write the image to a .npy, .h5, .nii.gz, .tif, .dcm or .png file');
  return addResultOptions(command);
}

/** Looked at before anything is computed. Throws as `resultFile` does. */
export async function imageFile({ output, ...options }: ImageOptions): Promise<ResultFile | undefined> {
  return output === undefined ? undefined : resultFile(output, options);
}

/** For whoever does not wait. */
export function reportAccepted(job: Job, context: Context): ExitCode {
  context.printJson(job);
  context.print(job.id);
  return exitCodes.done;
}

/** Exit codes are those of the job; a result that cannot be fetched fails the command. */
export async function finish(
  job: Job,
  file: ResultFile | undefined,
  { client, context }: Surroundings,
): Promise<ExitCode> {
  if (file !== undefined && job.state === 'completed') {
    await downloadResult(client, job.id, file, context.signal).catch((error: unknown) => {
      throw keptAllTheSame(error, job, file);
    });
  }
  context.printJson(job);
  printEnded(job, context);
  if (file !== undefined && job.state === 'completed') context.print(`  written to ${file.path}`);
  if (file === undefined && job.state === 'completed')
    context.print(`  get it with: rondel get ${job.id} -o image.npy`);
  return exitCodeOfJob(job);
}

/** The job has run, and who waited for it must not think that this was in vain. */
function keptAllTheSame(error: unknown, { id }: Job, { path }: ResultFile): unknown {
  if (!isRondelError(error)) return error;
  const { code, message, ...options } = error.failure;
  const kept = `Job ${id} is completed and its image kept: write it with \`rondel get ${id} -o ${path}\`.`;
  return new RondelError(code, `${message} ${kept}`, { ...options, cause: error });
}
