import { binningSaid, float32Array, leftOutSaid, placeInData, placeInFile, type Dataset } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { anglesOver, sliceCounts, sliceImage, insideCircle } from './disturbed-scans.test.support.js';
import { sheppLoganConeScan } from './phantom/scan.js';
import { planOf, reconstruct, relativeError, useEngine } from './running.test.support.js';

useEngine();

type Properties = Parameters<typeof planOf>[0][1];

const axes = ['frame', 'slice', 'angle', 'detector'];

/** Means of `factor` neighbours along the last axis, and along the second one where there are enough. */
function binned({ data, companions, attributes }: Dataset, factor: number, slices = 1): Dataset {
  const last = (values: ArrayLike<number>, width: number) =>
    Float32Array.from({ length: values.length / factor }, (_, at) => {
      const perRow = width / factor;
      const start = Math.floor(at / perRow) * width + (at % perRow) * factor;
      return (
        Array.from({ length: factor }, (_each, index) => values[start + index] ?? NaN).reduce((a, b) => a + b) / factor
      );
    });
  const [frames = 1, rows = 1, angles = 1, bins = 1] = data.shape;
  const inRows = last(data.data, bins);
  const size = (angles * bins) / factor;
  const means = Float32Array.from({ length: inRows.length / slices }, (_, at) => {
    const start = Math.floor(at / size) * slices * size + (at % size);
    return (
      Array.from({ length: slices }, (_each, index) => inRows[start + index * size] ?? NaN).reduce((a, b) => a + b) /
      slices
    );
  });
  const fields = Object.entries(companions).map(([name, array]) => {
    if (name === 'angles') return [name, array] as const;
    const [s = 1, samples = 1] = array.shape;
    return [name, float32Array(last(array.data, bins), [s, samples, bins / factor])] as const;
  });
  return {
    data: float32Array(means, [frames, rows / slices, angles, bins / factor], axes),
    companions: Object.fromEntries(fields),
    attributes: {
      ...attributes,
      ...binningSaid({ detector: { factor, leftOver: 0 }, slice: { factor: slices, leftOver: 0 } }),
    },
  };
}

const unsaid = ({ attributes: { binning: _, ...attributes }, ...dataset }: Dataset): Dataset => ({
  ...dataset,
  attributes,
});

const fbp = (pre: Properties) =>
  planOf(['TransmissionPreprocessingParameters', pre], ['RadonFilteredBackprojectionParameters', {}]);

describe('a place of the file', () => {
  it('is in the middle of the bins that became one', () => {
    expect(placeInData(0.5, { factor: 2 })).toBe(0);
    expect(placeInData(5, { factor: 4 })).toBe((5 - 1.5) / 4);
    for (const factor of [1, 2, 3, 7])
      expect(placeInFile(placeInData(41.25, { factor }), { factor })).toBeCloseTo(41.25, 12);
  });
});

describe('a scan whose bins were binned', () => {
  const [detectors, center] = [192, 90.3];
  const scan = sliceCounts({ detectors, angles: anglesOver(Math.PI, 120), center });
  const half = binned(scan, 2);

  it('has its axis where the plan has it in bins of the file', async () => {
    const given = await reconstruct(fbp({ centerOfRotation: center }), half);
    const own = await reconstruct(fbp({ centerOfRotation: (center - 0.5) / 2 }), unsaid(half));
    expect(given.output.data.data).toEqual(own.output.data.data);
    expect(given.warnings).toEqual([]);
    // As the full scan shows it, in pixels of twice the width: 1 / radius of attenuation in each.
    const object = { detectors: detectors / 2, angles: [], center: (center - 0.5) / 2, radius: 90.3 / 2 };
    const truth = sliceImage(96, object);
    const image = given.output.data.data.subarray(0, 96 * 96);
    // 0.037 are the edges in an image of 96 pixels; an axis that is half a bin off gives 0.10.
    expect(relativeError(image, truth, insideCircle(96, 40))).toBeLessThan(0.06);
    await expect(reconstruct(fbp({ centerOfRotation: 191.2 }), half)).rejects.toThrow(
      'must be on the detector, 0.5 to 190.5 for 96 bins that are each the mean of 2, got 191.2',
    );
  });

  it('has its axis found in bins of the file, with which the plan gives the same', async () => {
    const found = await reconstruct(fbp({}), half);
    const [value] = Object.values((found.output.attributes['found'] ?? {}) as Record<string, number>);
    expect(Math.abs((value ?? NaN) - center)).toBeLessThan(0.2);
    expect(found.logs.join(' ')).toContain('counted from 0 before binning');
    const again = await reconstruct(fbp({ centerOfRotation: value ?? NaN }), half);
    expect(relativeError(again.output.data.data, found.output.data.data)).toBeLessThan(1e-6);
  });

  it('has the ends of a tilted axis in its own first and last slice', async () => {
    const twice = (first: Dataset): Dataset => ({
      ...first,
      data: float32Array(Float32Array.from([...first.data.data, ...first.data.data]), [1, 4, 120, detectors], axes),
      companions: Object.fromEntries(
        Object.entries(first.companions).map(([name, array]) => [
          name,
          name === 'angles'
            ? array
            : float32Array(Float32Array.from([...array.data, ...array.data]), [4, 5, detectors]),
        ]),
      ),
    });
    const four = binned(twice(scan), 2);
    const tall = {
      ...four,
      attributes: {
        ...four.attributes,
        ...binningSaid({ detector: { factor: 2, leftOver: 0 }, slice: { factor: 3, leftOver: 1 } }),
      },
    };
    // 13 slices of the file, of which 12 became 4 with their middles at 1 and 10.
    const given = await reconstruct(fbp({ centerOfRotation: [90, 96] }), tall);
    const own = await reconstruct(fbp({ centerOfRotation: [(90.5 - 0.5) / 2, (95 - 0.5) / 2] }), unsaid(four));
    expect(relativeError(given.output.data.data, own.output.data.data)).toBeLessThan(1e-6);
    // The fourth to the seventh slice of thirteen.
    const leftOut = leftOutSaid({ detector: { before: 0, behind: 0 }, slice: { before: 3, behind: 6 } });
    const part = { ...four, attributes: { ...four.attributes, ...leftOut } };
    const ofFile = await reconstruct(fbp({ centerOfRotation: [90, 96] }), part);
    const ofPart = await reconstruct(fbp({ centerOfRotation: [(91.5 - 0.5) / 2, (93 - 0.5) / 2] }), unsaid(four));
    expect(relativeError(ofFile.output.data.data, ofPart.output.data.data)).toBeLessThan(1e-6);
  });
});

describe('a cone beam whose bins were binned', () => {
  it('is that of larger bins, whose size in mm is that of the file in the plan', async () => {
    const { scan, geometry } = sheppLoganConeScan({ size: 32, frames: 1, angles: 40 });
    const half = binned(scan, 2, 2);
    const plan = (beam: Properties) =>
      planOf(
        ['RadonPreprocessingParameters', {}],
        ['FdkReconstructionParameters', { geometry: { _type: 'ConeBeamGeometryParameters', ...beam } }],
      );
    const { sourceOrigin, sourceDetector } = geometry;
    const given = await reconstruct(plan({ sourceOrigin, sourceDetector, detectorPixel: [1.5, 1.5] }), half);
    const own = await reconstruct(plan({ sourceOrigin, sourceDetector, detectorPixel: [3, 3] }), unsaid(half));
    expect(given.output.data.data).toEqual(own.output.data.data);
    expect(given.output.data.spacing).toEqual([1, 2, 2, 2]);
    await expect(
      reconstruct(plan({ sourceOrigin, sourceDetector, detectorPixel: [1.5, 1.5] }), binned(scan, 2)),
    ).rejects.toThrow('2 x 1 (bins x slices) became one');
  });
});
