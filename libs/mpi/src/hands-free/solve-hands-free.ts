import type { NdArray } from '@rondel/contracts';
import {
  normalizationFactors,
  openKaczmarz,
  type KaczmarzSweeps,
  type LinearSystem,
  type NormalizationName,
} from '@rondel/least-squares';
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
  /** After each frame: the frame, from 0, how many iterations it took, and whether it ended where the curve bends. */
  onFrame?(frame: number, iterations: number, bent: boolean): void;
  readonly signal?: AbortSignal;
}

/** Unknowns of all frames, [frame, column], and the iterations that each took. */
export interface HandsFreeSolution {
  readonly x: Float32Array;
  readonly iterations: readonly number[];
}

/** Solves frame after frame, see `iterateHandsFree`; with `flattenIters` all of them once more. */
export async function solveHandsFree(problem: HandsFreeProblem): Promise<HandsFreeSolution> {
  const frames = problem.measurements.shape[0] ?? 0;
  const { columns, complex } = problem.system;
  const unknowns = columns * (complex ? 2 : 1);
  const x = new Float32Array(frames * unknowns);
  const counts: number[] = [];
  let expected = 0;
  for (let frame = 0; frame < frames; frame++) {
    const solved = await solveFrame(problem, frame, problem.settings, expected);
    x.set(solved.x, frame * unknowns);
    counts.push(solved.iterations);
    expected = problem.equalizeIters && counts.length >= 3 ? expectedIterations(counts) : solved.expected;
    problem.onFrame?.(frame, solved.iterations, solved.bent);
  }
  if (!problem.flattenIters) return { x, iterations: counts };
  const flat = flattenedIterations(counts);
  for (const [frame, count] of flat.entries()) {
    const settings = { ...problem.settings, iterbounds: [count, count] as const };
    x.set((await solveFrame(problem, frame, settings, count)).x, frame * unknowns);
    problem.onFrame?.(frame, count, true);
  }
  return { x, iterations: flat };
}

async function solveFrame(problem: HandsFreeProblem, frame: number, settings: HandsFreeSettings, expected: number) {
  const { system, measurements, normalization } = problem;
  const parts = system.complex ? 2 : 1;
  const data = measurements.data.subarray(frame * system.rows * parts, (frame + 1) * system.rows * parts);
  const [factor = 1] = normalizationFactors(normalization, system, data);
  const sweeps = openKaczmarz(system, { ...measurements, shape: [1, system.rows], data });
  try {
    const ended = await iterateHandsFree(
      { sweep: (lambda, rows) => sweepOnce(problem, sweeps, factor * lambda, rows) },
      problem.snr,
      settings,
      expected,
    );
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
