import { Option, type Command } from 'commander';
import type { Client, JobFilterQuery, JobsAnswer, JobsMeant } from '@rondel/client';
import { quantity, RondelError, type JobState } from '@rondel/contracts';
import type { Context } from '../terminal/context.js';
import { exitCodeOfFailure, exitCodes, type ExitCode } from '../shell/exit-code.js';
import { plainText } from '../terminal/plain-text.js';
import { jobIdOf } from '../shell/short-id.js';

/** More refusals than this are counted instead of listed; `--json` has all. */
const mostListed = 10;

export const jobStates: readonly JobState[] = ['queued', 'waiting', 'active', 'completed', 'failed', 'cancelled'];

/** Options that say which jobs are meant. */
export interface JobFilterOptions {
  readonly state?: JobState;
  readonly label?: string;
  readonly pool?: string;
  readonly submitter?: string;
  readonly search?: string;
}

export function addJobFilterOptions(command: Command): Command {
  return command
    .addOption(new Option('--state <state>', 'only jobs in this state').choices(jobStates))
    .option('--label <key=value>', 'only jobs with this label')
    .option('--pool <pool>', 'only jobs of this pool')
    .option('--submitter <name>', 'only jobs of this submitter')
    .option('--search <words>', 'only jobs with these words in title, plan, settings or submitter');
}

export function jobFilter({ state, label, pool, submitter, search }: JobFilterOptions): JobFilterQuery {
  return { state, label, pool, submitter, q: search };
}

/** The jobs that a command line names by their ids or by options. Throws `INVALID_REQUEST` for none and for both. */
export async function jobsMeant(
  ids: readonly string[],
  options: JobFilterOptions,
  { client, signal }: { readonly client: Client; readonly signal: AbortSignal },
): Promise<JobsMeant> {
  const filter = jobFilter(options);
  const filtered = Object.values(filter).some((value) => value !== undefined);
  if (filtered && ids.length > 0) {
    throw new RondelError('INVALID_REQUEST', 'Name jobs by their ids or by options such as --state, not by both.');
  }
  if (filtered) return { filter };
  if (ids.length === 0) {
    throw new RondelError('INVALID_REQUEST', 'Say which jobs: their ids, or options such as --state and --label.');
  }
  const whole: string[] = [];
  for (const id of ids) whole.push(await jobIdOf(id, client, signal));
  return { ids: whole };
}

/** Says what was done, and for which jobs it was not. */
export function reportJobs({ done, refused }: JobsAnswer, participle: string, context: Context): ExitCode {
  context.printJson({ done, refused });
  context.print(`${quantity(done, 'job')} ${participle}.`);
  tellRefused(refused, context);
  const [first] = refused;
  return first === undefined ? exitCodes.done : exitCodeOfFailure(first);
}

export function tellRefused(refused: JobsAnswer['refused'], context: Context): void {
  for (const { code, reason } of refused.slice(0, mostListed)) {
    context.note(`${context.colors.dim(code)} ${plainText(reason)}`);
  }
  if (refused.length > mostListed) context.note(`and ${refused.length - mostListed} more; --json lists all`);
}
