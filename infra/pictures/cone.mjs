/**
 * Draws `cone.png`: three slices of the simulated head, and below them what FDK makes of its cone beam scan:
 * `node infra/pictures/cone.mjs`, after a build.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openEngine } from '@rondel/compute';
import { leastSquaresPackage } from '@rondel/least-squares';
import { sheppLoganConeScan, sheppLoganImage } from '@rondel/radon/phantom';
import { radonPackage } from '@rondel/radon/steps';
import { buildAlgorithm, createExecutableRegistry, runSteps } from '@rondel/reco';
import { encode } from 'fast-png';

const size = 128;
const options = { size, frames: 1, angles: 360 };
/** Attenuation per mm that is white. */
const white = 0.5;

async function reconstruct() {
  const { scan, geometry } = sheppLoganConeScan(options);
  const plan = {
    _module: 'RondelRadon',
    _type: 'DirectRadonAlgorithm',
    parameter: {
      _type: 'DirectRadonParameters',
      pre: { _type: 'RadonPreprocessingParameters' },
      reco: {
        _type: 'FdkReconstructionParameters',
        geometry: { _type: 'ConeBeamGeometryParameters', ...geometry },
      },
    },
  };
  const engine = await openEngine('wasm');
  const algorithm = buildAlgorithm(plan, createExecutableRegistry([leastSquaresPackage, radonPackage]));
  const { data } = await runSteps(algorithm.steps, scan, {
    signal: new AbortController().signal,
    memoryBytes: 2 ** 40,
    onProgress: () => undefined,
    onStep: () => undefined,
    onLog: () => undefined,
  });
  algorithm.dispose();
  await engine.dispose();
  return data.data;
}

/** Two slices across the axis and one plane along it, z up. */
function planesOf(volume) {
  const at = (x, y, z) => volume[(z * size + y) * size + x];
  return [
    (x, y) => at(x, y, size / 2),
    (x, y) => at(x, y, Math.round(0.3 * size)),
    (x, y) => at(x, size / 2, size - 1 - y),
  ];
}

const rows = [sheppLoganImage(options).data, await reconstruct()].map(planesOf);
const [width, height] = [3 * size, rows.length * size];
const pixels = Uint8Array.from({ length: width * height }, (_, index) => {
  const [x, y] = [index % width, Math.floor(index / width)];
  const value = rows[Math.floor(y / size)][Math.floor(x / size)](x % size, y % size);
  return Math.round(255 * Math.min(1, Math.max(0, value / white)));
});
const png = encode({ width, height, data: pixels, channels: 1, depth: 8 });
writeFileSync(fileURLToPath(new URL('cone.png', import.meta.url)), png);
