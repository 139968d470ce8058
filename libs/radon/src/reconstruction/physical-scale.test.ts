import { binningSaid, float32Array, type Dataset } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { anglesOver, insideCircle, sliceImage, sliceSinogram } from '../disturbed-scans.test.support.js';
import { sheppLoganConeScan } from '../phantom/scan.js';
import { expectFailure, planOf, reconstruct, relativeError, useEngine } from '../running.test.support.js';

useEngine();

type Properties = Parameters<typeof planOf>[0][1];

const size = 96;
const axes = ['frame', 'slice', 'angle', 'detector'];
const slice = { detectors: size, angles: anglesOver(Math.PI, 120) };
const sinogram = sliceSinogram(slice);

/** Bins of 0.02 mm, slices 0.03 mm apart. */
const scan = (spacing = [1, 0.03, 1, 0.02], spacingUnit = 'mm'): Dataset => ({
  data: { ...float32Array(sinogram, [1, 1, slice.angles.length, size], axes, spacing), spacingUnit },
  companions: { angles: { dtype: 'float64', shape: [slice.angles.length], data: Float64Array.from(slice.angles) } },
  attributes: { quantity: 'lineIntegrals' },
});

const fbp = (reco: Properties) =>
  planOf(
    ['TransmissionPreprocessingParameters', { findCenter: false }],
    ['RadonFilteredBackprojectionParameters', reco],
  );

describe('values per length', () => {
  it('are those per pixel over the width of a pixel, and say their unit', async () => {
    const plain = (await reconstruct(fbp({}), scan())).output;
    expect(plain.attributes['valueUnit']).toBeUndefined();
    const { output } = await reconstruct(fbp({ perLength: 'cm' }), scan());
    expect(output.attributes['valueUnit']).toBe('1/cm');
    // A pixel is 0.002 cm; one more rounding to float32.
    expect(
      relativeError(
        output.data.data,
        plain.data.data.map((value) => value / 0.002),
      ),
    ).toBeLessThan(1e-7);
    // The object, as it was made: 4 % are the edges at 96 pixels.
    const truth = sliceImage(size, slice).map((value) => value / 0.002);
    expect(relativeError(output.data.data, truth, insideCircle(size, 40))).toBeLessThan(0.06);
    const micrometres = await reconstruct(fbp({ perLength: 'cm' }), scan([1, 30, 1, 20], 'um'));
    expect(relativeError(micrometres.output.data.data, output.data.data)).toBeLessThan(1e-7);
  });

  it('take the width from the plan, where it wins, of bins of the file', async () => {
    const bare = scan([1, 1, 1, 1], '1');
    const { output } = await reconstruct(fbp({ perLength: 'mm', pixelSize: 0.02 }), bare);
    const known = await reconstruct(fbp({ perLength: 'mm' }), scan());
    expect(output.data.data).toEqual(known.output.data.data);
    expect(output.data).toMatchObject({ spacing: [1, 0.02, 0.02, 0.02], spacingUnit: 'mm' });
    const other = (await reconstruct(fbp({ pixelSize: 0.04 }), scan())).output;
    expect(other.data).toMatchObject({ spacing: [1, 0.06, 0.04, 0.04], spacingUnit: 'mm' });
    const attributes = {
      quantity: 'lineIntegrals',
      ...binningSaid({ detector: { factor: 2, leftOver: 0 }, slice: { factor: 1, leftOver: 0 } }),
    };
    const binned = await reconstruct(fbp({ perLength: 'mm', pixelSize: 0.01 }), { ...bare, attributes });
    expect(binned.output.data.data).toEqual(known.output.data.data);
    expect(binned.output.data.spacing).toEqual([1, 0.01, 0.02, 0.02]);
  });

  it('are refused where nobody says how wide a bin is', async () => {
    await expectFailure(
      reconstruct(fbp({ perLength: 'cm' }), scan([1, 1, 1, 1], '1')),
      'PLAN_MISSING_PROPERTY',
      'Set pixelSize to their width at the object in mm',
    );
  });

  it('are what iterations end with, too', async () => {
    const plan = (reco: Properties) =>
      planOf(
        ['TransmissionPreprocessingParameters', { findCenter: false }],
        ['IterativeRadonReconstructionParameters', { iterations: 3, solver: 'CGNR', ...reco }],
      );
    const plain = (await reconstruct(plan({}), scan())).output;
    const { output } = await reconstruct(plan({ perLength: 'mm' }), scan());
    expect(
      relativeError(
        output.data.data,
        plain.data.data.map((value) => value / 0.02),
      ),
    ).toBeLessThan(1e-7);
  });

  it('are per mm of a cone beam, or per cm', async () => {
    const { scan: cone, geometry } = sheppLoganConeScan({ size: 16, frames: 1, angles: 16 });
    const plan = (reco: Properties) =>
      planOf(
        ['RadonPreprocessingParameters', {}],
        [
          'FdkReconstructionParameters',
          { geometry: { _type: 'ConeBeamGeometryParameters', ...geometry, detectorPixel: [1.5, 1.5] }, ...reco },
        ],
      );
    const plain = (await reconstruct(plan({}), cone)).output;
    expect(plain.attributes['valueUnit']).toBe('1/mm');
    const { output } = await reconstruct(plan({ perLength: 'cm' }), cone);
    expect(output.attributes['valueUnit']).toBe('1/cm');
    expect(
      relativeError(
        output.data.data,
        plain.data.data.map((value) => value * 10),
      ),
    ).toBeLessThan(1e-7);
  });
});
