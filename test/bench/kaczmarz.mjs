// Kaczmarz sweeps in GB/s: bytes of the complex matrix times measurements over time, for each thread, as a share of what this
// machine copies and reads in the same run, and beside NumPy. Run from the workspace root: npm run bench:kaczmarz
import { Buffer } from 'node:buffer';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openDenseRows, openRowSweeps } from '@rondel/compute';
import { describeMachine } from './machine.mjs';
import { startPeer } from './peer.mjs';
import { median } from './statistics.mjs';

const sizes = [
  { rows: 925, columns: 400, rounds: 41 },
  { rows: 4000, columns: 8000, rounds: 7 },
];
const measurements = [1, 4, 16];

function timed(work) {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

/** What one thread copies, and what it reads when it compares two arrays, in GB/s. */
function openMemory(bytes = 256 * 1024 * 1024) {
  const [first, second] = [Buffer.alloc(bytes, 1), Buffer.alloc(bytes, 1)];
  return {
    copied: () => bytes / timed(() => first.copy(second)) / 1e9,
    read: () => (2 * bytes) / timed(() => first.equals(second)) / 1e9,
  };
}

function randomMatrix(rows, columns) {
  const data = Float32Array.from({ length: 2 * rows * columns }, () => Math.random() - 0.5);
  return { dtype: 'complex64', shape: [rows, columns], data };
}

/** Rates of one size, ours and the peer's by turns, so that both see the same machine. */
async function measure({ rows, columns, rounds }, threads, memory) {
  const matrix = await openDenseRows(randomMatrix(rows, columns), { threads });
  const bytes = 8 * rows * columns;
  const results = [];
  for (const entries of measurements) {
    const peer =
      threads === 1 ? await startPeer('kaczmarz_peer.py', [rows, columns, entries]) : { missing: 'one thread' };
    const sweeps = await openRowSweeps(matrix, randomMatrix(entries, rows).data);
    const [ours, theirs, copied, read] = [[], [], [], []];
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      await sweeps.sweep({ lambda: 1 });
      ours.push((bytes * entries) / (performance.now() - start) / 1e6 / Math.min(threads, entries));
      if (peer.missing === undefined && round % 4 === 0) theirs.push((bytes * entries) / (await peer.seconds()) / 1e9);
      if (round % 4 === 0) copied.push(memory.copied());
      if (round % 4 === 0) read.push(memory.read());
    }
    sweeps.close();
    if (peer.missing === undefined) peer.close();
    const numpy = peer.missing === undefined ? { version: peer.version, rate: median(theirs) } : undefined;
    const rate = { median: median(ours), least: Math.min(...ours), most: Math.max(...ours) };
    results.push({ rows, columns, entries, threads, rate, copied: median(copied), read: median(read), numpy });
    print(results.at(-1));
  }
  await matrix.dispose();
  return results;
}

function print({ rows, columns, entries, threads, rate, copied, read, numpy }) {
  const what = `${rows} x ${columns}, ${entries} at once, ${threads} thread${threads === 1 ? '' : 's'}`;
  const range = `(${rate.least.toFixed(1)} to ${rate.most.toFixed(1)})`;
  const shares = `${(rate.median / copied).toFixed(2)} of copying, ${(rate.median / read).toFixed(2)} of reading`;
  const peer = numpy === undefined ? '' : `, ${(rate.median / numpy.rate).toFixed(1)} x NumPy ${numpy.version}`;
  console.log(`${what.padEnd(38)} ${rate.median.toFixed(1).padStart(5)} GB/s a thread ${range}, ${shares}${peer}`);
}

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const machine = describeMachine();
console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.system}, Node.js ${machine.node}`);
console.log(`load average ${machine.loadAverage.toFixed(2)}: what else runs here takes from the figures below`);
console.log('complex matrices; bytes of the matrix times measurements, median (least to most)\n');
const memory = openMemory();
const results = [];
for (const threads of new Set([1, machine.cores])) {
  for (const size of sizes) results.push(...(await measure(size, threads, memory)));
}
if (values.json !== undefined) {
  await writeFile(values.json, `${JSON.stringify({ machine, results }, null, 2)}\n`);
}
