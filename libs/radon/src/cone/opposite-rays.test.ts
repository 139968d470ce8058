import { float32Array, type Dataset } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { axisShift } from './axis-step.js';
import { coneParametersOf } from './cone-parameters.js';
import { coneScan } from './cone-scan.js';
import { vectorNumbers, viewVectors } from './view-vectors.js';

type Properties = Readonly<Record<string, number | string | readonly number[]>>;

const scanner = { sourceOrigin: 200, sourceDetector: 400, detectorPixel: [0.4, 0.4] };
const wideFan = { sourceOrigin: 30, sourceDetector: 60 };

/** x, y, radius, mm, and attenuation of discs. */
const discs = [
  [0, 0, 5, 0.05],
  [2, 1, 1.2, 0.1],
  [-2, 2, 0.8, 0.15],
  [0.5, -3.5, 0.6, 0.2],
] as const;

interface Measured {
  readonly object?: readonly (readonly [x: number, y: number, radius: number, attenuation: number])[];
  readonly bins?: number;
  readonly extent?: number;
  /** As a part of the largest value. */
  readonly noise?: number;
}

const shapeOf = (data: Dataset) => ({ frames: 1, slices: 1, angles: 90, detectors: data.data.shape[3] ?? 0 });
const parametersOf = (geometry: Properties) =>
  coneParametersOf({ type: '', parameters: { ...scanner, ...geometry, voxel: 0.2, shape: [64, 64, 1] } });

/** The discs as a scanner sees them in 90 views. */
function scanOf(
  geometry: Properties,
  { object = discs, bins = 64, extent = 2 * Math.PI, noise = 0 }: Measured = {},
): Dataset {
  const angles = Float64Array.from({ length: 90 }, (_, view) => (view * extent) / 90);
  const vectors = viewVectors(parametersOf(geometry), angles);
  const data = new Float32Array(90 * bins).map((_, at) => {
    const view = vectors.subarray(Math.floor(at / bins) * vectorNumbers);
    const number = (index: number) => view[index] ?? NaN;
    const bin = (at % bins) - (bins - 1) / 2;
    const [x, y] = [number(3) + bin * number(6) - number(0), number(4) + bin * number(7) - number(1)];
    return object.reduce((sum, [cx, cy, radius, attenuation]) => {
      const apart = ((cx - number(0)) * y - (cy - number(1)) * x) / Math.hypot(x, y);
      return sum + 2 * attenuation * Math.sqrt(Math.max(0, radius * radius - apart * apart));
    }, 0);
  });
  let state = 1;
  const even = () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
  const most = data.reduce((one, other) => Math.max(one, other), 0);
  // Twelve even numbers add up to a normal one of deviation 1.
  const normal = () => Array.from({ length: 12 }, even).reduce((sum, value) => sum + value, -6);
  if (noise > 0) data.forEach((value, at) => (data[at] = value + noise * most * normal()));
  return {
    data: float32Array(data, [1, 1, 90, bins], ['frame', 'slice', 'angle', 'detector']),
    companions: { angles: { dtype: 'float64', shape: [90], data: angles, axes: ['angle'] } },
    attributes: { quantity: 'attenuation' },
  };
}

/** Warnings of a scan that is taken for that of a geometry. */
function warningsOf(input: Dataset, geometry: Properties, finds = false): string[] {
  const warnings: string[] = [];
  const warn = (code: string, message: string) => void warnings.push(`${code}: ${message}`);
  const parameters = parametersOf(geometry);
  const scan = coneScan(parameters, { dataset: input, shape: shapeOf(input) }, () => undefined);
  const block = { firstRow: 0, rows: 1, allRows: 1 };
  const nothing = () => undefined;
  axisShift(parameters, { scan, input, block, finds }, { warn, log: nothing, found: nothing });
  return warnings;
}

describe('opposite rays', () => {
  it.each<[string, Properties, Measured]>([
    ['a full turn', {}, {}],
    ['a wide fan', wideFan, {}],
    ['the other sense', { direction: 'cw' }, {}],
    ['a detector that is off', { detectorOffset: [3, 0] }, {}],
    ['a detector that is so far off that few rays are opposite', { detectorOffset: [10, 0] }, {}],
    ['an axis that is off', { centerShift: 2 }, {}],
    ['noise of a tenth', {}, { noise: 0.1 }],
    ['more noise than object', {}, { noise: 1 }],
    ['an object that is wider than the detector', {}, { bins: 30 }],
    ['a short scan', {}, { extent: 3.4 }],
  ])('say nothing of a right geometry: %s', (_what, geometry, measured) => {
    expect(warningsOf(scanOf(geometry, measured), geometry)).toEqual([]);
  });

  it('find an axis that is far from where the plan has it', () => {
    const scan = scanOf({ detectorOffset: [3, 0] });
    // 6 mm on the detector are 3 mm at the axis.
    expect(warningsOf(scan, { detectorOffset: [-3, 0] })).toEqual([
      expect.stringMatching(/^AXIS_UNCERTAIN: .* centerShift is -(3\.00|2\.99)\d mm, 15\.0 bins/),
    ]);
  });

  it.each<[string, Properties, Properties, RegExp]>([
    ['the other sense', {}, { direction: 'cw' }, /^GEOMETRY_SUSPECT: .*set direction = "ccw"/],
    ['the other sense of a wide fan', wideFan, { ...wideFan, direction: 'cw' }, /set direction = "ccw"/],
    ['bins twice as large', {}, { detectorPixel: [0.8, 0.4] }, /^GEOMETRY_SUSPECT: .*about 0\.50 times as wide/],
    ['bins half as large', wideFan, { ...wideFan, detectorPixel: [0.2, 0.4] }, /about 2\.0 times as wide/],
  ])('tell %s', (_what, right, wrong, message) => {
    expect(warningsOf(scanOf(right), wrong)).toEqual([expect.stringMatching(message)]);
  });

  it('say that they agree nowhere, and what a scan lacks in which an axis is to be found', () => {
    const half = scanOf({}, { extent: Math.PI, object: [[4, 0, 1, 0.3]] });
    const angles = Float64Array.from({ length: 90 }, (_, view) => (view * 2 * Math.PI) / 90);
    const companions = { angles: { dtype: 'float64', shape: [90], data: angles, axes: ['angle'] } } as const;
    const input = { ...half, companions };
    expect(warningsOf(input, {})).toEqual([expect.stringContaining('AXIS_UNCERTAIN: Opposite rays agree no better')]);
    expect(warningsOf(input, {}, true)).toEqual([expect.stringContaining('the angles cover a full turn, but')]);
    expect(warningsOf(half, {}, true)).toEqual([expect.stringContaining('a full turn is needed')]);
  });
});

describe('lengths', () => {
  const metres = { sourceOrigin: 0.2, sourceDetector: 0.4, detectorPixel: [0.0004, 0.0004] };
  const said = (geometry: Properties) => {
    const warnings: string[] = [];
    const input = scanOf({});
    const parameters = coneParametersOf({ type: '', parameters: { ...scanner, ...geometry } });
    coneScan(
      parameters,
      { dataset: input, shape: shapeOf(input) },
      (code, message) => void warnings.push(`${code}: ${message}`),
    );
    return warnings;
  };

  it('in metres are suspect, and those of a microscope are not', () => {
    const suspect = /^GEOMETRY_SUSPECT: A voxel of 0\.0002 mm, .*lengths are in mm/;
    expect(said(metres)).toEqual([expect.stringMatching(suspect)]);
    expect(said({ detectorPixel: [0.0004, 0.0004] })).toEqual([expect.stringMatching(suspect)]);
    // A voxel of half a micrometre, by magnification.
    expect(said({ sourceOrigin: 4, sourceDetector: 400, detectorPixel: [0.05, 0.05] })).toEqual([]);
  });
});
