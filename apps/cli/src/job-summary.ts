import type { Job, StepCache, SubjobRecord } from '@rondel/contracts';
import type { Colors, Context } from './context.js';
import { plainText } from './plain-text.js';
import { numberText, secondsText } from './quantity.js';

/** Prints how a job stands: state, steps with their seconds, result or failure. */
export function printJob(job: Job, context: Context): void {
  for (const line of jobLines(job, context.colors)) context.print(line);
}

export function jobLines(job: Job, colors: Colors): string[] {
  return [
    `${colors.bold(job.id)}  ${stateText(job.state, colors)}  ${job.plan.name ?? 'plan'} ${colors.dim(job.plan.sha256.slice(0, 12))}  pool ${job.pool}${job.worker === undefined ? '' : `  worker ${job.worker}`}`,
    ...waitingLines(job),
    ...stepLines(job, colors),
    ...resultLines(job),
    ...errorLines(job, colors),
  ];
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
  return steps.flatMap(({ path, type, state, seconds, cache, subjobs = [] }) => {
    const time = seconds === undefined ? state : secondsText(seconds);
    const cached = cache === undefined ? '' : colors.dim(`  ${cacheText(cache)}`);
    return [
      `  ${path.padEnd(width)}  ${time.padStart(9)}  ${colors.dim(type)}${cached}`,
      ...subjobs.map((subjob) => `    ${subjobText(subjob, colors)}`),
    ];
  });
}

function cacheText({ state, reason, secondsSaved }: StepCache): string {
  const saved = secondsSaved === undefined ? '' : `, saved ${secondsText(secondsSaved)}`;
  return `cache ${state}${saved}: ${plainText(reason)}`;
}

function subjobText({ id, state, worker, seconds, fraction }: SubjobRecord, colors: Colors): string {
  const running = state === 'active' && fraction !== undefined ? ` ${Math.round(100 * fraction)} %` : '';
  const time = seconds === undefined ? '' : `  ${secondsText(seconds)}`;
  return `${id.padEnd(6)}  ${stateText(state, colors)}${running}${worker === undefined ? '' : `  ${worker}`}${time}`;
}

function resultLines({ result }: Job): string[] {
  if (result === undefined) return [];
  const { shape, axes, dtype, min, max, mean, seconds } = result;
  const named = shape.map((extent, index) => `${axes[index] ?? '?'} ${extent}`).join(' x ');
  return [
    `  image ${named}, ${dtype}, min ${numberText(min)}, max ${numberText(max)}, mean ${numberText(mean)}, in ${secondsText(seconds)}`,
  ];
}

function errorLines({ error }: Job, colors: Colors): string[] {
  if (error === undefined) return [];
  const where = error.at === undefined || error.message.includes(error.at) ? '' : ` at ${error.at}`;
  return [`  ${colors.red(error.code)}${where}: ${plainText(error.message)}`];
}
