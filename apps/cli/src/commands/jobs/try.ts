import { createInterface } from 'node:readline/promises';
import { Readable } from 'node:stream';
import { Option, type Command } from 'commander';
import { engineNames, RondelError, type Catalog, type EngineName } from '@rondel/contracts';
import type { Context } from '../../terminal/context.js';
import { formatOf, resultFile, type ResultFile } from '../../jobs/result-file.js';
import { tellWarnings } from '../../jobs/warning-lines.js';
import { jobLines } from '../../jobs/job-summary.js';
import { localRegistry } from '../../plans/local-catalog.js';
import { readAssignments, readPlanArgument } from '../../plans/plan-argument.js';
import { exitCodeOfJob, type ExitCode } from '../../shell/exit-code.js';
import { reportError } from '../../shell/report-error.js';
import { collect, integerBetween, windowBounds, type RunAction } from '../../shell/shell.js';
import { numberText } from '../../terminal/quantity.js';
import { chosenMethod, chosenMethodText, type ChosenValues } from '../../trying/chosen-method.js';
import { tryOnce, type Trial } from '../../trying/trial.js';
import { openTrialScan, type ReadScan } from '../../trying/trial-scan.js';
import { changedSettings, type TrialSettings } from '../../trying/trial-settings.js';
import { readTrialLine, trialHelp, type TrialLine } from '../../trying/trial-line.js';

interface TryOptions {
  readonly plan?: string;
  readonly slice?: number;
  readonly set: readonly string[];
  readonly output: string;
  readonly once?: boolean;
  readonly window?: readonly [number, number];
  readonly pool?: string;
  readonly worker?: string;
  readonly engine?: EngineName;
}

const newcomersPlan = 'radon/fbp';

export function addTry(program: Command, run: RunAction): void {
  program
    .command('try')
    .description('reconstruct one slice again and again, with other values, and look at it')
    .argument('<data...>', 'a file or a reference; name=REF where a plan takes several')
    .option(
      '--plan <plan>',
      `a .toml or .json file, or a built-in plan; unless given ${newcomersPlan}, for large slices with method=grid`,
    )
    .option('--slice <n>', 'slice of the scan, from 0; unless given the middle one', integerBetween(0, 10_000_000))
    .option('--set <name=value>', 'set a property of the plan (repeatable)', collect, [])
    .option(
      '-o, --output <file>',
      'the picture, written anew each time: .png in 8 bit, or any format of images',
      'try.png',
    )
    .option('--window <lo,hi>', 'values that are black and white in a .png', windowBounds)
    .option('--once', 'compute one picture and end: read no other values from standard input')
    .option('--pool <pool>', 'pool that runs it')
    .option('--worker <where>', 'a pool, the id of a worker or its beginning, or a label such as gpu=a100')
    .addOption(new Option('--engine <engine>', 'only workers that compute with it').choices(engineNames))
    .action((data: string[], options: TryOptions) => run((context) => tryValues(data, options, context)));
}

async function tryValues(data: readonly string[], options: TryOptions, context: Context): Promise<ExitCode> {
  // A picture to look at, as the worker has drawn it: more grey levels than a screen shows would be drawn each time.
  const bits = formatOf(options.output) === 'png' ? 8 : undefined;
  const file = await resultFile(options.output, { window: options.window, bits });
  const { plan = newcomersPlan, set, ...submitting } = options;
  const readScan = openTrialScan({ plan, data }, submitting, { client: context.client(), context });
  const { slices, sums } = await readScan();
  const middle = slices === undefined ? undefined : Math.floor(slices / 2);
  const first = { slice: checkedSlice(options.slice, slices) ?? middle, values: readAssignments(set) };
  const registry = await localRegistry(context.environment);
  const { catalog } = registry;
  const isOpen = options.plan === undefined;
  const choose = isOpen ? chosenMethod((await readPlanArgument(plan, registry)).plan, { sums, catalog }) : () => ({});
  if (Object.keys(choose(first.values)).length > 0) context.note(chosenMethodText);
  const trying = {
    readScan,
    choose,
    catalog,
    file,
    context,
    submitted: ['rondel submit', plan, ...data].join(' '),
  };
  let { settings, code } = await attempt({ kind: 'again' }, first, trying);
  if (options.once === true) return code;
  const input = context.stdin?.();
  const typed = input?.isTTY === true;
  const output = typed ? context.stderr : undefined;
  const lines = createInterface({ input: input ?? Readable.from([]), output, prompt: 'try> ' });
  try {
    if (typed) context.note('Type name=value to try another value, help for more.');
    lines.prompt();
    for await (const text of lines) {
      const next = await answer(text, settings, trying);
      if (next === 'end') break;
      ({ settings, code = code } = next);
      context.signal.throwIfAborted();
      lines.prompt();
    }
  } finally {
    lines.close();
  }
  context.note(`The whole scan with these values: ${wholeScan(settings, trying)}`);
  return code;
}

interface Trying {
  readonly readScan: () => Promise<ReadScan>;
  readonly choose: (values: TrialSettings['values']) => ChosenValues;
  readonly catalog: Catalog;
  readonly file: ResultFile;
  readonly context: Context;
  readonly submitted: string;
}

interface Answer {
  readonly settings: TrialSettings;
  /** How the command would have to exit after it; absent where nothing was computed. */
  readonly code?: ExitCode;
}

async function answer(text: string, settings: TrialSettings, trying: Trying): Promise<Answer | 'end'> {
  const { context } = trying;
  let line: TrialLine;
  try {
    line = readTrialLine(text);
  } catch (error) {
    return { settings, code: reportError(error, context) };
  }
  switch (line.kind) {
    case 'end':
      return 'end';
    case 'help':
      for (const each of trialHelp) context.note(each);
      return { settings };
    case 'show':
      context.note(wholeScan(settings, trying));
      return { settings };
    default:
      return attempt(line, settings, trying);
  }
}

type Change = Parameters<typeof changedSettings>[1];

/** What is refused, or fails, is said, and what was tried before stays set. */
async function attempt(line: Change, before: TrialSettings, trying: Trying): Promise<Required<Answer>> {
  const { readScan, choose, catalog, file, context } = trying;
  try {
    const wanted = changedSettings(before, line);
    const { scan, slices } = await readScan();
    checkedSlice(wanted.slice, slices);
    const trial = await tryOnce(scan, wanted, { chosen: choose(wanted.values), context, catalog, file });
    report(trial, file, context);
    return { settings: trial.job.state === 'completed' ? wanted : before, code: exitCodeOfJob(trial.job) };
  } catch (error) {
    if (context.signal.aborted) throw error;
    return { settings: before, code: reportError(error, context) };
  }
}

function report({ job, settings, chosen, seconds, found }: Trial, file: ResultFile, context: Context): void {
  const { slice, values } = settings;
  context.printJson({ job, ...(slice !== undefined && { slice }), values, chosen, seconds, found, file: file.path });
  tellWarnings(job.warnings, context);
  if (job.result === undefined) {
    for (const line of jobLines({ ...job, warnings: [] }, context.colors)) context.print(line);
    return;
  }
  const { min, max } = job.result;
  const parts = [
    ...(slice === undefined ? [] : [`slice ${slice}`]),
    ...job.steps.flatMap(({ path, cache }) => (cache?.state === 'hit' ? [`${path.split('.').at(-1)} as before`] : [])),
    ...Object.entries(chosen).map(([path, value]) => `${path.split('.').at(-1)} ${value} chosen`),
    ...Object.entries(found).map(([path, value]) => `${path.split('.').at(-1)} ${foundText(value)} found`),
    `${numberText(min)} to ${numberText(max)}`,
    `${seconds.toFixed(2)} s`,
  ];
  context.print(`${file.path}  ${parts.join(', ')}`);
}

function foundText(value: unknown): string {
  return typeof value === 'number' ? String(Number(value.toFixed(3))) : JSON.stringify(value);
}

/** Values are written as TOML reads them; quoted for the shell where it would take them apart. */
function wholeScan({ values }: TrialSettings, { submitted, choose }: Trying): string {
  const set = Object.entries({ ...values, ...choose(values) }).map(([name, value]) => {
    const text = `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
    return `--set ${/^[\w./:=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`}`;
  });
  return [submitted, ...set, '-o image.h5'].join(' ');
}

/** Throws `INVALID_REQUEST` for a slice that the scan does not have. */
function checkedSlice(slice: number | undefined, slices = 1): number | undefined {
  if (slice === undefined || slice < slices) return slice;
  throw new RondelError(
    'INVALID_REQUEST',
    slices === 1
      ? 'The scan has one slice alone, or none that can be told apart: leave --slice out.'
      : `The scan has slices 0 to ${slices - 1}, got ${slice}.`,
  );
}
