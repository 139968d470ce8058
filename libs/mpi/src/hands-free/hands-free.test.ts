import { describe, expect, it } from 'vitest';
import {
  expectedIterations,
  flattenedIterations,
  iterateHandsFree,
  lambdaOf,
  rowsOf,
  type HandsFreeSettings,
  type SweepResult,
} from './hands-free.js';

const settings: HandsFreeSettings = {
  iterbounds: [1, 25],
  startLambda: 5,
  snrBounds: [0, 1],
  stoppingParas: [0.25, 2],
};

/** Sweeps that give listed results, and what they were asked for. */
function listed(results: readonly SweepResult[]) {
  const asked: { lambda: number; rows: number[] }[] = [];
  return {
    asked,
    sweep(lambda: number, rows: Uint32Array): SweepResult {
      asked.push({ lambda, rows: [...rows] });
      return results[Math.min(asked.length, results.length) - 1] ?? { norm: 0, residual: 0 };
    },
  };
}

/** A level line: the residual falls at the same norm. */
const straight = Array.from({ length: 30 }, (_, i) => ({ norm: 1, residual: 1 - i / 100 }));

/** Level, then steep from result `at` on, counted from 1: the curve bends there. */
function bending(at: number): SweepResult[] {
  return straight.map(({ norm, residual }, i) => ({ norm: i + 1 >= at ? norm + (i + 2 - at) : norm, residual }));
}

describe('hands-free iterations', () => {
  it('lower the weight of the term and the noise that rows may have', () => {
    expect([1, 2, 6].map((i) => lambdaOf(5, i))).toEqual([5, 5 / (1 + 0.2 ** 5), expect.closeTo(2.5, 12)]);
    const snr = [0.5, 2, 10, 70];
    expect([...rowsOf(snr, [60, 1.5], 1)]).toEqual([3]);
    // 60 / (1 + (0.28 * 10 - 0.28)^2) = 8.16
    expect([...rowsOf(snr, [60, 1.5], 10)]).toEqual([2, 3]);
    expect([...rowsOf(snr, [60, 1.5], 100)]).toEqual([1, 2, 3]);
  });

  it('end where the curve of norm over residual bends', async () => {
    const sweeps = listed(bending(6));
    const content = { ...settings, stoppingParas: [0.001, 2] as const };
    expect(await iterateHandsFree(sweeps, [2, 0.5], content)).toEqual({ iterations: 6, expected: 0, bent: true });
    expect(sweeps.asked.map(({ rows }) => rows)).toEqual(Array.from({ length: 6 }, () => [0]));
    expect(sweeps.asked[5]?.lambda).toBeCloseTo(2.5, 12);
  });

  it('bends only against the other way, beyond a share of the first norm, and by more than before', async () => {
    const none = { iterations: 25, expected: 0, bent: false };
    // Curvature at result 6: the slope goes from 0 to 1 / -0.01 = -100 over a step of -0.01.
    const steep = 1e4 / (1 + 1e4) ** 1.5;
    const demanding = { ...settings, stoppingParas: [steep * 1.1, 2] as const };
    const content = { ...settings, stoppingParas: [steep * 0.9, 2] as const };
    expect(await iterateHandsFree(listed(bending(6)), [2], demanding)).toEqual(none);
    expect(await iterateHandsFree(listed(bending(6)), [2], content)).toMatchObject({ iterations: 6, bent: true });
    expect(await iterateHandsFree(listed(straight), [2], content)).toEqual(none);
  });

  it('stay within their bounds', async () => {
    const bounds = (least: number, most: number) => ({
      ...settings,
      iterbounds: [least, most] as const,
      stoppingParas: [0.001, 2] as const,
    });
    expect(await iterateHandsFree(listed(bending(3)), [2], bounds(1, 25))).toMatchObject({ iterations: 3 });
    expect(await iterateHandsFree(listed(bending(3)), [2], bounds(4, 9))).toMatchObject({ iterations: 9, bent: false });
    expect(await iterateHandsFree(listed(bending(8)), [2], bounds(1, 4))).toMatchObject({ iterations: 4, bent: false });
  });

  it('are not much more or less than expected', async () => {
    const eager = { ...settings, stoppingParas: [0.001, 2] as const };
    // At most one and a half times as many, halves to the even number.
    expect(await iterateHandsFree(listed(straight), [2], eager, 5)).toEqual({
      iterations: 8,
      expected: 5,
      bent: false,
    });
    // A bend before half of them is passed over, and lowers what is expected to two fifths.
    expect(await iterateHandsFree(listed(bending(3)), [2], eager, 10)).toEqual({
      iterations: 6,
      expected: 4,
      bent: false,
    });
    expect(expectedIterations([99, 4, 6, 10])).toBe(8);
  });

  it('are evened out over neighbouring frames', () => {
    expect(flattenedIterations([2, 4, 6])).toEqual([4, 5, 5]);
    expect(flattenedIterations([])).toEqual([]);
    const counts = Array.from({ length: 13 }, (_, i) => (i === 12 ? 24 : 2));
    // Frame 8 is the first within five of the last: (2 * 10 + 24) / 11.
    expect(flattenedIterations(counts).slice(6, 9)).toEqual([2, 4, 4]);
  });
});
