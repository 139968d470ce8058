import { leftOutSaid, float32Array, type Dataset } from '@rondel/contracts';
import { divideDataset, joinDatasets, runSteps } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { buildPlan, planOf, relativeError } from '../../running.test.support.js';

const [slices, detectors] = [20, 24];
const setup = { pixelSize: 1e-3, distance: 200, energy: 20 };
/** h c over the energy, mm. */
const lambda = 1.239841984e-6 / setup.energy;

async function filtered(projections: Float32Array[], properties: object, block?: Dataset): Promise<Dataset> {
  const angles = projections.length;
  const data = new Float32Array(slices * angles * detectors);
  projections.forEach((projection, angle) => {
    for (let slice = 0; slice < slices; slice++) {
      data.set(projection.subarray(slice * detectors, (slice + 1) * detectors), (slice * angles + angle) * detectors);
    }
  });
  const axes = ['frame', 'slice', 'angle', 'detector'];
  const theta = {
    dtype: 'float64' as const,
    shape: [angles],
    axes: ['angle'],
    data: Float64Array.from({ length: angles }, (_, at) => at),
  };
  const input = block ?? {
    data: float32Array(data, [1, slices, angles, detectors], axes),
    companions: { angles: theta },
    attributes: { quantity: 'transmission' },
  };
  const plan = planOf(['TransmissionPreprocessingParameters', {}], ['RadonBackprojectionParameters', {}], {
    phase: ['PaganinPhaseParameters', { ...setup, ...properties }],
  });
  const listener = { onProgress: () => undefined, onStep: () => undefined, onLog: () => undefined };
  return runSteps(buildPlan(plan).steps.slice(0, 1), input, {
    signal: new AbortController().signal,
    memoryBytes: 2 ** 40,
    ...listener,
  });
}

function projectionOf({ data: { data, shape } }: Dataset, angle: number): Float32Array {
  const [, , angles = 1] = shape;
  return Float32Array.from({ length: slices * detectors }, (_, at) => {
    const [slice, bin] = [Math.floor(at / detectors), at % detectors];
    return data[(slice * angles + angle) * detectors + bin] ?? NaN;
  });
}

/** Transmission of a sphere, in whose middle two thirds are absorbed. */
const sphere = Float32Array.from({ length: slices * detectors }, (_, at) => {
  const [y, x] = [Math.floor(at / detectors) - 9.3, (at % detectors) - 11.8];
  return Math.exp(-1.1 * Math.sqrt(Math.max(0, 1 - (x * x + y * y) / 49)));
});

/** The discrete Fourier transform by its definition, with each frequency multiplied by a factor: slow, and of real values. */
function multiplied(
  image: Float32Array,
  [rows, columns]: readonly [number, number],
  factor: (k: number, l: number) => number,
) {
  const result = new Float64Array(image.length);
  for (let k = 0; k < rows; k++) {
    for (let l = 0; l < columns; l++) {
      let [real, imaginary] = [0, 0];
      const phase = (y: number, x: number) => 2 * Math.PI * ((k * y) / rows + (l * x) / columns);
      image.forEach((value, at) => {
        const angle = phase(Math.floor(at / columns), at % columns);
        real += value * Math.cos(angle);
        imaginary -= value * Math.sin(angle);
      });
      const scale = factor(k, l) / image.length;
      for (let at = 0; at < image.length; at++) {
        const angle = phase(Math.floor(at / columns), at % columns);
        result[at] = (result[at] ?? 0) + scale * (real * Math.cos(angle) - imaginary * Math.sin(angle));
      }
    }
  }
  return Float32Array.from(result);
}

const signed = (k: number, count: number) => (2 * k < count ? k : k - count);
const squared = (k: number, l: number) =>
  (signed(k, slices) / (slices * setup.pixelSize)) ** 2 + (signed(l, detectors) / (detectors * setup.pixelSize)) ** 2;

describe('the phase filter', () => {
  const deltaBeta = 400;
  const strength = (lambda * setup.distance * deltaBeta) / (4 * Math.PI);

  it('gives back a sphere from its phase contrast, exactly on the true grid of frequencies', async () => {
    const contrast = multiplied(sphere, [slices, detectors], (k, l) => 1 + strength * squared(k, l));
    expect(relativeError(contrast, sphere)).toBeGreaterThan(0.02);
    const half = contrast.map((value) => value / 2);
    const output = await filtered([contrast, half, contrast], { deltaBeta, pad: false });
    // float32 values that the formula raises up to a hundredfold before.
    expect(relativeError(projectionOf(output, 0), sphere)).toBeLessThan(1e-5);
    expect(
      relativeError(
        projectionOf(output, 1),
        sphere.map((value) => value / 2),
      ),
    ).toBeLessThan(1e-5);
    expect(projectionOf(output, 2)).toEqual(projectionOf(output, 0));
    expect(output.attributes).toMatchObject({ quantity: 'transmission' });
    const same = await filtered([contrast], { alpha: 1 / deltaBeta, pad: false });
    expect(relativeError(projectionOf(same, 0), projectionOf(output, 0))).toBeLessThan(1e-6);
  });

  it('is warned of where slices are left out that it takes in', async () => {
    const part = { ...leftOutSaid({ detector: { before: 0, behind: 0 }, slice: { before: 3, behind: 40 } }) };
    const { data, companions, attributes } = await filtered([sphere], { deltaBeta: 1e-6 });
    // 4 L = 4 sqrt(lambda 200 400 / (4 pi)) / (2 pi) = 0.0127 mm, of pixels of 0.001 mm.
    const told = await filtered([], { deltaBeta }, { data, companions, attributes: { ...attributes, ...part } });
    expect(told.warnings).toMatchObject([
      {
        code: 'PART_NARROW',
        message: expect.stringMatching(/\(slice=3:23\) .* 13 pixels .* Take slice=0:36,/) as string,
      },
    ]);
    expect((await filtered([sphere], { deltaBeta })).warnings).toBeUndefined();
  });

  it("has TomoPy's frequencies where it is asked to, which change little", async () => {
    const place = (k: number, count: number) => 2 * ((k + Math.ceil(count / 2)) % count) - (count - 1);
    const square = (k: number, count: number) => (place(k, count) / (2 * (count - 1) * setup.pixelSize)) ** 2;
    const at = (k: number, l: number) => 1 / (1 + strength * (square(k, slices) + square(l, detectors)));
    const mean = (k: number, l: number) => (at(k, l) + at((slices - k) % slices, (detectors - l) % detectors)) / 2;
    const most = at(0, 0);
    const expected = multiplied(sphere, [slices, detectors], (k, l) => mean(k, l) / most);
    const output = projectionOf(await filtered([sphere], { deltaBeta, pad: false, compatibleGrid: true }), 0);
    expect(relativeError(output, expected)).toBeLessThan(1e-6);
    const padded = projectionOf(await filtered([sphere], { deltaBeta }), 0);
    const compatible = projectionOf(await filtered([sphere], { deltaBeta, compatibleGrid: true }), 0);
    expect(relativeError(padded, compatible)).toBeLessThan(2e-2);
    expect(padded).not.toEqual(compatible);
  });

  it('continues projections by their edges, so that a constant stays one, and is computed in blocks of angles', async () => {
    const ramp = Float32Array.from({ length: slices * detectors }, (_, at) => 0.5 + (at % detectors) / 100);
    const output = await filtered([ramp, sphere, ramp, sphere], { deltaBeta });
    // Far from the edges a ramp is no phase contrast.
    expect(projectionOf(output, 0)[10 * detectors + 12]).toBeCloseTo(0.62, 3);
    const joined = joinDatasets(
      await Promise.all(
        divideDataset(await filtered([ramp, sphere, ramp, sphere], { deltaBeta: 1e-9, pad: false }), 'angle', 2).map(
          (block) => filtered([], { deltaBeta }, block),
        ),
      ),
      'angle',
    );
    expect(relativeError(joined.data.data, output.data.data)).toBeLessThan(1e-6);
    expect(joined.companions['angles']?.shape).toEqual([4]);
  });

  it('is refused where it is far wider than the detector, and doubted where it changes nothing', async () => {
    // pi lambda distance / pixelSize^2 = 9737.7
    const wide = filtered([sphere], { deltaBeta, distance: 50_000 });
    await expect(wide).rejects.toMatchObject({
      failure: { code: 'PLAN_INVALID_VALUE', at: 'parameter.phase.distance' },
    });
    await expect(wide).rejects.toThrow(/9738 bins \(9\.74 mm\) wide, but the detector is 24 bins .* in mm/);
    const { warnings: none = [] } = await filtered([sphere], { deltaBeta });
    expect(none).toEqual([]);
    const { warnings } = await filtered([sphere], { deltaBeta, distance: 0.05, pixelSize: 1 });
    expect(warnings).toMatchObject([{ code: 'GEOMETRY_SUSPECT' }]);
  });

  it('takes transmissions only, and one of alpha and deltaBeta', async () => {
    const data = float32Array(sphere, [slices, 1, detectors]);
    const white = float32Array(new Float32Array(slices * detectors).fill(1), [slices, 1, detectors]);
    const asIs = (dataset: Dataset) => filtered([], { deltaBeta }, dataset);
    await expect(asIs({ data, companions: { white }, attributes: {} })).rejects.toThrow('stage flat');
    await expect(asIs({ data, companions: {}, attributes: { quantity: 'lineIntegrals' } })).rejects.toThrow(
      'lineIntegrals',
    );
    const { warnings = [] } = await asIs({ data, companions: {}, attributes: {} });
    expect(warnings).toEqual([]);
    const low = float32Array(
      sphere.map((value) => value / 3),
      [slices, 1, detectors],
    );
    const doubted = await asIs({ data: low, companions: {}, attributes: {} });
    expect(doubted.warnings).toMatchObject([{ code: 'QUANTITY_ASSUMED' }]);
    await expect(filtered([sphere], { deltaBeta, alpha: 1 })).rejects.toMatchObject({
      failure: { code: 'PLAN_INVALID_VALUE', at: 'parameter.phase.alpha' },
    });
  });
});
