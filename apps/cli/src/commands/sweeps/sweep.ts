import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { Client } from '@rondel/client';
import { quantity, type AcceptedSweep, type Sweep, type SweepItem, type SweepSubmission } from '@rondel/contracts';
import { parseSweepRange } from '@rondel/plan';
import { readFileParameters } from '../../data/file-parameters.js';
import { localRegistry } from '../../plans/local-catalog.js';
import type { Context } from '../../terminal/context.js';
import { ofKnown } from '../../jobs/follow-job.js';
import { exitCodeOfJob, exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { sweepDisplay } from '../../terminal/progress-display.js';
import { collect, type RunAction } from '../../shell/shell.js';
import {
  addSubmissionArguments,
  addSubmissionOptions,
  readSubmission,
  type SubmissionArguments,
  type SubmissionOptions,
  type Surroundings,
} from '../../jobs/submission-options.js';
import { makeSweepFolder, sweepFormatOption, writeSweepFolder, type SweepFormat } from '../../sweeps/sweep-folder.js';
import { printSweep } from '../../sweeps/sweep-summary.js';
import { tellSweepWarnings } from '../../jobs/warning-lines.js';

interface SweepOptions extends SubmissionOptions {
  readonly vary: readonly string[];
  readonly zip?: boolean;
  readonly detach?: boolean;
  readonly output?: string;
  readonly format: SweepFormat;
}

/** A running job stops within a second of a cancel; this leaves room for many jobs and a slow network. */
const cancelMilliseconds = 60_000;

export function addSweep(program: Command, run: RunAction): void {
  const command = program
    .command('sweep')
    .description('run a plan on data once for each combination of values; `rondel sweeps` lists them');
  addSubmissionArguments(command)
    .requiredOption(
      '--vary <path=v1,v2,...>',
      'values of a property, or start:step:stop (repeatable: all combinations)',
      collect,
    )
    .option('--zip', 'go through the values side by side instead of making all combinations');
  addSubmissionOptions(command)
    .option('--detach', 'do not wait: print the accepted sweep')
    .option('-o, --output <folder>', 'write the images, index.json and sheet.png into this folder')
    .addOption(sweepFormatOption())
    .action((plan: string, data: string[], options: SweepOptions) =>
      run((context) => sweep({ plan, data }, options, context)),
    );
}

async function sweep(given: SubmissionArguments, options: SweepOptions, context: Context): Promise<ExitCode> {
  const client = context.client();
  const submission = await readSweep(given, options, { client, context });
  if (options.output !== undefined) await makeSweepFolder(options.output);
  context.signal.throwIfAborted();
  // Not given up half-way by an interruption: the jobs would run without anybody knowing of them.
  const accepted = await client.submitSweep(submission, { idempotencyKey: randomUUID() });
  if (options.detach === true) return reportAccepted(accepted, context);
  context.note(`Sweep ${accepted.id}, ${quantity(accepted.total, 'job')}`);
  const ended = await followOwnSweep(accepted.id, client, context);
  return finish(ended, options, { client, context });
}

async function readSweep(
  given: SubmissionArguments,
  options: SweepOptions,
  surroundings: Surroundings,
): Promise<SweepSubmission> {
  const vary = options.vary.map(parseSweepRange);
  const { catalog } = await localRegistry(surroundings.context.environment);
  const files = await Promise.all(
    vary.map(({ path, values }) => readFileParameters({ [path]: values }, catalog, surroundings)),
  );
  const submission = await readSubmission(given, options, surroundings);
  const sent: SweepSubmission['vary'] = [];
  for (const [index, { path, values }] of vary.entries()) {
    const { [path]: uploaded } = (await files[index]?.upload(surroundings.client)) ?? {};
    sent.push({ path, values: Array.isArray(uploaded) ? uploaded.map((value: unknown) => value) : values });
  }
  return { ...submission, vary: sent, combine: options.zip === true ? 'zip' : 'product' };
}

function reportAccepted(accepted: AcceptedSweep, context: Context): ExitCode {
  context.printJson(accepted);
  context.print(accepted.id);
  return exitCodes.done;
}

/** Shows the progress of a sweep until it has ended; an interruption cancels it and gives how it ended. */
async function followOwnSweep(id: string, client: Client, context: Context): Promise<Sweep> {
  const display = sweepDisplay(context);
  try {
    const waiting = client.waitForSweep(id, { signal: context.signal, onProgress: display.show });
    return await ofKnown({ sweep: id }, waiting);
  } catch (error) {
    if (!context.signal.aborted) throw error;
    context.note(`Cancelling sweep ${id}`);
    const signal = AbortSignal.timeout(cancelMilliseconds);
    await client.cancelSweep(id, { signal });
    return await client.waitForSweep(id, { signal });
  } finally {
    display.end();
  }
}

/** An interrupted sweep still leaves what it has made. */
async function finish(
  sweep: Sweep,
  { output, format }: SweepOptions,
  { client, context }: Surroundings,
): Promise<ExitCode> {
  if (output !== undefined) {
    const signal = context.signal.aborted ? AbortSignal.timeout(cancelMilliseconds) : context.signal;
    await writeSweepFolder(sweep, { folder: output, format }, { client, signal });
  }
  context.printJson(sweep);
  tellSweepWarnings(sweep, context);
  printSweep(sweep, context);
  if (output !== undefined) context.print(`Written to ${output}`);
  return exitCodeOfSweep(sweep);
}

/** A failure counts for more than running out of time, and that for more than a cancel. */
export function exitCodeOfSweep({
  items,
}: {
  readonly items: readonly Pick<SweepItem, 'state' | 'error'>[];
}): ExitCode {
  const codes = new Set(items.map(exitCodeOfJob));
  const order = [exitCodes.failed, exitCodes.timedOut, exitCodes.cancelled];
  return order.find((code) => codes.has(code)) ?? exitCodes.done;
}
