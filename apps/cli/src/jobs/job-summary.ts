import {
  isComplex,
  quantity,
  type Job,
  type HeldThingRecord,
  type Resumed,
  type StepCache,
  type SubjobRecord,
} from '@rondel/contracts';
import type { Colors, Context } from '../terminal/context.js';
import { inFlags } from '../shell/flag-names.js';
import { plainText } from '../terminal/plain-text.js';
import { agoText, numberText, secondsText } from '../terminal/quantity.js';
import { tellWarnings, warningLines } from './warning-lines.js';

/** More blocks of a step than this are counted instead of listed. */
const mostBlocks = 8;

/** Prints how a job stands: state, steps with their seconds, result, warnings, failure. */
export function printJob(job: Job, context: Context): void {
  for (const line of jobLines(job, context.colors)) context.print(line);
}

/** `printJob` for whoever has waited for the job: its warnings go to standard error. */
export function printEnded({ warnings, ...job }: Job, context: Context): void {
  tellWarnings(warnings, context);
  printJob(job, context);
}

export function jobLines(job: Job, colors: Colors): string[] {
  return [
    `${colors.bold(job.id)}  ${stateText(job.state, colors)}  ${plainText(job.title ?? job.plan.name ?? 'plan')} ${colors.dim(job.plan.sha256.slice(0, 12))}`,
    ...aboutLines(job),
    `  pool ${job.pool}${job.lane === undefined ? '' : `, lane ${job.lane}`}${job.worker === undefined ? '' : `, worker ${job.worker}`}, submitted ${agoText(job.createdAt)}${attemptText(job)}`,
    ...waitingLines(job),
    ...stepLines(job, colors),
    ...resultLines(job),
    ...warningLines(job.warnings, colors).map((line) => `  ${line}`),
    ...errorLines(job, colors),
  ];
}

/** What was set, and what the title does not say. */
function aboutLines({ set, title = '', plan, rerunOf }: Job): string[] {
  return [
    ...(set === undefined ? [] : [`  ${plainText(set)}`]),
    ...(plan.name === undefined || title === '' || title.includes(plan.name) ? [] : [`  plan ${plan.name}`]),
    ...(rerunOf === undefined ? [] : [`  runs job ${rerunOf} again`]),
  ];
}

function attemptText({ attempts: { made, allowed } }: Job): string {
  return made > 1 ? `, attempt ${made} of ${allowed}` : '';
}

const stateColors: Record<Job['state'], keyof Pick<Colors, 'green' | 'red' | 'yellow' | 'cyan' | 'dim'>> = {
  queued: 'dim',
  waiting: 'dim',
  active: 'cyan',
  completed: 'green',
  failed: 'red',
  cancelled: 'yellow',
};

export function stateText(state: Job['state'], colors: Colors): string {
  return colors[stateColors[state]](state);
}

function waitingLines({ waiting }: Job): string[] {
  return waiting === undefined ? [] : [`  ${plainText(waiting.reason)}`];
}

function stepLines({ steps }: Job, colors: Colors): string[] {
  const width = Math.max(0, ...steps.map(({ path }) => path.length));
  return steps.flatMap(({ path, type, state, seconds, cache, resumed, subjobs = [] }) => {
    const time = seconds === undefined ? state : secondsText(seconds);
    const cached = cache === undefined || cache.state === 'none' ? '' : colors.dim(`  ${cacheText(cache)}`);
    return [
      `  ${path.padEnd(width)}  ${time.padStart(9)}  ${colors.dim(type)}${cached}`,
      ...(resumed === undefined ? [] : [`    ${resumedText(resumed)}`]),
      ...(cache?.held ?? []).map((thing) => `    ${colors.dim(heldText(thing))}`),
      ...subjobLines(subjobs, colors).map((line) => `    ${line}`),
    ];
  });
}

/** Of many blocks only those that ask for a look are listed; `--json` has all. */
function subjobLines(subjobs: readonly SubjobRecord[], colors: Colors): string[] {
  if (subjobs.length <= mostBlocks) return subjobs.flatMap((subjob) => subjobText(subjob, colors));
  const states = [...new Set(subjobs.map(({ state }) => state))];
  const counts = states.map(
    (state) => `${subjobs.filter((subjob) => subjob.state === state).length} ${stateText(state, colors)}`,
  );
  const workers = new Set(subjobs.flatMap(({ worker }) => worker ?? []));
  const seconds = subjobs.reduce((sum, subjob) => sum + (subjob.seconds ?? 0), 0);
  const notable = subjobs.filter(({ state, attempts }) => ['active', 'failed'].includes(state) || attempts > 1);
  return [
    `${subjobs.length} blocks: ${counts.join(', ')}; ${quantity(workers.size, 'worker')}, ${secondsText(seconds)} in all`,
    ...notable.slice(0, mostBlocks).flatMap((subjob) => subjobText(subjob, colors)),
  ];
}

function resumedText({ iteration, iterations, attempt, worker }: Resumed): string {
  return `went on at iteration ${iteration} of ${iterations}, from attempt ${attempt} on ${worker}`;
}

function cacheText({ state, reason, secondsSaved }: StepCache): string {
  const saved = secondsSaved === undefined ? '' : `, saved ${secondsText(secondsSaved)}`;
  return `cache ${state}${saved}: ${plainText(reason)}`;
}

function heldText({ path, type, state, seconds, reason }: HeldThingRecord): string {
  const saved = state === 'hit' ? `, saved ${secondsText(seconds)}` : `, made in ${secondsText(seconds)}`;
  return `${path} (${type}): cache ${state}${saved}: ${plainText(reason)}`;
}

function subjobText(
  { id, state, worker, seconds, fraction, attempts, resumed }: SubjobRecord,
  colors: Colors,
): string[] {
  const running = state === 'active' && fraction !== undefined ? ` ${Math.round(100 * fraction)} %` : '';
  const place = worker === undefined ? '' : `  ${worker}`;
  const time = seconds === undefined ? '' : `  ${secondsText(seconds)}`;
  const again = attempts > 1 ? `  attempt ${attempts}` : '';
  return [
    `${id.padEnd(6)}  ${stateText(state, colors)}${running}${place}${time}${again}`,
    ...(resumed === undefined ? [] : [`  ${resumedText(resumed)}`]),
  ];
}

function resultLines({ result }: Job): string[] {
  if (result === undefined) return [];
  const { shape, axes, dtype, min, max, mean, valueUnit, seconds } = result;
  const named = shape.map((extent, index) => `${axes[index] ?? '?'} ${extent}`).join(' x ');
  return [
    `  image ${named}, ${dtype}${isComplex(dtype) ? ', of magnitudes' : ''}, min ${numberText(min)}, max ${numberText(max)}, mean ${numberText(mean)}${valueUnit === undefined ? '' : ` ${valueUnit}`}, in ${secondsText(seconds)}`,
  ];
}

function errorLines({ error }: Job, colors: Colors): string[] {
  if (error === undefined) return [];
  const where = error.at === undefined || error.message.includes(error.at) ? '' : ` at ${error.at}`;
  return [`  ${colors.red(error.code)}${where}: ${plainText(inFlags(error.message))}`];
}
