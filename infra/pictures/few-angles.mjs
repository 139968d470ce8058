/**
 * Draws `few-angles.png`: a slice of the phantom from 30 noisy projections, by filtered backprojection, with ||x||^2 and with
 * total variation, each beside its error: `node infra/pictures/few-angles.mjs`, after a build.
 */
import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openEngine } from '@rondel/compute';
import { leastSquaresPackage } from '@rondel/least-squares';
import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { applyParameters, parsePlan, toTree, withDefaults } from '@rondel/plan';
import { radonManifest } from '@rondel/radon/manifest';
import { sheppLoganImage, sheppLoganScan } from '@rondel/radon/phantom';
import { radonPackage } from '@rondel/radon/steps';
import { buildAlgorithm, catalogOf, createExecutableRegistry, divideDataset, runSteps } from '@rondel/reco';
import { encode } from 'fast-png';

const size = 128;
const options = { size, frames: 1, angles: 30, noise: 0.02 };
const slice = [...divideDataset(sheppLoganScan(options), 'slice', 1)][size / 2];
const phantom = sheppLoganImage(options).data.subarray((size / 2) * size * size, (size / 2 + 1) * size * size);

const term = (type, lambda) => ({ _module: 'RegularizedLeastSquares', _type: type, ...(lambda && { lambda }) });
const positive = term('PositiveRegularization');
const subjects = [
  { plan: 'radon/fbp', parameters: { filter: 'hann' } },
  {
    plan: 'radon/iterative',
    parameters: { solver: 'FISTA', iterations: 100, reg: [term('L2Regularization', 10), positive] },
  },
  {
    plan: 'radon/iterative',
    parameters: { solver: 'FISTA', iterations: 100, reg: [term('TVRegularization', 3), positive] },
  },
];

async function reconstruct({ plan, parameters }) {
  const catalog = catalogOf([leastSquaresManifest, radonManifest]);
  const template = parsePlan(radonManifest.plans.find(({ name }) => name === plan).toml);
  const { plan: complete, problems } = applyParameters(template, parameters, catalog);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join(' '));
  const registry = createExecutableRegistry([leastSquaresPackage, radonPackage]);
  const algorithm = buildAlgorithm(toTree(withDefaults(complete, catalog)), registry);
  const output = await runSteps(algorithm.steps, slice, {
    signal: new AbortController().signal,
    memoryBytes: 2 ** 40,
    onProgress: () => undefined,
    onStep: () => undefined,
    onLog: () => undefined,
  });
  algorithm.dispose();
  return output.data.data;
}

function errorOf(image) {
  let [difference, norm] = [0, 0];
  phantom.forEach((value, at) => {
    difference += (image[at] - value) ** 2;
    norm += value ** 2;
  });
  return Math.sqrt(difference / norm);
}

const engine = await openEngine('wasm');
const images = [];
for (const subject of subjects) images.push(await reconstruct(subject));
await engine.dispose();
console.log(images.map((image) => errorOf(image).toFixed(3)).join(', '));
// The phantom first; twice the size, between the same black and white.
const all = [phantom, ...images];
const [zoom, gap] = [2, 8];
const width = all.length * zoom * size + (all.length - 1) * gap;
const pixels = new Uint8Array(width * zoom * size).fill(255);
all.forEach((image, index) => {
  for (let row = 0; row < zoom * size; row++) {
    for (let column = 0; column < zoom * size; column++) {
      const value = image[Math.floor(row / zoom) * size + Math.floor(column / zoom)];
      const shown = Math.max(0, Math.min(255, Math.round((255 * value) / 0.45)));
      pixels[row * width + index * (zoom * size + gap) + column] = shown;
    }
  }
});
const png = encode({ width, height: zoom * size, data: pixels, channels: 1 });
writeFileSync(fileURLToPath(new URL('few-angles.png', import.meta.url)), Buffer.from(png));
