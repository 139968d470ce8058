// Rates of the projectors in G updates/s: one update is one pixel x one angle with linear interpolation. Times are of
// whole calls, copies into and out of the kernels' memory included. Run from the workspace root: npm run bench
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openEngine, radonBackproject, radonForward } from '@rondel/compute';
import { tensor3d } from '@tensorflow/tfjs-core';
import { describeMachine } from './machine.mjs';
import { startPeer } from './peer.mjs';
import { median } from './statistics.mjs';

const size = 512;
const angles = 720;
const stack = 64;
const repetitions = { 1: 9, [stack]: 5 };

const geometry = {
  shape: [size, size],
  angles: Float64Array.from({ length: angles }, (_, index) => (index * Math.PI) / angles),
  detectors: size,
  center: size / 2,
};

const kernels = [
  { name: 'backprojection', apply: radonBackproject, shape: (slices) => [angles, size, slices] },
  { name: 'forward', apply: radonForward, shape: (slices) => [size, size, slices] },
];

function rateOf(slices, seconds) {
  return (size * size * angles * slices) / seconds / 1e9;
}

function inputOf(shape) {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return tensor3d(
    Float32Array.from({ length }, () => Math.random()),
    shape,
  );
}

function time(kernel, input) {
  const start = performance.now();
  kernel.apply(input, geometry).dispose();
  return (performance.now() - start) / 1000;
}

function summarize(facts, seconds) {
  const rates = seconds.map((value) => rateOf(facts.slices, value));
  return {
    ...facts,
    median: rateOf(facts.slices, median(seconds)),
    least: Math.min(...rates),
    most: Math.max(...rates),
  };
}

function measure(kernel, { slices, threads }) {
  const input = inputOf(kernel.shape(slices));
  time(kernel, input); // fills caches and lets both memories grow
  const seconds = Array.from({ length: repetitions[slices] }, () => time(kernel, input));
  input.dispose();
  return summarize({ name: kernel.name, slices, threads }, seconds);
}

/** Ours and the peer's by turns, so that both see the same machine. */
async function comparePeer(peer, threads) {
  const engine = await openEngine('wasm', { threads });
  const input = inputOf([angles, size, 1]);
  const many = inputOf([angles, size, stack]);
  const [ours, oursStacked, theirs] = [[], [], []];
  time(kernels[0], input);
  time(kernels[0], many);
  await peer.seconds();
  for (let round = 0; round < 5; round++) {
    ours.push(time(kernels[0], input));
    theirs.push(await peer.seconds());
    oursStacked.push(time(kernels[0], many));
  }
  input.dispose();
  many.dispose();
  await engine.dispose();
  const own = summarize({ name: 'backprojection', slices: 1, threads }, ours);
  const stacked = summarize({ name: 'backprojection', slices: stack, threads }, oursStacked);
  const other = summarize({ name: `scikit-image ${peer.version} iradon`, slices: 1, threads: 1 }, theirs);
  return { own, stacked, other, ratio: own.median / other.median, stackRatio: stacked.median / other.median };
}

function print({ name, slices, threads, median: rate, least, most }) {
  const what = `${name}, ${slices === 1 ? '1 slice' : `${slices} slices`}, ${threads} thread${threads === 1 ? '' : 's'}`;
  const range = `${least.toFixed(2)} to ${most.toFixed(2)}`;
  console.log(`${what.padEnd(52)} ${rate.toFixed(2).padStart(7)} G updates/s  (${range})`);
}

async function measureAll(threadCounts) {
  const results = [];
  for (const threads of threadCounts) {
    const engine = await openEngine('wasm', { threads });
    for (const kernel of kernels) {
      for (const slices of [1, stack]) {
        results.push(measure(kernel, { slices, threads }));
        print(results.at(-1));
      }
    }
    await engine.dispose();
  }
  return results;
}

async function runPeer() {
  const peer = await startPeer({ size, angles });
  if (peer.missing !== undefined) {
    console.log(`\nNo comparison: scikit-image is missing (${peer.missing}).`);
    console.log('Get it with "pip install scikit-image", or name a Python that has it in $PYTHON.');
    return { missing: peer.missing };
  }
  console.log('\nBy turns with scikit-image:');
  const comparison = await comparePeer(peer, 1);
  peer.close();
  print(comparison.own);
  print(comparison.stacked);
  print(comparison.other);
  console.log(
    `1 slice is ${comparison.ratio.toFixed(1)} times as fast, a stack of ${stack} ${comparison.stackRatio.toFixed(1)} times.`,
  );
  return comparison;
}

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const machine = describeMachine();
console.log(
  `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node.js ${machine.node}`,
);
console.log(`load average ${machine.loadAverage.toFixed(2)}: what else runs here takes from the figures below`);
console.log(`${size} x ${size} pixels, ${angles} angles, ${size} bins; median (least to most)\n`);
const results = await measureAll([...new Set([1, machine.cores])]);
const peer = await runPeer();
if (values.json !== undefined) {
  await writeFile(values.json, `${JSON.stringify({ machine, size, angles, results, peer }, null, 2)}\n`);
}
