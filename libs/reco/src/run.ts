import {
  elementSize,
  isRondelError,
  RondelError,
  toFailure,
  type Dataset,
  type JobState,
  type Progress,
} from '@rondel/contracts';
import type { BuiltStep } from './build.js';
import type { StepContext, StepProgress } from './package.js';

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Memory of the device; a step that estimates more is refused before it starts. */
  readonly memoryBytes: number;
  readonly onProgress: (progress: Progress) => void;
  readonly onStep: (step: StepReport) => void;
  readonly onLog: (level: 'info' | 'warn', message: string) => void;
  /** Takes or refuses offers of previews. Absent: nobody wants to look. */
  readonly onPreview?: StepContext['preview'];
}

export interface StepReport {
  readonly path: string;
  readonly type: string;
  readonly state: JobState;
  /** Wall time, once the step has ended. */
  readonly seconds?: number;
}

/**
 * Runs steps of an algorithm, all or some that follow each other, on one dataset and returns what the last one returns.
 *
 * Throws the failure of the step that failed first, with the step's path; `CANCELLED` when the signal fires between
 * steps; `OUT_OF_MEMORY` when a step's estimate exceeds the device.
 */
export async function runSteps(steps: readonly BuiltStep[], input: Dataset, options: RunOptions): Promise<Dataset> {
  const plan = progressPlan(steps);
  let dataset = input;
  for (const [index, built] of steps.entries()) {
    if (options.signal.aborted) throw new RondelError('CANCELLED', 'The job was cancelled.');
    const share = plan[index] ?? { start: 0, length: 1 };
    dataset = await runStep(built, dataset, share, options);
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

async function runStep(built: BuiltStep, input: Dataset, share: ProgressShare, options: RunOptions): Promise<Dataset> {
  const { path, definition, step } = built;
  const report = (state: JobState, seconds?: number) =>
    options.onStep({ path, type: definition.type, state, ...(seconds !== undefined && { seconds }) });
  const started = performance.now();
  report('active');
  options.onProgress({ fraction: share.start, step: path });
  try {
    checkMemory(built, input, options.memoryBytes);
    const output = await step.process(input, {
      signal: options.signal,
      log: options.onLog,
      preview: options.onPreview ?? (() => undefined),
      progress: (progress) => options.onProgress(stepProgress(path, share, progress, started)),
    });
    report('completed', secondsSince(started));
    return output;
  } catch (error) {
    report(options.signal.aborted ? 'cancelled' : 'failed', secondsSince(started));
    throw stepFailure(error, built);
  }
}

function stepProgress(path: string, share: ProgressShare, progress: StepProgress, started: number): Progress {
  const { iteration, iterations } = progress;
  if (iteration === undefined || iterations === undefined || iterations <= 0) {
    return { fraction: share.start, step: path, ...progress };
  }
  const done = Math.min(1, iteration / iterations);
  const left = done > 0 ? (secondsSince(started) / done) * (1 - done) : undefined;
  return {
    fraction: share.start + share.length * done,
    step: path,
    ...progress,
    ...(left !== undefined && { secondsLeft: left }),
  };
}

function checkMemory({ path, definition, parameters }: BuiltStep, input: Dataset, available: number): void {
  const { shape, dtype } = input.data;
  const needed = definition.estimateBytes(parameters, { shape, elementBytes: elementSize(dtype) });
  if (needed <= available) return;
  throw new RondelError(
    'OUT_OF_MEMORY',
    `${path} (${definition.type}) needs about ${gibibytes(needed)} for data of shape [${shape.join(', ')}], but the device has ${gibibytes(available)}. Reconstruct fewer slices or frames at a time, or use a larger worker.`,
    { at: path, details: { neededBytes: needed, availableBytes: available } },
  );
}

/** A step that throws something of its own becomes `STEP_FAILED`; a coded failure keeps its code and gains the path. */
function stepFailure(error: unknown, { path, definition }: BuiltStep): RondelError {
  if (!isRondelError(error)) {
    const { message } = toFailure(error);
    return new RondelError('STEP_FAILED', `${path} (${definition.type}) failed: ${message}`, {
      at: path,
      cause: error,
    });
  }
  const { code, message, at, ...rest } = error.failure;
  const inside = at !== undefined && !at.startsWith('parameter') ? `${path}.${at}` : at;
  return new RondelError(code, message, { ...rest, at: inside ?? path, cause: error });
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
