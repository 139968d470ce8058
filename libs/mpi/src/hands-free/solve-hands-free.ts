import { float32Array, type NdArray } from '@rondel/contracts';
import {
  normalizationFactors,
  openKaczmarz,
  type KaczmarzSweeps,
  type LinearSystem,
  type NormalizationName,
} from '@rondel/least-squares';
import type { Checkpoint, StepCheckpoints } from '@rondel/reco';
import type { UnitaryTransform } from '../sparse/grid-transform.js';
import {
  expectedIterations,
  flattenedIterations,
  iterateHandsFree,
  type HandsFreeSettings,
  type SweepResult,
} from './hands-free.js';

/** What one set of frames is solved with. */
export interface HandsFreeProblem {
  readonly system: LinearSystem;
  /** complex64 or float32 [frame, row]. */
  readonly measurements: NdArray<Float32Array>;
  /** Signal-to-noise ratio of each row. */
  readonly snr: ArrayLike<number>;
  readonly settings: HandsFreeSettings;
  readonly normalization: NormalizationName;
  /** What the image is kept to after each iteration. */
  readonly constraint: 'real' | 'positive' | undefined;
  /** From the unknowns to the image, where they are its coefficients. */
  readonly transform?: UnitaryTransform;
  readonly equalizeIters: boolean;
  readonly flattenIters: boolean;
  /** Hears of each sweep. */
  onSweep?(sweep: HandsFreeSweep): void;
  /** Where it goes on after a frame, and leaves what the next attempt needs for that. */
  readonly checkpoint?: StepCheckpoints;
  readonly signal?: AbortSignal;
}

/** A sweep over the equations of one frame. */
export interface HandsFreeSweep {
  readonly frame: number;
  /** Frames that are done, and of how many; with `flattenIters` each counts twice. */
  readonly done: number;
  readonly of: number;
  /** The unknowns of the frame, a copy. */
  readonly x: () => NdArray<Float32Array>;
}

/** Unknowns of all frames, [frame, column], and the iterations that each took. */
export interface HandsFreeSolution {
  readonly x: Float32Array;
  readonly iterations: readonly number[];
  /** Frames that did not end where the curve bends. */
  readonly unbent: number;
}

/** Between two frames: how many are done, what they took and how many are expected of the next. */
interface HandsFreeState {
  readonly x: Float32Array;
  readonly counts: number[];
  done: number;
  expected: number;
  unbent: number;
}

/** Solves frame after frame, see `iterateHandsFree`; with `flattenIters` all of them once more. */
export async function solveHandsFree(problem: HandsFreeProblem): Promise<HandsFreeSolution> {
  const { system, settings, flattenIters, checkpoint } = problem;
  const frames = problem.measurements.shape[0] ?? 0;
  const unknowns = system.columns * (system.complex ? 2 : 1);
  const state = stateFrom(await checkpoint?.restore(), frames * unknowns);
  const of = frames * (flattenIters ? 2 : 1);
  while (state.done < of) {
    const frame = state.done % frames;
    const place = { frame, done: state.done, of };
    if (state.done < frames) {
      const solved = await solveFrame(problem, place, settings, state.expected);
      state.x.set(solved.x, frame * unknowns);
      state.counts.push(solved.iterations);
      const evened = problem.equalizeIters && state.counts.length >= 3;
      state.expected = evened ? expectedIterations(state.counts) : solved.expected;
      if (!solved.bent) state.unbent += 1;
    } else {
      const count = flattenedIterations(state.counts)[frame] ?? 1;
      const flat = { ...settings, iterbounds: [count, count] as const };
      state.x.set((await solveFrame(problem, place, flat, count)).x, frame * unknowns);
    }
    state.done += 1;
    await checkpoint?.save(() => checkpointOf(state, of));
  }
  const { x, counts, unbent } = state;
  return { x, iterations: flattenIters ? flattenedIterations(counts) : counts, unbent };
}

function stateFrom(begun: Checkpoint | undefined, length: number): HandsFreeState {
  const { done = 0, expected = 0, unbent = 0 } = begun?.numbers ?? {};
  const x = new Float32Array(length);
  x.set(begun?.arrays.x?.data ?? []);
  return { x, counts: [...(begun?.arrays.counts?.data ?? [])], done, expected, unbent };
}

function checkpointOf({ x, counts, ...numbers }: HandsFreeState, iterations: number): Checkpoint {
  const listed = (values: Float32Array) => float32Array(values, [values.length]);
  return {
    iteration: numbers.done,
    iterations,
    numbers,
    arrays: { x: listed(x), counts: listed(Float32Array.from(counts)) },
  };
}

type FramePlace = Omit<HandsFreeSweep, 'x'>;

async function solveFrame(problem: HandsFreeProblem, place: FramePlace, settings: HandsFreeSettings, expected: number) {
  const { system, measurements, normalization } = problem;
  const { frame } = place;
  const parts = system.complex ? 2 : 1;
  const data = measurements.data.subarray(frame * system.rows * parts, (frame + 1) * system.rows * parts);
  const [factor = 1] = normalizationFactors(normalization, system, data);
  const sweeps = openKaczmarz(system, { ...measurements, shape: [1, system.rows], data });
  const sweep = async (lambda: number, rows: Uint32Array) => {
    const result = await sweepOnce(problem, sweeps, factor * lambda, rows);
    problem.onSweep?.({ ...place, x: () => sweeps.x() });
    return result;
  };
  try {
    const ended = await iterateHandsFree({ sweep }, problem.snr, settings, expected);
    return { ...ended, x: sweeps.x().data };
  } finally {
    sweeps.close();
  }
}

async function sweepOnce(
  problem: HandsFreeProblem,
  sweeps: KaczmarzSweeps,
  lambda: number,
  rows: Uint32Array,
): Promise<SweepResult> {
  const { system, constraint, transform, signal } = problem;
  await sweeps.sweep({ lambda, rows, ...(signal && { signal }) });
  const unknowns = constrained(sweeps, constraint, transform);
  const parts = system.complex ? 2 : 1;
  const multipliers = sweeps.multipliers().data;
  let square = 0;
  for (const row of rows) {
    for (let part = 0; part < parts; part++) square += (multipliers[parts * row + part] ?? 0) ** 2;
  }
  return { norm: realNorm(unknowns, parts), residual: Math.sqrt(lambda * square) / rows.length };
}

/** Keeps the image to its constraint; returns the unknowns. */
function constrained(
  sweeps: KaczmarzSweeps,
  constraint: HandsFreeProblem['constraint'],
  transform: UnitaryTransform | undefined,
): Float32Array {
  if (constraint === undefined) return sweeps.x().data;
  if (transform === undefined) {
    sweeps.project(constraint);
    return sweeps.x().data;
  }
  const values = sweeps.x();
  transform.forward(values.data);
  for (let index = 0; index < values.data.length; index += 2) {
    if (constraint === 'positive') values.data[index] = Math.max(0, values.data[index] ?? 0);
    values.data[index + 1] = 0;
  }
  transform.adjoint(values.data);
  sweeps.setX(values);
  return values.data;
}

function realNorm(values: Float32Array, parts: number): number {
  let square = 0;
  for (let index = 0; index < values.length; index += parts) square += (values[index] ?? 0) ** 2;
  return Math.sqrt(square);
}
