/**
 * Draws `mpi.png`: concentrations of a tracer, and the last frame that `mpi/single-patch` makes of a simulated scan of them:
 * `node infra/pictures/mpi.mjs`, after a build.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openEngine } from '@rondel/compute';
import { leastSquaresPackage } from '@rondel/least-squares';
import { mpiManifest } from '@rondel/mpi/manifest';
import { simulateMpi } from '@rondel/mpi/phantom';
import { mpiPackage } from '@rondel/mpi/steps';
import { applyParameters, parsePlan, toTree, withDefaults } from '@rondel/plan';
import { buildAlgorithm, createExecutableRegistry, cutDataset, runSteps } from '@rondel/reco';
import { encode } from 'fast-png';

const size = 40;
const pixelsPerVoxel = 8;
const gap = 16;

const registry = createExecutableRegistry([leastSquaresPackage, mpiPackage]);
const scan = simulateMpi({ size, frames: 2 });
const panels = [scan.truth.data, await reconstruct()].map((values) => values.subarray(-size * size));
writeFileSync(fileURLToPath(new URL('mpi.png', import.meta.url)), encode(drawn(panels)));

async function reconstruct() {
  const { toml } = mpiManifest.plans.find(({ name }) => name === 'mpi/single-patch');
  const { plan } = applyParameters(parsePlan(toml), { sf: 'root://here/sm.mdf' }, registry.catalog);
  const algorithm = buildAlgorithm(toTree(withDefaults(plan, registry.catalog)), registry);
  const engine = await openEngine('wasm');
  try {
    const { data } = await runSteps(algorithm.steps, scan.measurement, {
      signal: new AbortController().signal,
      memoryBytes: Infinity,
      onProgress: () => undefined,
      onStep: () => undefined,
      onLog: (_, message) => process.stderr.write(`${message}\n`),
      openFile: () => Promise.resolve(calibrationFile()),
    });
    return data.data;
  } finally {
    algorithm.dispose();
    await engine.dispose();
  }
}

function calibrationFile() {
  const [facts] = scan.calibrations;
  const read = (name, ranges = {}) => {
    let data = name === 'data' ? facts.data : facts.companions[name];
    for (const [axis, [start, stop]] of Object.entries(ranges)) {
      ({ data } = cutDataset({ data, companions: {}, attributes: {} }, { axis, start, stop }));
    }
    return Promise.resolve(data);
  };
  return { label: 'sm.mdf', identity: 'sm.mdf', facts, read };
}

/** Panels beside each other, 0 black and 1.1 white. */
function drawn(images) {
  const edge = size * pixelsPerVoxel;
  const width = images.length * edge + (images.length - 1) * gap;
  const data = new Uint8Array(width * edge).fill(255);
  for (const [index, values] of images.entries()) {
    for (let y = 0; y < edge; y++) {
      for (let x = 0; x < edge; x++) {
        const value = values[Math.floor(y / pixelsPerVoxel) * size + Math.floor(x / pixelsPerVoxel)];
        data[y * width + index * (edge + gap) + x] = Math.max(0, Math.min(255, Math.round((255 * value) / 1.1)));
      }
    }
  }
  return { width, height: edge, data, channels: 1 };
}
