import { float32Array } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { planOf, reconstruct, relativeError, useEngine } from '../running.test.support.js';

useEngine();

const size = 6;
const angles = [0.1, 0.7, 1.3, 1.9, 2.5];
const sinogram = Float32Array.from(
  { length: angles.length * size },
  (_, at) => 1 + ((3 * Math.floor(at / size) + 5 * (at % size)) % 7) / 7,
);

async function imageOf(reco: string, properties: object, centerOfRotation: number): Promise<Float32Array> {
  const plan = planOf(
    ['TransmissionPreprocessingParameters', { quantity: 'lineIntegrals', centerOfRotation }],
    [reco, { angles, projector: 'line', circle: false, ...properties }],
  );
  const { output } = await reconstruct(plan, {
    data: float32Array(sinogram, [angles.length, size]),
    companions: {},
    attributes: {},
  });
  expect(output.data.shape.slice(-2)).toEqual([size, size]);
  return Float32Array.from(output.data.data);
}

/**
 * By NumPy in float64: rays cut by the lines between pixels that lie symmetrically about the axis, in TomoPy's terms at `center`
 * 3.3, which is the middle of bin 2.8; the methods by their formulas.
 */
const references = {
  backprojection: [
    4.5112, 4.867, 7.2479, 8.177, 6.0773, 2.168, 6.5216, 8.3239, 7.4068, 6.9388, 7.0257, 5.2715, 5.8493, 7.7058, 6.5131,
    6.3703, 7.7145, 7.8814, 6.0668, 6.8851, 8.7793, 7.2659, 7.0234, 6.1801, 8.2455, 8.4324, 6.4922, 6.4104, 7.5051,
    7.168, 5.5119, 7.8333, 6.4307, 7.1491, 8.5109, 6.2321,
  ],
  MLEM: [
    0.2572, 0.2391, 0.2649, 0.3182, 0.3215, 0.101, 0.2886, 0.384, 0.2222, 0.1754, 0.2102, 0.1871, 0.1791, 0.1855,
    0.1656, 0.1577, 0.2082, 0.2897, 0.2203, 0.2206, 0.2356, 0.1388, 0.2384, 0.2227, 0.3413, 0.2493, 0.1707, 0.1271,
    0.1661, 0.3484, 0.2812, 0.4944, 0.3, 0.35, 0.5862, 0.2311,
  ],
  ART: [
    0.2708, 0.3076, 0.2738, 0.2725, 0.2962, -0.0295, 0.3345, 0.4922, 0.2393, 0.176, 0.225, 0.176, 0.1707, 0.139, 0.1662,
    0.1049, 0.1953, 0.424, 0.2411, 0.2089, 0.3551, 0.1686, 0.3867, 0.2358, 0.3734, 0.2025, 0.0126, -0.2623, -0.0437,
    0.4914, 0.1506, 0.6222, 0.3743, 0.4917, 0.8114, 0.074,
  ],
};

describe('rays by their length in pixels', () => {
  it.each([
    ['backprojection', 'RadonBackprojectionParameters', {}],
    ['MLEM', 'IterativeRadonReconstructionParameters', { solver: 'MLEM', iterations: 4 }],
    ['ART', 'IterativeRadonReconstructionParameters', { solver: 'Kaczmarz', iterations: 2 }],
  ] as const)('give the image of TomoPy: %s', async (name, reco, properties) => {
    // References have four decimals, and its rays end a hundredth of a pixel inside the image.
    const image = await imageOf(reco, properties, 2.8);
    expect(relativeError(image, Float32Array.from(references[name]))).toBeLessThan(2e-3);
  });

  it('see no more than was measured, with the axis between pixels in the middle of the image', async () => {
    const turns = angles.map((_angle, row) => (row * Math.PI) / 2);
    const image = await imageOf('RadonBackprojectionParameters', { angles: turns }, (size - 1) / 2);
    const value = (row: number, bin: number) => sinogram[row * size + bin] ?? NaN;
    image.forEach((sum, at) => {
      const [x, y] = [at % size, Math.floor(at / size)];
      const [left, down] = [size - 1 - x, size - 1 - y];
      expect(sum).toBeCloseTo(value(0, x) + value(1, down) + value(2, left) + value(3, y) + value(4, x), 5);
    });
  });

  it('are cut to a circle about that axis: of six pixels each way it leaves out the corners alone', async () => {
    const image = await imageOf('RadonBackprojectionParameters', { reconMaskRadius: 1 }, 2.8);
    const empty = [...image.keys()].filter((at) => image[at] === 0);
    expect(empty).toEqual([0, size - 1, size * (size - 1), size * size - 1]);
  });
});
