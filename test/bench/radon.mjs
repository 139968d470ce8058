// Rates of the projectors in G updates/s: one update is one pixel x one angle with linear interpolation. Times are of
// whole calls, copies into and out of the kernels' memory included. Run from the workspace root: npm run bench
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measureProjectors, openEngine, openProjectorCall, projectorRate } from '@rondel/compute';
import { describeMachine } from './machine.mjs';
import { startPeer } from './peer.mjs';

const size = 512;
const angles = 720;
const conditions = { size, angles };
const stack = 64;
const repetitions = { 1: 9, [stack]: 5 };

/** Ours and the peer's by turns, so that both see the same machine. */
async function comparePeer(peer, threads) {
  const engine = await openEngine('wasm', { threads });
  const single = openProjectorCall('backprojection', 1, conditions);
  const many = openProjectorCall('backprojection', stack, conditions);
  const [ours, oursStacked, theirs] = [[], [], []];
  await peer.seconds();
  for (let round = 0; round < 5; round++) {
    ours.push(single.seconds());
    theirs.push(await peer.seconds());
    oursStacked.push(many.seconds());
  }
  single.dispose();
  many.dispose();
  await engine.dispose();
  const rate = (projector, slices, seconds) => ({
    ...projectorRate({ projector, slices }, seconds, conditions),
    threads,
  });
  const own = rate('backprojection', 1, ours);
  const stacked = rate('backprojection', stack, oursStacked);
  const other = { ...rate(`scikit-image ${peer.version} iradon`, 1, theirs), threads: 1 };
  return { own, stacked, other, ratio: own.median / other.median, stackRatio: stacked.median / other.median };
}

function print({ projector, slices, threads, median: rate, least, most }) {
  const what = `${projector}, ${slices === 1 ? '1 slice' : `${slices} slices`}, ${threads} thread${threads === 1 ? '' : 's'}`;
  const range = `${least.toFixed(2)} to ${most.toFixed(2)}`;
  console.log(`${what.padEnd(52)} ${rate.toFixed(2).padStart(7)} G updates/s  (${range})`);
}

async function measureAll(threadCounts) {
  const results = [];
  for (const threads of threadCounts) {
    const engine = await openEngine('wasm', { threads });
    for (const slices of [1, stack]) {
      const rates = measureProjectors(conditions, { slices: [slices], repetitions: repetitions[slices] });
      results.push(...rates.map((rate) => ({ ...rate, threads })));
      rates.forEach((rate) => print({ ...rate, threads }));
    }
    await engine.dispose();
  }
  return results;
}

async function runPeer() {
  const peer = await startPeer('iradon_peer.py', [size, angles]);
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
