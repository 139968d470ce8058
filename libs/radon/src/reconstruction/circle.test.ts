import { rayForward } from '@rondel/compute';
import { float32Array, type Dataset } from '@rondel/contracts';
import { tensor3d, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { chordLength, sectionAt, shadowOf, type Ellipsoid } from '../phantom/ellipsoid.js';
import { sheppLogan } from '../phantom/shepp-logan.js';
import { voxelImage } from '../phantom/voxel-image.js';
import { buildPlan, expectFailure, planOf, reconstruct, relativeError, useEngine } from '../running.test.support.js';
import { circleRays } from './circle-rays.js';

useEngine();

const size = 48;
const radius = (size - 2) / 2;
const views = 60;
const turn = Array.from({ length: views }, (_, view) => (2 * Math.PI * view) / views);
const range = (count: number, from: number, to: number) =>
  Array.from({ length: count }, (_, index) => from + ((to - from) * index) / (count - 1));

/** Rays that diverge: they leave a wider part of the circle than they enter. */
const entries = range(80, -0.5 * radius, 0.5 * radius);
const diverging = {
  _type: 'RadonFlexibleCircle',
  N: size,
  in_height: entries,
  out_height: entries.map((height) => 2 * height),
};
const middles = entries.map((height) => 1.5 * height);
const rays = circleRays({ type: 'RadonFlexibleCircle', parameters: diverging });

/** A head that the rays see as a whole at every angle, without its bright skull. */
const head = sheppLogan()
  .slice(1)
  .map(({ intensity, axes, center, rotation }) => ({
    intensity: intensity === -0.8 ? 0.2 : intensity,
    axes: [axes[0] * 0.7, axes[1] * 0.7, axes[2]] as const,
    center: [center[0] * 0.7, center[1] * 0.7, center[2]] as const,
    rotation,
  }));
const truth = voxelImage(head, size).slice((size / 2) * size * size, (size / 2 + 1) * size * size);

/** Line integrals of the ellipses in closed form, [angle, ray]. */
function lineIntegrals(
  { tilts, offsets }: Pick<typeof rays, 'tilts' | 'offsets'>,
  parts: readonly Ellipsoid[] = head,
): Float32Array {
  const sections = parts.map((part) => ({ intensity: part.intensity, section: sectionAt(part, 0) }));
  return Float32Array.from({ length: views * tilts.length }, (_, index) => {
    const ray = index % tilts.length;
    const angle = (turn[Math.floor(index / tilts.length)] ?? NaN) + (tilts[ray] ?? NaN);
    return sections.reduce((sum, { intensity, section }) => {
      if (section === undefined) return sum;
      return sum + (intensity * chordLength(shadowOf(section, angle), (offsets[ray] ?? NaN) / (size / 2)) * size) / 2;
    }, 0);
  });
}

const datasetOf = (data: Float32Array, shape: readonly number[]): Dataset => ({
  data: float32Array(data, [...shape]),
  companions: {},
  attributes: {},
});
const scan = datasetOf(lineIntegrals(rays), [views, entries.length]);
const pre = ['RadonPreprocessingParameters', {}] as const;
const iterative = (properties = {}) =>
  planOf(pre, ['IterativeRadonReconstructionParameters', { angles: turn, geometry: diverging, ...properties }]);

describe('rays between heights on a circle', () => {
  it('lie where the documentation of RadonKA.jl has them', async () => {
    const plan = planOf(pre, [
      'RadonBackprojectionParameters',
      {
        angles: [0],
        geometry: { _type: 'RadonFlexibleCircle', N: 10, in_height: [-3, 3], out_height: [0, 0] },
        circle: false,
      },
    ]);
    const { data, shape } = (await reconstruct(plan, datasetOf(Float32Array.of(1, 1), [1, 2]))).output.data;
    expect(shape).toEqual([1, 1, 10, 10]);
    // The example of `backproject`, to its six digits; farther out RadonKA.jl cuts rays at the circle.
    const expected = [
      [0, 0, 0, 0, 1.08455, 0, 1.08455, 0, 0, 0],
      [0, 0, 0, 0, 1.08455, 0, 1.08455, 0, 0, 0],
      [0, 0, 0, 1.00552, 0.0790376, 0, 0.0790376, 1.00552, 0, 0],
      [0, 0, 0, 1.08455, 0, 0, 0, 1.08455, 0, 0],
      [0, 0, 0.591307, 0.493247, 0, 0, 0, 0.493247, 0.591307, 0],
    ].flat();
    expect(Array.from(data.subarray(30, 80))).toEqual(expected.map((value) => expect.closeTo(value, 5) as number));
  });

  it('have the integrals of an ellipse that the formula has', () => {
    const ellipsoid = { intensity: 1, axes: [0.6, 0.4, 0.9], center: [0.1, -0.15, 0], rotation: 0.4 } as const;
    const middle = (size / 2) * size * size;
    const slice = voxelImage([ellipsoid], size).slice(middle, middle + size * size);
    const geometry = { ...rays, shape: [size, size] as const, angles: Float64Array.from(turn) };
    const projected = tidy(() => rayForward(tensor3d(slice, [size, size, 1]), geometry).dataSync<'float32'>());
    // 2.4 % measured: pixels at the edge know only two sample points in each direction.
    expect(relativeError(projected, lineIntegrals(rays, [ellipsoid]))).toBeLessThan(0.03);
  });

  it.each([
    ['CGNR', { iterations: 30, reg: [{ _type: 'L2Regularization', lambda: 0.5 }] }, 0.12],
    ['FISTA', { iterations: 60, reg: [{ _type: 'PositiveRegularization' }] }, 0.09],
    ['Kaczmarz', { iterations: 10, reg: [{ _type: 'L2Regularization', lambda: 5 }] }, 0.14],
    ['OSSART', { iterations: 10, relaxation: 0.5, reg: [{ _type: 'PositiveRegularization' }] }, 0.12],
  ])('make an image by %s', async (solver, properties, most) => {
    const { output, warnings } = await reconstruct(iterative({ solver, ...properties }), scan);
    expect(output.data.shape).toEqual([1, 1, size, size]);
    // Small ellipses are as large as pixels, and 60 views are few.
    expect(relativeError(output.data.data, truth)).toBeLessThan(most);
    expect(warnings).toEqual([]);
    // Parallel rays at the same heights in the middle do not make it.
    const parallel = { ...diverging, in_height: middles, out_height: middles };
    const wrong = await reconstruct(iterative({ solver, ...properties, geometry: parallel }), scan);
    expect(relativeError(wrong.output.data.data, truth)).toBeGreaterThan(1.5 * most);
  });

  it('are filtered where they are parallel and evenly spaced', async () => {
    const fbp = (geometry: object | undefined, heights: readonly number[]) => {
      const offsets = Float64Array.from(heights);
      const data = datasetOf(lineIntegrals({ tilts: offsets.map(() => 0), offsets }), [views, heights.length]);
      const reco = { angles: turn, filter: 'hann', ...(geometry && { geometry: { ...geometry, in_height: heights } }) };
      return reconstruct(planOf(pre, ['RadonFilteredBackprojectionParameters', reco]), data);
    };
    const circle = { _type: 'RadonParallelCircle', N: size };
    const steps = range(size, -size / 2, size / 2 - 1);
    const plain = await fbp(undefined, steps);
    const same = await fbp(circle, steps.slice(1));
    const inside = (pixel: number) => Math.hypot((pixel % size) - 24, 24 - Math.floor(pixel / size)) < 20;
    // The detector is a bin shorter, which sees nothing.
    expect(relativeError(same.output.data.data, plain.output.data.data, inside)).toBeLessThan(1e-5);
    const dense = await fbp(circle, range(93, -radius, radius));
    const error = relativeError(dense.output.data.data, truth, inside);
    expect(error).toBeLessThan(0.12);
    expect(dense.output.data.spacing).toEqual([1, 1, 2, 2]);
  });

  it('have the names that the how-to of AbstractImageReconstruction.jl gives them', async () => {
    const geometry = { _module: 'RadonKA', _type: 'RadonFlexibleCircle', N: 6, in: [0, 1], out: [0, 1] };
    const plan = planOf(pre, ['CustomGeomFilteredBackprojectionParameters', { angles: [0, 1], geometry }]);
    const { output } = await reconstruct(plan, datasetOf(new Float32Array(4).fill(1), [2, 2]));
    expect(output.data.shape).toEqual([1, 1, 6, 6]);
  });

  it.each([
    [
      'a height outside the circle',
      { in_height: [...entries.slice(1), 24] },
      'in_height[80] is 24, outside the circle',
    ],
    ['the same heights twice', { in: entries }, 'in_height and in are the same heights'],
    ['no exits', { out_height: undefined }, 'out_height is missing'],
    ['another number of exits', { out_height: [0] }, 'out_height has 1 numbers and in_height 80'],
    ['another number of weights', { weights: [1, 2] }, 'weights has 2 numbers and in_height 80'],
  ])('are refused with %s', (_, change, message) => {
    expect(() => buildPlan(iterative({ geometry: { ...diverging, ...change } }))).toThrow(message);
  });

  it('are refused for other detectors, and where a filter does not make an image', async () => {
    const few = datasetOf(new Float32Array(views * 70).fill(1), [views, 70]);
    await expectFailure(
      reconstruct(iterative(), few),
      'DATA_SHAPE_MISMATCH',
      'geometry has 80 rays, but the data has 70',
    );
    const reco = { angles: turn, geometry: diverging };
    expect(() => buildPlan(planOf(pre, ['RadonFilteredBackprojectionParameters', reco]))).toThrow(
      'The rays of geometry are not parallel and evenly spaced',
    );
  });
});
