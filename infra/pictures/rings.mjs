/**
 * Draws `rings.png`: a slice of the phantom from a scan with stripes and an axis that is off the middle, as it comes; with the axis
 * found; and without rings: `node infra/pictures/rings.mjs`, after a build. The scan is that of the how-to.
 */
import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openEngine } from '@rondel/compute';
import { float32Array } from '@rondel/contracts';
import { leastSquaresPackage } from '@rondel/least-squares';
import { sheppLoganScan } from '@rondel/radon/phantom';
import { radonPackage } from '@rondel/radon/steps';
import { buildAlgorithm, createExecutableRegistry, runSteps } from '@rondel/reco';
import { encode } from 'fast-png';

const [size, bins, angles] = [96, 128, 180];
const head = sheppLoganScan({ size, frames: 1, angles, noise: 0.005 });
const gains = new Map([
  [22, 3],
  [41, -2],
  [60, 2],
  [77, 3],
  [78, 3],
  [95, -3],
]);
const values = new Float32Array(angles * bins).map((_, at) => {
  const [bin, row] = [at % bins, Math.floor(at / bins)];
  const value = (from) => (from < 0 || from >= size ? 0 : head.data.data[(48 * angles + row) * size + from]);
  return (value(bin - 11) + value(bin - 12)) / 2 + (gains.get(bin) ?? 0);
});
const scan = { data: float32Array(values, [angles, bins]), companions: head.companions, attributes: {} };

async function reconstruct(pre, rings) {
  const parameter = {
    _type: 'RecoPlan{DirectRadonParameters}',
    pre: { _type: 'RecoPlan{TransmissionPreprocessingParameters}', ...pre },
    ...(rings && { rings: { _type: 'RecoPlan{RingRemovalParameters}', ...rings } }),
    reco: { _type: 'RecoPlan{RadonFilteredBackprojectionParameters}' },
  };
  const plan = { _module: 'RondelRadon', _type: 'RecoPlan{DirectRadonAlgorithm}', parameter };
  const algorithm = buildAlgorithm(plan, createExecutableRegistry([leastSquaresPackage, radonPackage]));
  const output = await runSteps(algorithm.steps, scan, {
    signal: new AbortController().signal,
    memoryBytes: 2 ** 40,
    onProgress: () => undefined,
    onStep: () => undefined,
    onLog: (_, message) => console.log(message),
  });
  algorithm.dispose();
  return output.data.data;
}

const engine = await openEngine('wasm');
const images = [
  await reconstruct({ findCenter: false }),
  await reconstruct({ findCenter: true }),
  await reconstruct({ findCenter: true }, { method: 'sorting', size: 7 }),
];
await engine.dispose();
const [zoom, gap] = [2, 8];
const width = images.length * zoom * bins + (images.length - 1) * gap;
const pixels = new Uint8Array(width * zoom * bins).fill(255);
images.forEach((image, index) => {
  for (let row = 0; row < zoom * bins; row++) {
    for (let column = 0; column < zoom * bins; column++) {
      const value = image[Math.floor(row / zoom) * bins + Math.floor(column / zoom)];
      const shown = Math.max(0, Math.min(255, Math.round((255 * (value + 0.05)) / 0.55)));
      pixels[row * width + index * (zoom * bins + gap) + column] = shown;
    }
  }
});
const png = encode({ width, height: zoom * bins, data: pixels, channels: 1 });
writeFileSync(fileURLToPath(new URL('rings.png', import.meta.url)), Buffer.from(png));
