import { memory, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../engine/engine.js';
import { openEngine } from '../../engine/open-engine.js';
import type { ParallelGeometry } from '../projection/parallel-geometry.js';
import { radonBackproject } from '../radon-backproject/radon-backproject.js';
import { gridSize, passesOf, tapWidth } from './grid-size.js';
import { segmentsOf, tap, tapPolynomial, tapTransform } from './grid-tables.js';
import { radonGrid, radonGridKernel } from './radon-grid.js';

const even = (count: number) => Float64Array.from({ length: count }, (_, index) => (index * Math.PI) / count);

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('wasm', { threads: 2 });
});
afterAll(() => engine.dispose());

/** A bump that moves to and fro with the angle, as an object off the axis does; [angle, detector, batch], each slice another one. */
function bumps({ angles, detectors, center }: ParallelGeometry, batch: number): Float32Array {
  return Float32Array.from({ length: angles.length * detectors * batch }, (_, at) => {
    const slice = at % batch;
    const bin = Math.floor(at / batch) % detectors;
    const angle = angles[Math.floor(at / batch / detectors)] ?? 0;
    const t = (bin - center - 0.15 * detectors * Math.cos(angle + slice)) / (detectors / 8);
    return Math.exp(-t * t) * (1 + slice);
  });
}

function images(geometry: ParallelGeometry, values: Float32Array, batch: number) {
  const shape: [number, number, number] = [geometry.angles.length, geometry.detectors, batch];
  const [sums, grid] = tidy(() => {
    const sinograms = tensor3d(values, shape);
    return [radonBackproject, radonGrid].map((method) => method(sinograms, geometry).dataSync<'float32'>());
  });
  return { sums: sums ?? new Float32Array(), grid: grid ?? new Float32Array() };
}

function relativeError(values: Float32Array, expected: Float32Array): number {
  const squares = (of: Float32Array) => of.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(squares(values.map((value, at) => value - (expected[at] ?? NaN))) / squares(expected));
}

describe('the backprojection by a Fourier grid', () => {
  it.each<[string, ParallelGeometry]>([
    ['a square image', { shape: [96, 96], angles: even(70), detectors: 96, center: 48 }],
    ['odd sizes and a fractional axis', { shape: [77, 59], angles: even(41), detectors: 85, center: 40.37 }],
    [
      'angles in all quadrants, and those along the axes',
      {
        shape: [50, 70],
        angles: Float64Array.from({ length: 60 }, (_, index) =>
          index < 8 ? (index * Math.PI) / 2 : 20 * Math.sin(index),
        ),
        detectors: 60,
        center: 29.5,
      },
    ],
    ['a detector smaller than the image', { shape: [90, 120], angles: even(33), detectors: 50, center: 24.5 }],
    ['an axis near the end of the detector', { shape: [64, 64], angles: even(40), detectors: 64, center: 5 }],
    ['a detector much longer than the image', { shape: [8, 300], angles: even(17), detectors: 601, center: 300.001 }],
  ])('is that by sums: %s', (_name, geometry) => {
    const before = memory().numTensors;
    const { sums, grid } = images(geometry, bumps(geometry, 1), 1);
    // The window of 4 cells is exact to 1e-3; a bump that the detector cuts off is not smooth.
    const tolerance = geometry.center > 10 && geometry.detectors !== 50 ? 2e-3 : 5e-3;
    expect(relativeError(grid, sums)).toBeLessThan(tolerance);
    expect(memory().numTensors).toBe(before);
  });

  it('is that by sums for noise, but for what linear interpolation has beyond four times the highest frequency of bins', () => {
    const geometry = { shape: [96, 96], angles: even(150), detectors: 96, center: 48 } as const;
    const noise = Float32Array.from({ length: 150 * 96 }, (_, at) => Math.sin(at * at * 0.7));
    const { sums, grid } = images(geometry, noise, 1);
    // sinc^2 beyond 2 cycles per bin has some percent of white rows: 2.3 % were seen. Without what lies beyond 1/2 it is a third.
    expect(relativeError(grid, sums)).toBeLessThan(4e-2);
  });

  it.each([
    [3, 60],
    [90, 12],
  ])('is that by sums where edges are most of it: %i views of %i bins', (views, bins) => {
    const geometry = { shape: [bins, bins], angles: even(views), detectors: bins, center: bins / 2 } as const;
    // A filtered comb: its edges are one bin wide, and most of it.
    const rows = Float32Array.from({ length: views * bins }, (_, at) => [1, -0.4, 0, 0, 0, -0.4][(at % bins) % 6] ?? 0);
    const { sums, grid } = images(geometry, rows, 1);
    // 1.5 % were seen, with frequencies up to 2 cycles per bin 5 and 6 %; discs are below 1 %.
    expect(relativeError(grid, sums)).toBeLessThan(2e-2);
  });

  it('has the same bits for a slice alone and in a batch, and on one thread', async () => {
    const geometry = { shape: [70, 90], angles: even(45), detectors: 90, center: 44.3 } as const;
    const batch = 3;
    const all = bumps(geometry, batch);
    const slice = (values: Float32Array) => values.filter((_, at) => at % batch === 1);
    const { grid } = images(geometry, all, batch);
    expect(images(geometry, slice(all), 1).grid).toEqual(slice(grid));
    await engine.dispose();
    engine = await openEngine('wasm', { threads: 1 });
    expect(images(geometry, all, batch).grid).toEqual(grid);
  });

  it('is the composition from core operations, to rounding', () => {
    const geometry = { shape: [37, 29], angles: even(21), detectors: 45, center: 21.37 } as const;
    const batch = 3;
    const values = bumps(geometry, batch);
    const { grid } = images(geometry, values, batch);
    const composed = tidy(() =>
      radonGridKernel.composed(tensor3d(values, [21, 45, batch]), geometry).dataSync<'float32'>(),
    );
    // Weights between those of the table are off by some 1e-5, most where the window begins: 3.5e-5 were seen.
    expect(relativeError(grid, composed)).toBeLessThan(1e-4);
  });

  it('takes many angles in blocks that need no more memory than one', () => {
    const { anglesPerBlock, frequencies } = gridSize({
      shape: [2048, 2048],
      angles: { length: 9000 },
      detectors: 2048,
      center: 1024,
    });
    expect(anglesPerBlock % 8).toBe(0);
    expect(8 * frequencies * anglesPerBlock).toBeLessThanOrEqual(16 * 2 ** 20);
    const geometry = { shape: [8, 8], angles: even(2100), detectors: 2048, center: 1024 } as const;
    expect(gridSize(geometry).anglesPerBlock).toBeLessThan(2100);
    const { sums, grid } = images(geometry, bumps(geometry, 1), 1);
    // Nearly all of it lies outside the small image.
    expect(relativeError(grid, sums)).toBeLessThan(4e-3);
  });
});

describe('its tables', () => {
  it('have the transform of the window', () => {
    for (const frequency of [0, 0.1, 0.25, 0.4]) {
      const steps = 6000;
      let sum = 0;
      for (let n = 0; n <= steps; n++) {
        const at = tapWidth * (n / steps - 0.5);
        const weight = n === 0 || n === steps ? 0.5 : 1;
        sum += weight * tap(at) * Math.cos(2 * Math.PI * frequency * at);
      }
      // The trapezoid rule over a window that ends at 2e-4 of its height.
      expect((sum * tapWidth) / steps).toBeCloseTo(tapTransform(frequency), 5);
    }
  });

  it('have the window as a polynomial, too', () => {
    for (const distance of [0, 0.3, 1, 1.7, 1.999]) {
      const inside = 1 - (distance / (tapWidth / 2)) ** 2;
      const value = tapPolynomial().reduce((sum, factor, power) => sum + factor * inside ** power, 0);
      // Interpolation of degree 7: 4.3e-7 at most.
      expect(Math.abs(value - tap(distance))).toBeLessThan(5e-7);
    }
  });

  it('divide an angle into lines that have each sample once, where it belongs', () => {
    const size = { rowLength: 90, radial: 181, frequencies: 46, grid: [64, 50] as const, anglesPerBlock: 8 };
    for (const angle of [0, 0.3, Math.PI / 2, 2, 3.9, 5.5]) {
      const seen = segmentsOf(angle, 0, size).flatMap(({ begin, end, start, step, conjugate }) =>
        Array.from({ length: end - begin }, (_, index) => {
          const [x, y] = [0, 1].map((axis) => (start[axis] ?? NaN) + (begin + index) * (step[axis] ?? NaN));
          return { j: begin + index, x: x ?? NaN, y: y ?? NaN, conjugate };
        }),
      );
      expect(seen.map(({ j }) => j)).toEqual(Array.from({ length: size.radial }, (_, j) => j));
      for (const { j, x, y, conjugate } of seen) {
        expect(x).toBeGreaterThanOrEqual(-1e-9);
        expect(x).toBeLessThanOrEqual(32 + 1e-9);
        expect(y).toBeGreaterThanOrEqual(-1e-9);
        expect(y).toBeLessThanOrEqual(50 + 1e-9);
        // The same place but for whole turns of the grid.
        const sign = conjugate ? -1 : 1;
        const turnsX = (sign * x - (j * Math.cos(angle) * 64) / 90) / 64;
        const turnsY = (sign * y - (j * Math.sin(angle) * 50) / 90) / 50;
        expect(Math.abs(turnsX - Math.round(turnsX))).toBeLessThan(1e-6);
        expect(Math.abs(turnsY - Math.round(turnsY))).toBeLessThan(1e-6);
      }
    }
  });

  it('have passes whose product is the length', () => {
    expect(passesOf(2560)).toEqual([5, 4, 4, 4, 4, 2]);
    expect(passesOf(7).reduce((product, radix) => product * radix, 1)).toBe(1);
  });
});
