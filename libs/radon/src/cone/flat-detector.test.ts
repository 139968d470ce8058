import { float32Array } from '@rondel/contracts';
import { expect, it } from 'vitest';
import { coneParametersOf } from './cone-parameters.js';
import { onFlatDetector } from './flat-detector.js';

const [bins, binRows, distance, pitch] = [61, 21, 100, 2];

function flattened(value: (fan: number, height: number) => number) {
  const data = Float32Array.from({ length: binRows * bins }, (_, at) =>
    value((((at % bins) - 30) * pitch) / distance, (Math.floor(at / bins) - 10) * pitch),
  );
  const input = { data: float32Array(data, [1, binRows, 1, bins]), companions: {}, attributes: {} };
  const geometry = {
    sourceOrigin: 60,
    sourceDetector: distance,
    detectorPixel: [pitch, pitch],
    detectorShape: 'curved',
  };
  return onFlatDetector({ input, parameters: coneParametersOf({ type: '', parameters: geometry }) });
}

it('sees on a flat detector what a curved one has seen, each ray where it goes on to', () => {
  // Values are where on the flat detector a ray ends, so that each bin must hold its own place.
  const across = flattened((fan) => distance * Math.tan(fan));
  const up = flattened((fan, height) => height / Math.cos(fan));
  const [, , , width = 0] = across.input.data.shape;
  // 2 x 100 mm x tan(0.6) in bins of 2 mm.
  expect(width).toBe(69);
  const [middle = NaN] = across.parameters.detectorOffset;
  for (let at = 0; at < binRows * width; at++) {
    const u = middle + ((at % width) - (width - 1) / 2) * pitch;
    const v = (Math.floor(at / width) - 10) * pitch;
    // Linear interpolation, as next to the ends, errs by the second derivative, 100 mm x 2 tan / cos^2, times (2 / 100)^2 / 8.
    expect(Math.abs((across.input.data.data[at] ?? NaN) - u)).toBeLessThan(0.02);
    expect(Math.abs((up.input.data.data[at] ?? NaN) - v)).toBeLessThan(0.02);
  }
  // Voxels and their number are those of the curved detector.
  expect(across.parameters).toMatchObject({ detectorShape: 'flat', voxel: 1.2, shape: [61, 61, 21] });
});
