import type { CachedResult, Dataset, StepCache } from '@rondel/contracts';
import { runSteps, type BuiltStep, type RunOptions } from '@rondel/reco';
import { findCachePoints, type PlannedRun } from './cache-points.js';
import type { CachePoint, Found, KeptResults } from './kept-results.js';
import type { Input } from '../input/read-input.js';
import { filesOfPlan, joinSources } from '../input/sources.js';

export interface CachedRun extends PlannedRun {
  readonly steps: readonly BuiltStep[];
  /** Asked before the input is read; when it answers false nobody reads it here, and the run ends before its first step. */
  readonly goesOnUnread: () => Promise<boolean>;
  readonly read: () => Promise<Input>;
  /** Where the raw data came from, if that is known without reading. */
  readonly sources?: Input['sources'] | undefined;
  /** The data files that steps have opened so far. Throws for one that was changed since. */
  readonly opened?: () => Promise<Input['sources']>;
  readonly results: KeptResults;
  /** Results in memory; absent: there are none, and none are held. */
  readonly held?: KeptResults | undefined;
  readonly options: Omit<RunOptions, 'from' | 'onOutput'>;
}

export interface CachedOutput {
  /** Absent when the input was not read. */
  readonly output?: Dataset;
  /** As in `Input`: what the run has read, or the job whose result it took. */
  readonly sources: Input['sources'];
  readonly cached: readonly CachedResult[];
  /** What leaving results for others took; 0 when none was left. */
  readonly keepSeconds: number;
}

/** Where the run begins: after a step whose result was there, or with the input. */
interface Beginning {
  /** Position of the first step to run. */
  readonly from: number;
  readonly dataset: Dataset;
  readonly sources: Input['sources'];
  /** What computing up to here takes. */
  readonly seconds: number;
  readonly cached: readonly CachedResult[];
}

interface Search {
  readonly run: CachedRun;
  readonly points: readonly CachePoint[];
  /** What told the input from any other before it was read. */
  readonly input?: string | undefined;
  /** Position to why the result was not there; it is kept once it is computed. */
  readonly misses: Map<number, string>;
  /** Path to what is told of the step. */
  readonly notes: Map<string, StepCache>;
  readonly onStep: RunOptions['onStep'];
}

/**
 * Runs steps: from the last one on whose result another job has left, and if there is none, from the input, which is not
 * read before that is known. Leaves the results of steps that are wrapped in a cache.
 */
export async function runCached(run: CachedRun): Promise<CachedOutput> {
  const { points, passing, input } = await findCachePoints({ ...run, holds: run.held !== undefined });
  const notes = new Map(passing);
  const held = new Map<string, StepCache['held']>();
  const onStep: RunOptions['onStep'] = (report) => {
    const { path } = report;
    // A step says it once, and is told of again when its result was kept.
    if (report.cache?.held) held.set(path, report.cache.held);
    const of = held.get(path);
    const cache = notes.get(path) ?? report.cache;
    run.options.onStep({ ...report, ...(cache && { cache: { ...cache, ...(of && { held: of }) } }) });
  };
  const misses = new Map<number, string>();
  const search: Search = { run, points, input, misses, notes, onStep };
  const beginning = (await beginWithResult(search)) ?? (await beginWithInput(search));
  if (beginning === undefined) {
    await leaveToOthers(search, 0);
    return { sources: [], cached: [], keepSeconds: 0 };
  }
  const kept = { seconds: beginning.seconds, keepSeconds: 0 };
  const sources = async () => joinSources(beginning.sources, (await run.opened?.()) ?? []);
  let end = run.steps.length;
  const output = await runSteps(run.steps, beginning.dataset, {
    ...run.options,
    onStep,
    from: beginning.from,
    async goesOn(dataset, index) {
      const answer = (await run.options.goesOn?.(dataset, index)) ?? true;
      if (!answer) end = index;
      return answer;
    },
    async onOutput(dataset, step) {
      kept.seconds += step.seconds;
      kept.keepSeconds += await leave(search, step, { dataset, seconds: kept.seconds, sources });
    },
  });
  await leaveToOthers(search, end);
  return { output, sources: await sources(), cached: beginning.cached, keepSeconds: kept.keepSeconds };
}

function resultsOf({ isHeld }: CachePoint, { held, results }: CachedRun): KeptResults {
  return isHeld === true && held !== undefined ? held : results;
}

/** Others run the steps from `end` on, on blocks. */
async function leaveToOthers({ run, points, misses }: Search, end: number): Promise<void> {
  for (const point of points)
    if (point.index >= end && misses.has(point.index)) await resultsOf(point, run).giveUp(point);
}

/** Rights to compute are taken from the last step to the first, so that two jobs never wait for each other. */
async function beginWithResult(search: Search): Promise<Beginning | undefined> {
  const { run, points, misses, notes } = search;
  for (const point of points.toReversed()) {
    const found = await resultsOf(point, run).find(point);
    if (found.kind === 'hit') return takeOver(search, point, found);
    misses.set(point.index, found.reason);
    notes.set(point.path, { state: 'miss', key: point.identity.key, reason: found.reason });
  }
  return undefined;
}

function takeOver({ run, notes, onStep }: Search, point: CachePoint, hit: Extract<Found, { kind: 'hit' }>): Beginning {
  const { path, type, index } = point;
  for (const before of run.steps.slice(0, index)) {
    notes.set(before.path, { state: 'skipped', reason: `The result of ${path} was in the cache.` });
    onStep({ path: before.path, type: before.definition.type, state: 'completed' });
  }
  notes.set(path, hit.cache);
  onStep({ path, type, state: 'completed', seconds: hit.seconds });
  const { dataset, result, origin } = hit;
  hearOf(dataset, run);
  return {
    from: index + 1,
    dataset,
    sources: run.sources === undefined ? result.data : joinSources(run.sources, filesOfPlan(result.data)),
    seconds: result.seconds,
    cached: [origin],
  };
}

async function beginWithInput(search: Search): Promise<Beginning | undefined> {
  const { run, points, input: before } = search;
  if (!(await run.goesOnUnread())) return undefined;
  const started = performance.now();
  const { dataset, sources } = await run.read();
  hearOf(dataset, run);
  const seconds = secondsSince(started);
  if (points.length > 0 && (await run.identity()) !== before) await giveUp(search);
  return { from: 0, dataset, sources, seconds, cached: [] };
}

/** What the run begins with may have given rise to warnings already, in this job or in another. */
function hearOf({ warnings = [] }: Dataset, { options }: CachedRun): void {
  for (const warning of warnings) options.onWarning?.(warning);
}

/** What was computed from a file that changed meanwhile is of no use to others. */
async function giveUp({ run, points, misses, notes }: Search): Promise<void> {
  misses.clear();
  for (const point of points) {
    notes.set(point.path, { state: 'miss', reason: 'Not kept: the input was changed while it was read.' });
    await resultsOf(point, run).giveUp(point);
  }
}

/** Leaves what a step returned, if its results are kept, and tells so. Returns how long that took. */
async function leave(
  { run, points, misses, notes, onStep }: Search,
  { index, seconds }: { readonly index: number; readonly seconds: number },
  {
    sources,
    ...computed
  }: Omit<Parameters<KeptResults['keep']>[2], 'data'> & {
    readonly sources: () => Promise<Input['sources']>;
  },
): Promise<number> {
  const point = points.find((each) => each.index === index);
  const reason = misses.get(index);
  if (point === undefined || reason === undefined) return 0;
  const data = await sources();
  const started = performance.now();
  const { path, type } = point;
  notes.set(path, await resultsOf(point, run).keep(point, reason, { ...computed, data }));
  onStep({ path, type, state: 'completed', seconds });
  return secondsSince(started);
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
