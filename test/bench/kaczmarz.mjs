// Kaczmarz sweeps in GB/s: bytes of the complex matrix times measurements over the processor time that they take, as a share of
// what one thread copies and reads in the same run, and beside NumPy. Processor time is what other programs on the machine
// disturb least; what all threads do together is told by the clock. Run from the workspace root: npm run bench:kaczmarz
import { Buffer } from 'node:buffer';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openDenseRows, openRowSweeps } from '@rondel/compute';
import { describeMachine } from './machine.mjs';
import { startPeer } from './peer.mjs';
import { median } from './statistics.mjs';

const sizes = [
  { rows: 925, columns: 400, rounds: 7 },
  { rows: 4000, columns: 8000, rounds: 5 },
];
const measurements = [1, 4, 16];

/** Seconds of all threads of this process, and by the clock. */
async function timed(work) {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { processor: (user + system) / 1e6, clock: (performance.now() - start) / 1000 };
}

/** What one thread copies, and what it reads when it compares two arrays, in GB/s. */
function openMemory(bytes = 256 * 1024 * 1024) {
  const [first, second] = [Buffer.alloc(bytes, 1), Buffer.alloc(bytes, 1)];
  return {
    copied: async () => bytes / (await timed(() => first.copy(second))).processor / 1e9,
    read: async () => (2 * bytes) / (await timed(() => first.equals(second))).processor / 1e9,
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
    const sweeps = openRowSweeps(matrix, randomMatrix(entries, rows).data);
    const [ours, together, theirs, copied, read] = [[], [], [], [], []];
    const times = Math.max(1, Math.round(1e9 / (bytes * entries)));
    for (let round = 0; round < rounds; round++) {
      const { processor, clock } = await timed(async () => {
        for (let sweep = 0; sweep < times; sweep++) await sweeps.sweep({ lambda: 1 });
      });
      ours.push((times * bytes * entries) / processor / 1e9);
      together.push((times * bytes * entries) / clock / 1e9);
      if (peer.missing === undefined) theirs.push((bytes * entries) / (await peer.seconds()) / 1e9);
      copied.push(await memory.copied());
      read.push(await memory.read());
    }
    sweeps.close();
    if (peer.missing === undefined) peer.close();
    const numpy = peer.missing === undefined ? { version: peer.version, rate: median(theirs) } : undefined;
    const rate = { median: median(ours), least: Math.min(...ours), most: Math.max(...ours) };
    const facts = { rows, columns, entries, threads, rate, together: median(together) };
    results.push({ ...facts, copied: median(copied), read: median(read), numpy });
    print(results.at(-1));
  }
  await matrix.dispose();
  return results;
}

function print({ rows, columns, entries, threads, rate, together, copied, read, numpy }) {
  const what = `${rows} x ${columns}, ${entries} at once, ${threads} thread${threads === 1 ? '' : 's'}`;
  const range = `(${rate.least.toFixed(1)} to ${rate.most.toFixed(1)})`;
  const shares = `${(rate.median / copied).toFixed(2)} of copying, ${(rate.median / read).toFixed(2)} of reading`;
  const peer = numpy === undefined ? '' : `, ${(rate.median / numpy.rate).toFixed(1)} x NumPy ${numpy.version}`;
  console.log(
    `${what.padEnd(38)} ${rate.median.toFixed(1).padStart(5)} GB/s a thread ${range}, ${shares}${peer}; by the clock ${together.toFixed(1)}`,
  );
}

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const machine = describeMachine();
console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.system}, Node.js ${machine.node}`);
console.log(`load average ${machine.loadAverage.toFixed(2)}: what else runs here takes from the figures below`);
console.log('complex matrices; bytes of the matrix times measurements over processor time, median (least to most)\n');
const memory = openMemory();
const results = [];
for (const threads of new Set([1, machine.cores])) {
  for (const size of sizes) results.push(...(await measure(size, threads, memory)));
}
if (values.json !== undefined) {
  await writeFile(values.json, `${JSON.stringify({ machine, results }, null, 2)}\n`);
}
