import {
  addWarnings,
  foundIn,
  joinWarnings,
  RondelError,
  withFound,
  withWarnings,
  type CarriedWarning,
  type Dataset,
  type HeldThingRecord,
  type JobState,
  type Progress,
  type Resumed,
  type StepCache,
} from '@rondel/contracts';
import type { BuiltStep } from '../build/build.js';
import { requireFiniteOutput } from './finite-output.js';
import { openHeldThings, type HeldRun } from './held-things.js';
import { openHoldings } from './holdings.js';
import { knowing, needOf, requireRoom, shapeOf, type MemoryRoom } from './memory.js';
import { outOfMemoryIn } from './out-of-memory.js';
import { stepFailure } from './step-failure.js';
import { withSurvey } from './survey-whole.js';
import type { DataFile } from '../node/data-file.js';
import type { Checkpoint, Step, StepCheckpoints, StepContext, StepProgress } from '../node/package.js';

/** Hears how a run goes on. Whoever passes it on between processes adds to it. */
export interface RunListener {
  readonly onProgress: (progress: Progress) => void;
  readonly onStep: (step: StepReport) => void;
  readonly onLog: (level: 'info' | 'warn', message: string) => void;
  /** Hears of each warning as a step gives it; what it throws ends the step. */
  readonly onWarning?: (warning: CarriedWarning) => void;
}

/** A step that estimates that it needs more memory than there is room for is refused before it starts. */
export interface RunOptions extends RunListener, MemoryRoom {
  readonly signal: AbortSignal;
  /** Takes or refuses offers of previews. Absent: nobody wants to look. */
  readonly onPreview?: StepContext['preview'];
  /** Where steps find and leave checkpoints. Absent: nowhere. */
  readonly checkpoints?: (step: BuiltStep, input: Dataset) => StepCheckpointStore;
  /** Opens the data file that a property names; closes none. Absent: there are none to open. */
  readonly openFile?: (reference: string) => Promise<DataFile>;
  /** What earlier runs have left of what steps hold, and later ones get; ended with the run. Absent: nothing is left. */
  readonly held?: HeldRun;
  /** Position of the first step to run, counted from 0; the input is what the step before it returns. */
  readonly from?: number;
  /** Sees what a step has returned; the next one begins when this is done. What it throws is no failure of the step. */
  readonly onOutput?: (output: Dataset, step: CompletedStep) => Promise<void>;
  /**
   * Asked before each step, with its input and its position. When it answers false the run ends there, with that input
   * for its output: somebody else runs the rest.
   */
  readonly goesOn?: (input: Dataset, index: number) => Promise<boolean>;
  /**
   * Whether steps find what lets the rest be divided, in a sample of their input: behind steps of this run that take all of `raw` data,
   * or at once, where the input was `prepared` in another run. Absent: each step finds it for itself.
   */
  readonly surveys?: 'raw' | 'prepared';
}

export interface FoundCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly resumed: Resumed;
}

/** The checkpoints of one step of a run. */
export interface StepCheckpointStore extends Pick<StepCheckpoints, 'save'> {
  restore(): Promise<FoundCheckpoint | undefined>;
}

/** A step of a run that has ended well. */
export interface CompletedStep {
  /** Position among the steps of the run, counted from 0. */
  readonly index: number;
  readonly seconds: number;
}

export interface StepReport {
  readonly path: string;
  readonly type: string;
  readonly state: JobState;
  /** Wall time, once the step has ended. */
  readonly seconds?: number;
  /** Memory that it was expected to take, its input included. */
  readonly estimatedBytes?: number;
  /** What the shared cache had to do with it. */
  readonly cache?: StepCache;
  /** Where it went on that an attempt before had begun. */
  readonly resumed?: Resumed;
}

/**
 * Runs steps of an algorithm, all or some that follow each other, on one dataset and returns what the last one returns.
 *
 * Throws the failure of the step that failed first, with the step's path; `CANCELLED` when the signal fires between
 * steps; `OUT_OF_MEMORY` when a step's estimate exceeds the room, and retryable when memory runs out in it.
 */
export async function runSteps(steps: readonly BuiltStep[], input: Dataset, options: RunOptions): Promise<Dataset> {
  const held = options.held ?? nothingHeld().openRun();
  try {
    return await runAll(steps, input, { ...options, held });
  } finally {
    held.end();
  }
}

function nothingHeld() {
  return openHeldThings({ mostBytes: () => 0, makerOf: (type) => type });
}

type HoldingOptions = RunOptions & { readonly held: HeldRun };

async function runAll(steps: readonly BuiltStep[], input: Dataset, options: HoldingOptions): Promise<Dataset> {
  const plan = progressPlan(steps);
  let dataset = input;
  for (const [index, built] of steps.entries()) {
    if (index < (options.from ?? 0)) continue;
    if (options.signal.aborted) throw new RondelError('CANCELLED', 'The job was cancelled.');
    if (options.surveys !== undefined) {
      const before = options.surveys === 'raw' ? { before: steps.slice(0, index) } : {};
      dataset = withSurvey(built, dataset, { ...options, ...before });
    }
    if (options.goesOn && !(await options.goesOn(dataset, index))) return dataset;
    const share = plan[index] ?? { start: 0, length: 1 };
    const started = performance.now();
    dataset = await runStep(built, dataset, share, options);
    await options.onOutput?.(dataset, { index, seconds: secondsSince(started) });
  }
  options.onProgress({ fraction: 1 });
  return dataset;
}

interface ProgressShare {
  readonly start: number;
  readonly length: number;
}

/** Divides the way from 0 to 1 among the steps by their declared effort. */
function progressPlan(steps: readonly BuiltStep[]): ProgressShare[] {
  const efforts = steps.map(({ definition }) => definition.effort ?? 1);
  const total = efforts.reduce((sum, effort) => sum + effort, 0);
  let start = 0;
  return efforts.map((effort) => {
    const share = { start, length: effort / total };
    start += share.length;
    return share;
  });
}

async function runStep(
  built: BuiltStep,
  input: Dataset,
  share: ProgressShare,
  options: HoldingOptions,
): Promise<Dataset> {
  const { path, definition, step } = built;
  let resumed: Resumed | undefined;
  const held: HeldThingRecord[] = [];
  const { factors: _, ...room } = options;
  const estimated = knowing(built, input);
  const wanted = built.wantedOf?.(input);
  const size = { ...shapeOf(input), ...(wanted !== undefined && { wanted }) };
  const { neededBytes: estimatedBytes } = needOf(estimated, size, room);
  const report = (state: JobState, seconds?: number) =>
    options.onStep({
      path,
      type: definition.type,
      state,
      estimatedBytes,
      ...(seconds !== undefined && { seconds }),
      ...(resumed && { resumed }),
      ...(held.length > 0 && { cache: { state: 'none', reason: 'No cache stands around it.', held: [...held] } }),
    });
  const started = performance.now();
  options.onProgress({ fraction: share.start, step: path });
  report('active');
  try {
    requireRoom(estimated, size, options);
    options.held.makeRoom(estimatedBytes, room.hostBytes ?? room.memoryBytes);
    const kept = options.checkpoints?.(built, input) ?? noCheckpoints;
    const restore = async () => {
      const found = await kept.restore();
      if (found === undefined) return undefined;
      ({ resumed } = found);
      report('active');
      const { iteration, iterations, attempt } = resumed;
      const from = `the checkpoint of attempt ${attempt} on ${resumed.worker}`;
      options.onLog('info', `${path} resumed at iteration ${iteration} of ${iterations} from ${from}.`);
      // What was said before the step asked for the checkpoint has been said again.
      for (const warning of joinWarnings(warnings, found.checkpoint.warnings).slice(warnings.length)) warn(warning);
      return found.checkpoint;
    };
    const warnings: CarriedWarning[] = [];
    const warn = (warning: CarriedWarning) => {
      warnings.push(warning);
      options.onWarning?.(warning);
    };
    const found = new Map(Object.entries(foundIn(input)));
    const holdings = openHoldings({ built, input, onTaken: (one) => held.push(one) }, options);
    const context: StepContext = {
      ...holdings.context,
      warn: (code, message, { property, amount } = {}) =>
        warn({
          code,
          message,
          step: path,
          ...(property !== undefined && { path: `${path}.${property}` }),
          ...(amount && { amount }),
        }),
      found: (property, value) => void found.set(`${path}.${property}`, value),
      known: (property) => foundIn(input)[`${path}.${property}`],
      signal: options.signal,
      log: options.onLog,
      preview: options.onPreview ?? (() => undefined),
      checkpoint: { restore, save: (make) => kept.save(() => withWarnings(make(), addWarnings(warnings))) },
      progress: (progress) => options.onProgress(stepProgress({ path, share, started, resumed }, progress)),
    };
    const output = await process(step, input, { context, isRefusal: holdings.isRefusal });
    requireFiniteOutput(output, built);
    report('completed', secondsSince(started));
    return withWarnings(withFound(output, Object.fromEntries(found)), input.warnings, addWarnings(warnings));
  } catch (error) {
    report(options.signal.aborted ? 'cancelled' : 'failed', secondsSince(started));
    throw stepFailure(error, built);
  }
}

/** Throws `OUT_OF_MEMORY`, retryable, however the step's engine says that memory ran out. */
async function process(
  step: Step,
  input: Dataset,
  { context, isRefusal }: { readonly context: StepContext; readonly isRefusal: (error: unknown) => boolean },
): Promise<Dataset> {
  try {
    return await step.process(input, context);
  } catch (error) {
    if (isRefusal(error)) throw error;
    throw outOfMemoryIn(error) ?? error;
  }
}

const noCheckpoints: StepCheckpointStore = {
  restore: () => Promise.resolve(undefined),
  save: () => Promise.resolve(),
};

interface RunningStep {
  readonly path: string;
  readonly share: ProgressShare;
  readonly started: number;
  readonly resumed: Resumed | undefined;
}

function stepProgress({ path, share, started, resumed }: RunningStep, progress: StepProgress): Progress {
  const { iteration, iterations } = progress;
  if (iteration === undefined || iterations === undefined || iterations <= 0) {
    return { fraction: share.start, step: path, ...progress };
  }
  const done = Math.min(1, iteration / iterations);
  // What an attempt before had done took none of this one's time.
  const own = done - (resumed?.iteration ?? 0) / iterations;
  const left = own > 0 ? (secondsSince(started) / own) * (1 - done) : undefined;
  return {
    fraction: share.start + share.length * done,
    step: path,
    ...progress,
    ...(left !== undefined && { secondsLeft: left }),
  };
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
