// Seconds that FDK of a cube takes, from projections in memory to the volume there, filter included, by turns with RTK on as many
// threads. Run from the workspace root: npm run bench:cone
import { availableParallelism } from 'node:os';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openEngine } from '@rondel/compute';
import { leastSquaresPackage } from '@rondel/least-squares';
import { radonPackage } from '@rondel/radon/steps';
import { buildAlgorithm, createExecutableRegistry, runSteps } from '@rondel/reco';
import { describeMachine } from './machine.mjs';
import { startPeer } from './peer.mjs';
import { median } from './statistics.mjs';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '256' },
    views: { type: 'string', default: '360' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'string' },
  },
});
const [size, views, rounds, threads] = [values.size, values.views, values.rounds, values.threads].map(Number);

function planOf() {
  const geometry = {
    _type: 'ConeBeamGeometryParameters',
    sourceOrigin: 3 * size,
    sourceDetector: 4.5 * size,
    detectorPixel: [1.5, 1.5],
  };
  return {
    _module: 'RondelRadon',
    _type: 'DirectRadonAlgorithm',
    parameter: {
      _type: 'DirectRadonParameters',
      pre: { _type: 'RadonPreprocessingParameters' },
      reco: { _type: 'FdkReconstructionParameters', geometry },
    },
  };
}

/** A cylinder's chords do; what the values are does not matter to the time. */
function projections() {
  const data = new Float32Array(size * views * size);
  for (let at = 0; at < data.length; at++) {
    data[at] = Math.sqrt(Math.max(0, (0.35 * size) ** 2 - ((at % size) - (size - 1) / 2) ** 2));
  }
  const angles = Float64Array.from({ length: views }, (_, view) => (2 * Math.PI * view) / views);
  return {
    data: { dtype: 'float32', shape: [1, size, views, size], axes: ['frame', 'slice', 'angle', 'detector'], data },
    companions: { angles: { dtype: 'float64', shape: [views], axes: ['angle'], data: angles } },
    attributes: { quantity: 'attenuation' },
  };
}

async function openOurs() {
  const engine = await openEngine('wasm', { threads });
  const algorithm = buildAlgorithm(planOf(), createExecutableRegistry([leastSquaresPackage, radonPackage]));
  const input = projections();
  const seconds = async () => {
    const begin = performance.now();
    await runSteps(algorithm.steps, input, {
      signal: new AbortController().signal,
      memoryBytes: 2 ** 40,
      onProgress: () => undefined,
      onStep: () => undefined,
      onLog: () => undefined,
    });
    return (performance.now() - begin) / 1000;
  };
  return {
    seconds,
    async close() {
      algorithm.dispose();
      await engine.dispose();
    },
  };
}

const rateOf = (seconds) => (size ** 3 * views) / seconds / 1e9;
function print(name, seconds) {
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)].map((one) => one.toFixed(2));
  const middle = median(seconds);
  console.log(
    `${name.padEnd(24)} ${middle.toFixed(2)} s (${least} to ${most}), ${rateOf(middle).toFixed(2)} G updates/s`,
  );
}

const machine = describeMachine();
console.log(
  `${machine.cpu}, ${machine.cores} cores, Node.js ${machine.node}, load average ${machine.loadAverage.toFixed(2)}`,
);
console.log(`FDK of ${size}^3 voxels from ${views} views of ${size} x ${size} bins, ${threads} threads\n`);
const ours = await openOurs();
await ours.seconds();
const peer = await startPeer('rtk_peer.py', [size, views, threads]);
const result = { machine, size, views, threads, ours: [], peer: [] };
if (peer.missing === undefined) await peer.seconds();
for (let round = 0; round < rounds; round++) {
  result.ours.push(await ours.seconds());
  if (peer.missing === undefined) result.peer.push(await peer.seconds());
}
print('Rondel', result.ours);
if (peer.missing === undefined) {
  print(`RTK (ITK ${peer.version})`, result.peer);
  result.ratio = median(result.peer) / median(result.ours);
  console.log(`${result.ratio.toFixed(1)} times as fast.`);
  peer.close();
} else {
  console.log(
    `No comparison: RTK is missing (${peer.missing}). Get it with "pip install itk-rtk", or name a Python that has it in $PYTHON.`,
  );
}
await ours.close();
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
