// Rates of the projectors in G updates/s: one update is one pixel x one angle with linear interpolation. Times are of
// whole calls, copies into and out of the kernels' memory included. Run from the workspace root: npm run bench
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openEngine, openProjectorCall, projectorRate } from '@rondel/compute';
import { describeMachine } from './machine.mjs';
import { startPeer } from './peer.mjs';

const stack = 64;
/** Slices as laboratories and as beamlines have them; a stack of the larger ones takes gigabytes. */
const sizes = [
  { size: 512, angles: 720, rounds: 5, stacks: [1, stack] },
  { size: 2048, angles: 1500, rounds: 3, stacks: [1] },
];
/** Which of ours each peer is held against, and what its users have to install. */
const peers = [
  { name: 'scikit-image', projector: 'backprojection', package: 'scikit-image', largest: 512 },
  { name: 'astra', projector: 'backprojection', package: 'astra-toolbox', largest: 2048 },
  { name: 'algotom', projector: 'backprojection', package: 'algotom numba', largest: 2048 },
  { name: 'astra-forward', projector: 'forward projection', package: 'astra-toolbox', largest: 2048 },
];

function print({ projector, slices, threads, median: rate, least, most }) {
  const what = `${projector}, ${slices === 1 ? '1 slice' : `${slices} slices`}, ${threads} thread${threads === 1 ? '' : 's'}`;
  const range = `${least.toFixed(2)} to ${most.toFixed(2)}`;
  console.log(`${what.padEnd(52)} ${rate.toFixed(2).padStart(7)} G updates/s  (${range})`);
}

async function measure({ stacks, rounds, ...conditions }, threads) {
  const engine = await openEngine('wasm', { threads });
  const rates = [];
  for (const projector of ['backprojection', 'forward projection']) {
    for (const slices of stacks) {
      const call = openProjectorCall(projector, slices, conditions);
      const seconds = Array.from({ length: rounds }, () => call.seconds());
      call.dispose();
      const rate = { ...projectorRate({ projector, slices }, seconds, conditions), threads, ...conditions };
      print(rate);
      rates.push(rate);
    }
  }
  await engine.dispose();
  return rates;
}

/** Ours on one thread and the peer's by turns, so that both see the same machine. */
async function compare({ name, projector }, peer, { stacks, rounds, ...conditions }) {
  const engine = await openEngine('wasm', { threads: 1 });
  const calls = stacks.map((slices) => ({
    slices,
    call: openProjectorCall(projector, slices, conditions),
    seconds: [],
  }));
  const theirs = [];
  for (let round = 0; round < rounds; round++) {
    theirs.push(await peer.seconds());
    for (const { call, seconds } of calls) seconds.push(call.seconds());
  }
  const other = { ...projectorRate({ projector: name, slices: 1 }, theirs, conditions), threads: 1 };
  print({ ...other, projector: `${name} ${peer.version}, ${projector}` });
  const ours = calls.map(({ slices, call, seconds }) => {
    call.dispose();
    const rate = { ...projectorRate({ projector, slices }, seconds, conditions), threads: 1 };
    return { ...rate, ratio: rate.median / other.median };
  });
  await engine.dispose();
  for (const { slices, ratio } of ours) {
    console.log(`  ${slices === 1 ? '1 slice' : `a stack of ${slices}`} of ours: ${ratio.toFixed(1)} times as fast`);
  }
  return { version: peer.version, ...conditions, other, ours };
}

async function comparePeer(peer, conditions) {
  const { size, angles } = conditions;
  const started = await startPeer('projector_peer.py', [peer.name, size, angles]);
  if (started.missing !== undefined) {
    console.log(`${peer.name} is missing (${started.missing}).`);
    console.log(`  Get it with "pip install ${peer.package}", or name a Python that has it in $PYTHON.`);
    return { missing: started.missing };
  }
  const comparison = await compare(peer, started, conditions);
  started.close();
  return comparison;
}

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const machine = describeMachine();
console.log(
  `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node.js ${machine.node}`,
);
console.log(`load average ${machine.loadAverage.toFixed(2)}: what else runs here takes from the figures below`);
const results = [];
const comparisons = [];
for (const conditions of sizes) {
  const { size, angles } = conditions;
  console.log(`\n${size} x ${size} pixels, ${angles} angles, ${size} bins; median (least to most)`);
  for (const threads of new Set([1, machine.cores])) results.push(...(await measure(conditions, threads)));
  console.log('by turns with other libraries, each on one thread:');
  for (const peer of peers.filter(({ largest }) => size <= largest)) {
    comparisons.push({ peer: peer.name, projector: peer.projector, ...(await comparePeer(peer, conditions)) });
  }
}
if (values.json !== undefined) {
  await writeFile(values.json, `${JSON.stringify({ machine, results, comparisons }, null, 2)}\n`);
}
