import { float32Array, isRondelError, settledWarnings, type Dataset, type NdArray } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { angularWeights } from './angular-weights.js';
import { requireFinite } from './finite-values.js';
import { projectionAngles } from './projection-angles.js';
import { carriedCenter } from './rotation-axis.js';
import { sinogramShape } from './sinogram-shape.js';

const sinogram = (shape: number[], axes?: string[]) =>
  float32Array(new Float32Array(shape.reduce((product, extent) => product * extent, 1)), shape, axes);
const dataset = (angles?: number[], attributes: Dataset['attributes'] = {}): Dataset => ({
  data: sinogram([3, 4]),
  companions: angles ? { angles: { dtype: 'float64', shape: [angles.length], data: Float64Array.from(angles) } } : {},
  attributes,
});
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return isRondelError(error) ? [error.code, error.message] : error;
  }
  return undefined;
};

describe('the shape of a sinogram', () => {
  it('has missing leading axes filled with 1', () => {
    expect(sinogramShape(sinogram([3, 4]))).toEqual({ frames: 1, slices: 1, angles: 3, detectors: 4 });
    expect(sinogramShape(sinogram([2, 3, 4]))).toEqual({ frames: 1, slices: 2, angles: 3, detectors: 4 });
    expect(sinogramShape(sinogram([5, 2, 3, 4]))).toEqual({ frames: 5, slices: 2, angles: 3, detectors: 4 });
  });

  it.each([[[4]], [[1, 1, 1, 3, 4]], [[0, 4]]])('is refused for an array of shape %j', (shape) => {
    expect(codeOf(() => sinogramShape(sinogram(shape)))).toEqual([
      'DATA_SHAPE_MISMATCH',
      expect.stringContaining(`the data has shape [${shape.join(', ')}]`),
    ]);
  });

  it('is refused when the axes have the names of an image', () => {
    expect(codeOf(() => sinogramShape(sinogram([2, 3], ['y', 'x'])))).toEqual([
      'DATA_SHAPE_MISMATCH',
      expect.stringContaining('with axes [y, x]'),
    ]);
  });

  it('is refused for complex values', () => {
    const complex = { dtype: 'complex64', shape: [1, 2], data: new Float32Array(4) } as const;
    expect(codeOf(() => sinogramShape(complex))).toContain('DATA_FORMAT');
  });
});

describe('values that are not finite', () => {
  it('are counted, and the first one is located', () => {
    const values = Float32Array.of(0, 1, 2, NaN, 4, Infinity);
    expect(codeOf(() => requireFinite(values, [2, 3], 'The raw data'))).toEqual([
      'DATA_FORMAT',
      'The raw data holds 2 NaN or infinite values, the first at index [1, 0] counted from 0. Replace them before reconstructing.',
    ]);
  });
});

describe('projection angles', () => {
  const warnings: string[] = [];
  const read = (plan: number[] | undefined, data: Dataset, projections = 3) =>
    projectionAngles(plan, { projections, dataset: data }, (code, message, { amount } = {}) =>
      warnings.push(...settledWarnings([{ code, message, ...(amount && { amount }) }]).map((warning) => warning.code)),
    );

  it('come from the data unless the plan gives some, and a difference is said', () => {
    expect([...read(undefined, dataset([0, 1, 2]))]).toEqual([0, 1, 2]);
    expect(warnings).toEqual([]);
    expect([...read([0, 0.5, 1], dataset([0, 1, 2]))]).toEqual([0, 0.5, 1]);
    expect(warnings).toEqual(['ANGLES_REPLACED']);
  });

  it('that are missing are asked for at their place in the plan', () => {
    expect(codeOf(() => read(undefined, dataset()))).toEqual([
      'PLAN_MISSING_PROPERTY',
      expect.stringContaining('Set angles to 3 numbers in radians'),
    ]);
  });

  it('of another number than the projections are refused with both numbers', () => {
    expect(codeOf(() => read([0, 1], dataset()))).toEqual([
      'DATA_SHAPE_MISMATCH',
      'The plan gives 2 angles, but the data has 3 projections: there must be one angle for each.',
    ]);
  });

  it('that are not finite are refused', () => {
    expect(codeOf(() => read([0, Infinity, 1], dataset()))).toEqual([
      'PLAN_INVALID_VALUE',
      'angles[2] must be finite, got Infinity.',
    ]);
    expect(codeOf(() => read(undefined, dataset([0, NaN, 1])))).toContain('DATA_FORMAT');
  });

  /** Two points that go round, seen at these angles. */
  const orbit = (angles: readonly number[]): Dataset => {
    const bump = (offset: number) => Math.exp(-(offset ** 2) / 20);
    const row = (angle: number) =>
      Array.from(
        { length: 64 },
        (_, bin) => bump(bin - 32 - 20 * Math.cos(angle)) + bump(bin - 32 - 9 * Math.sin(angle)),
      );
    return { ...dataset(), data: float32Array(Float32Array.from(angles.flatMap(row)), [angles.length, 64]) };
  };
  const every = (count: number, step: number) => Array.from({ length: count }, (_, index) => index * step);
  const warningsFor = (angles: number[], data: Dataset) => {
    warnings.length = 0;
    read(angles, data, angles.length);
    return [...warnings];
  };

  it('W2: in degrees where radians belong are warned about', () => {
    const radians = every(180, Math.PI / 180);
    expect(warningsFor(every(180, 1), orbit(radians))).toEqual(['ANGLES_SUSPECT']);
    expect(warningsFor(every(720, 0.5), orbit(every(720, Math.PI / 360)))).toEqual(['ANGLES_SUSPECT']);
    expect(warningsFor(radians, orbit(radians))).toEqual([]);
  });

  it('W2: of several turns and of the golden ratio raise no false alarm', () => {
    const golden = (3 - Math.sqrt(5)) * Math.PI;
    for (const angles of [
      every(900, Math.PI / 90),
      every(200, golden),
      every(377, golden / 2),
      every(300, -0.3),
      every(180, Math.PI / 180).map((angle) => angle - Math.PI / 2),
    ]) {
      expect(warningsFor(angles, orbit(angles))).toEqual([]);
    }
  });

  it('W2: are warned of where the projections were sorted by name, and not where one is missing or the scan interlaced', () => {
    const angles = every(180, Math.PI / 180);
    const taken = (order: number[]) => orbit(order.map((at) => angles[at] ?? 0));
    const inOrder = angles.map((_, at) => at);
    const byName = [...inOrder].sort((a, b) => (String(a) < String(b) ? -1 : 1));
    expect(warningsFor(angles, taken(byName))).toEqual(['ANGLES_SUSPECT']);
    const interlaced = [...inOrder.filter((at) => at % 2 === 0), ...inOrder.filter((at) => at % 2 === 1)];
    expect(
      warningsFor(
        interlaced.map((at) => angles[at] ?? 0),
        taken(interlaced),
      ),
    ).toEqual([]);
    const held = taken(inOrder);
    held.data.data.copyWithin(60 * 64, 61 * 64, 179 * 64);
    held.data.data.fill(0, 100 * 64, 101 * 64);
    expect(warningsFor(angles, held)).toEqual([]);
    const bead = Float32Array.from({ length: 180 * 256 }, (_, at) =>
      Math.exp(-(((at % 256) - 128 - 100 * Math.cos(angles[Math.floor(at / 256)] ?? 0)) ** 2) / 4),
    );
    expect(warningsFor(angles, { ...dataset(), data: float32Array(bead, [180, 256]) })).toEqual([]);
  });

  it('W3: that were radians and read as degrees, as DXchange has them without a unit, are refused', () => {
    const read180 = every(181, Math.PI / 180).map((angle) => (angle * Math.PI) / 180);
    const { companions, ...scan } = orbit(every(181, Math.PI / 180));
    const angles: NdArray = { dtype: 'float64', shape: [181], data: Float64Array.from(read180) };
    expect(codeOf(() => read(undefined, { ...scan, companions: { ...companions, angles } }, 181))).toEqual([
      'DATA_FORMAT',
      expect.stringContaining('degrees') as string,
    ]);
  });

  it('S6: that are all equal, or cover next to nothing, are refused', () => {
    expect(codeOf(() => read([1, 1, 1], dataset()))).toEqual([
      'PLAN_INVALID_VALUE',
      expect.stringContaining('The 3 angles of the plan are all 57.30 degrees'),
    ]);
    expect(codeOf(() => read(undefined, dataset([0, 0, 0])))).toEqual([
      'DATA_FORMAT',
      expect.stringContaining('The 3 angles that the data carries are all 0.00 degrees'),
    ]);
    const turned = every(180, (Math.PI / 180) ** 2);
    expect(codeOf(() => read(turned, dataset(), 180))).toEqual([
      'PLAN_INVALID_VALUE',
      expect.stringContaining('only cover 3.12 degrees'),
    ]);
  });
});

describe('angular weights', () => {
  const degrees = (...values: number[]) => Float64Array.from(values, (value) => (value * Math.PI) / 180);
  const inDegrees = (angles: Float64Array) =>
    Array.from(angularWeights(angles).weights, (weight) => (weight * 180) / Math.PI);

  it('are pi / n for evenly spaced angles, whatever the order and the turn', () => {
    for (const angles of [degrees(0, 45, 90, 135), degrees(90, 0, 135, 45), degrees(180, 45, 270, -45)]) {
      for (const weight of inDegrees(angles)) expect(weight).toBeCloseTo(45, 10);
    }
  });

  it('are half the distance between the neighbours for uneven angles and sum up to half a turn', () => {
    const weights = inDegrees(degrees(0, 10, 40, 100, 140));
    [25, 20, 45, 50, 40].forEach((expected, index) => expect(weights[index]).toBeCloseTo(expected, 10));
  });

  it('are shared by angles that were measured twice, also half a turn apart', () => {
    const weights = inDegrees(degrees(0, 60, 120, 180, 240, 300));
    for (const weight of weights) expect(weight).toBeCloseTo(30, 10);
    const closed = inDegrees(degrees(0, 60, 120, 180));
    [30, 60, 60, 30].forEach((expected, index) => expect(closed[index]).toBeCloseTo(expected, 10));
  });

  it('do not stretch over a missing wedge', () => {
    const { weights, missing } = angularWeights(degrees(...Array.from({ length: 121 }, (_, index) => index)));
    expect(Math.max(...weights)).toBeCloseTo(Math.PI / 180, 10);
    expect((missing * 180) / Math.PI).toBeCloseTo(59, 10);
  });

  it('M3: of the golden ratio, not folded, and of turns that nearly repeat miss nothing', () => {
    const golden = Float64Array.from({ length: 181 }, (_, index) => index * Math.PI * (Math.sqrt(5) - 1));
    expect(angularWeights(golden).missing).toBe(0);
    const jitter = Float64Array.from({ length: 1800 }, (_, index) => index * (Math.PI / 90) + 1e-4 * Math.sin(index));
    const { weights, missing } = angularWeights(jitter);
    expect(missing).toBe(0);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(Math.PI, 9);
  });

  it('are half a turn for a single projection', () => {
    expect(inDegrees(degrees(30))).toEqual([180]);
  });
});

describe('a rotation axis that the data carries', () => {
  it('is refused when it is off the detector', () => {
    expect(carriedCenter(dataset(undefined, { center: 1.5 }), 4)).toBe(1.5);
    expect(codeOf(() => carriedCenter(dataset(undefined, { center: 7 }), 4))).toEqual([
      'DATA_FORMAT',
      'The attribute center of the data must be a number from 0 to 3, got 7.',
    ]);
  });
});
