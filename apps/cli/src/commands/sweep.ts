import { randomUUID } from 'node:crypto';
import { Option, type Command } from 'commander';
import type { Client } from '@rondel/client';
import type { AcceptedSweep, Sweep, SweepItem, SweepSubmission } from '@rondel/contracts';
import type { WritableFormat } from '@rondel/formats';
import type { Context } from '../context.js';
import { dataOfSubmission, readDataArguments } from '../data-argument.js';
import { exitCodeOfJob, exitCodes, type ExitCode } from '../exit-code.js';
import { stateText } from '../job-summary.js';
import { localRegistry } from '../local-catalog.js';
import { plainText } from '../plain-text.js';
import { readAssignments, readPlanArgument } from '../plan-argument.js';
import { sweepDisplay } from '../progress-display.js';
import { numberText, secondsText } from '../quantity.js';
import { collect, integerBetween, keyValuePairs, positiveNumber, type RunAction } from '../shell.js';
import { makeSweepFolder, writeSweepFolder } from '../sweep-folder.js';
import { tableLines } from '../table.js';
import { uploadedReference } from '../upload.js';
import { readVary } from '../vary-argument.js';

interface SweepOptions {
  readonly vary: readonly string[];
  readonly zip?: boolean;
  readonly set: readonly string[];
  readonly label: readonly string[];
  readonly pool?: string;
  readonly worker?: string;
  readonly split?: string;
  readonly priority?: number;
  readonly attempts?: number;
  readonly timeout?: number;
  readonly detach?: boolean;
  readonly output?: string;
  readonly format: Exclude<WritableFormat, 'png'>;
}

interface Arguments {
  readonly plan: string;
  readonly data: readonly string[];
}

/** A running job stops within a second of a cancel; this leaves room for many jobs and a slow network. */
const cancelMilliseconds = 60_000;

export function addSweep(program: Command, run: RunAction): void {
  program
    .command('sweep')
    .description('run a plan on data once for each way to set some properties')
    .argument('<plan>', 'a .toml or .json file, or a built-in plan such as radon/fbp')
    .argument('<data...>', 'a file or a reference; name=REF where a plan takes several')
    .requiredOption(
      '--vary <path=v1,v2,...>',
      'values of a property, or start:step:stop (repeatable: all combinations)',
      collect,
      [],
    )
    .option('--zip', 'not all combinations: the first values of all, then the second ones')
    .option('--set <name=value>', 'set a property of the plan (repeatable)', collect, [])
    .option('--pool <pool>', 'workers that shall run it')
    .option('--worker <where>', 'a pool, the id of a worker or a label such as gpu=a100')
    .option('--split <axis[:size]>', 'fan steps out in blocks along slice or frame, of the given size')
    .option('--priority <n>', '1 to 1000, lower runs earlier', integerBetween(1, 1000))
    .option('--attempts <n>', 'how often lost work is started in all', integerBetween(1, 20))
    .option('--timeout <seconds>', 'computing time allowed to one attempt', positiveNumber)
    .option('--label <key=value>', 'label to find the jobs by (repeatable)', collect, [])
    .option('--detach', 'do not wait: print the accepted sweep')
    .option('-o, --output <folder>', 'write the images, index.json and sheet.png into this folder')
    .addOption(
      new Option('--format <format>', 'of the images in the folder').choices(['npy', 'h5', 'nii.gz']).default('npy'),
    )
    .action((plan: string, data: string[], options: SweepOptions) =>
      run((context) => sweep({ plan, data }, options, context)),
    );
}

async function sweep(given: Arguments, options: SweepOptions, context: Context): Promise<ExitCode> {
  const client = context.client();
  const submission = await readSubmission(given, options, { client, context });
  if (options.output !== undefined) await makeSweepFolder(options.output);
  context.signal.throwIfAborted();
  // Not given up half-way by an interruption: the jobs would run without anybody knowing of them.
  const accepted = await client.submitSweep(submission, { idempotencyKey: randomUUID() });
  if (options.detach === true) return reportAccepted(accepted, context);
  context.note(`Sweep ${accepted.id}, ${accepted.total} jobs`);
  const ended = await followOwnSweep(accepted.id, client, context);
  return finish(ended, options, { client, context });
}

interface Surroundings {
  readonly client: Client;
  readonly context: Context;
}

async function readSubmission(
  given: Arguments,
  options: SweepOptions,
  { client, context }: Surroundings,
): Promise<SweepSubmission> {
  const vary = options.vary.map(readVary);
  const plan = await readPlanArgument(given.plan, await localRegistry(context.environment), () => client.catalog());
  const parameters = readAssignments(options.set);
  const labels = keyValuePairs(options.label, '--label');
  const sources = await readDataArguments(given.data);
  const references: [string, string][] = [];
  for (const source of sources) references.push([source.name, await uploadedReference(source, client, context)]);
  return {
    plan: plan.source,
    parameters,
    data: dataOfSubmission(references),
    vary,
    combine: options.zip === true ? 'zip' : 'product',
    labels,
    ...(options.pool !== undefined && { pool: options.pool }),
    ...(options.worker !== undefined && { worker: options.worker }),
    ...(options.split !== undefined && { split: options.split }),
    ...(options.priority !== undefined && { priority: options.priority }),
    ...(options.attempts !== undefined && { attempts: options.attempts }),
    ...(options.timeout !== undefined && { timeoutSeconds: options.timeout }),
  };
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
    return await client.waitForSweep(id, { signal: context.signal, onProgress: display.show });
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
  printSweep(sweep, context);
  if (output !== undefined) context.print(`Written to ${output}`);
  return exitCodeOfSweep(sweep);
}

function printSweep({ items }: Sweep, context: Context): void {
  const names = Object.keys(items[0]?.assignments ?? {});
  const rows = items.map(({ assignments, job, state, result, error }) => [
    ...names.map((name) => plainText(valueText(assignments[name]))),
    stateText(state, context.colors),
    ...(result ? [result.min, result.max, result.mean].map(numberText) : ['', '', '']),
    result ? secondsText(result.seconds) : '',
    job,
    error ? `${error.code}: ${plainText(error.message)}` : '',
  ]);
  for (const line of tableLines([...names, 'STATE', 'MIN', 'MAX', 'MEAN', 'TIME', 'JOB', ''], rows))
    context.print(line);
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
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
