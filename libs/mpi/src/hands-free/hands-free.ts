import { roundHalfEven } from '../patches/patch-grids.js';

/** How the iteration of one frame goes on, see `HandsFreeSolverParameters`. */
export interface HandsFreeSettings {
  /** Least and largest number of iterations. */
  readonly iterbounds: readonly [least: number, most: number];
  /** Weight of the L2 term in the first iteration, in units of the normalization. */
  readonly startLambda: number;
  /** Signal-to-noise ratio that a row must exceed: in the first iteration, and at least. */
  readonly snrBounds: readonly [start: number, least: number];
  /** Least curvature, as a share of the first norm, and least growth of it, at which the iteration stops. */
  readonly stoppingParas: readonly [share: number, growth: number];
}

/** One sweep of Kaczmarz' method over some rows, and what it leaves behind. */
export interface Sweeps {
  /** λ before normalization; rows from 0, rising. */
  sweep(lambda: number, rows: Uint32Array): SweepResult | Promise<SweepResult>;
}

export interface SweepResult {
  /** 2-norm of the real part of the image. */
  readonly norm: number;
  /** 2-norm of sqrt(λ) v over the rows of the sweep, λ normalized, divided by their number. */
  readonly residual: number;
}

/** Weight of the L2 term in iteration `iteration`, counted from 1. */
export function lambdaOf(startLambda: number, iteration: number): number {
  return startLambda / (1 + (0.2 * iteration - 0.2) ** 5);
}

/** Rows whose signal-to-noise ratio exceeds what iteration `iteration`, counted from 1, asks for. */
export function rowsOf(
  snr: ArrayLike<number>,
  [start, least]: readonly [number, number],
  iteration: number,
): Uint32Array {
  const level = Math.max(start / (1 + (0.28 * iteration - 0.28) ** 2), least);
  return Uint32Array.from(Array.from(snr).flatMap((value, row) => (value > level ? [row] : [])));
}

/**
 * Iterates one frame until the curve of norm over residual bends (a discrete L-curve), within the bounds. Returns the number
 * of iterations, and how many are expected of the next frame. `expected` 0: none are; otherwise the iteration also stops at
 * one and a half times as many, and goes on when the bend comes before half of them, expecting two fifths of them then.
 */
export async function iterateHandsFree(
  sweeps: Sweeps,
  snr: ArrayLike<number>,
  settings: HandsFreeSettings,
  expected = 0,
): Promise<{ readonly iterations: number; readonly expected: number; readonly bent: boolean }> {
  const [least, most] = settings.iterbounds;
  const results: SweepResult[] = [];
  const curvatures: number[] = [];
  for (let iteration = 1; ; iteration++) {
    const rows = rowsOf(snr, settings.snrBounds, iteration);
    results.push(await sweeps.sweep(lambdaOf(settings.startLambda, iteration), rows));
    curvatures.push(curvatureOf(results));
    if (expected !== 0 && iteration >= roundHalfEven(expected * 1.5))
      return { iterations: iteration, expected, bent: false };
    if (iteration >= least && bends(curvatures, results[0]?.norm ?? 0, settings.stoppingParas)) {
      if (iteration >= roundHalfEven(expected / 2)) return { iterations: iteration, expected, bent: true };
      expected = roundHalfEven((expected * 2) / 5);
    }
    if (iteration >= most) return { iterations: iteration, expected, bent: false };
  }
}

/** Iterations to expect of a frame from those of the three before it, the last one first in weight. */
export function expectedIterations(counts: readonly number[]): number {
  const [c = 0, b = 0, a = 0] = counts.slice(-3).reverse();
  return roundHalfEven(0.1 * a + 0.3 * b + 0.6 * c);
}

/**
 * The same number of iterations as its neighbours took for every frame: the mean over five frames to either side, where those
 * before it count as they were evened out already.
 */
export function flattenedIterations(counts: readonly number[]): readonly number[] {
  const flat = [...counts];
  for (let frame = 0; frame < flat.length; frame++) {
    const near = flat.slice(Math.max(0, frame - 5), frame + 6);
    flat[frame] = roundHalfEven(near.reduce((sum, count) => sum + count, 0) / near.length);
  }
  return flat;
}

/** Curvature of norm over residual at the last result; 0 at the first, and NaN where the residual stands still. */
function curvatureOf(results: readonly SweepResult[]): number {
  const [here, before, first] = [results.at(-1), results.at(-2), results.at(-3)];
  if (here === undefined || before === undefined) return 0;
  const step = here.residual - before.residual;
  const slope = (here.norm - before.norm) / step;
  const slopeBefore = first === undefined ? 0 : (before.norm - first.norm) / (before.residual - first.residual);
  return (slope - slopeBefore) / step / (1 + slope ** 2) ** 1.5;
}

function bends(
  curvatures: readonly number[],
  firstNorm: number,
  [share, growth]: readonly [share: number, growth: number],
): boolean {
  const [here = NaN, before = NaN] = [curvatures.at(-1), curvatures.at(-2)];
  return here > share * firstNorm && Math.abs(before * growth) < Math.abs(here);
}
