// Methods of tomography against what they are made of, by turns on one thread: the backprojection by a Fourier grid against sums,
// and an iteration of each solver against one projection and one backprojection. Run from the workspace root: npm run bench:methods
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { disposeState, openEngine, openProjectorCall, radonOperator } from '@rondel/compute';
import { projectionSolvers } from '@rondel/compute/solvers';
import { tensor3d } from '@tensorflow/tfjs-core';
import { describeMachine } from './machine.mjs';
import { median } from './statistics.mjs';

/** `longIterations`: those of all solvers would take most of ten minutes, and say what they say of smaller images. */
const sizes = [
  { size: 512, angles: 720, slices: 1, rounds: 7 },
  { size: 512, angles: 720, slices: 16, rounds: 5 },
  { size: 2048, angles: 1500, slices: 1, rounds: 5, longIterations: true },
];

/** Processor time in milliseconds, which other programs on the machine disturb least. */
function milliseconds(work) {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Sums and the grid by turns. */
function compareGrid({ size, angles, slices, rounds }) {
  const calls = ['backprojection', 'grid'].map((projector) => openProjectorCall(projector, slices, { size, angles }));
  const times = calls.map(() => []);
  for (let round = 0; round < rounds; round++) {
    calls.forEach((call, at) => times[at].push(milliseconds(() => call.seconds())));
  }
  for (const call of calls) call.dispose();
  const [sums, grid] = times.map(median);
  console.log(`  sums ${sums.toFixed(0)} ms, grid ${grid.toFixed(0)} ms: ${(sums / grid).toFixed(1)} times as fast`);
  return { sums, grid, ratio: sums / grid };
}

/** One iteration of each solver and one projection with one backprojection, by turns. */
async function compareIterations({ size, angles, slices, rounds }) {
  const operator = radonOperator({
    shape: [size, size],
    angles: Float64Array.from({ length: angles }, (_, index) => (index * Math.PI) / angles),
    detectors: size,
    center: size / 2,
  });
  const image = tensor3d(
    Float32Array.from({ length: size * size * slices }, () => Math.random()),
    [size, size, slices],
  );
  const data = operator.apply(image);
  const pair = () => {
    const projected = operator.apply(image);
    const back = operator.adjoint(projected);
    back.dataSync();
    projected.dispose();
    back.dispose();
  };
  const running = [];
  for (const [name, { load }] of Object.entries(projectionSolvers)) {
    // One view at a time is another matter: its subsets are as many as angles.
    if (name === 'SART') continue;
    const prepared = (await load()).prepare(operator, [size, size]);
    prepared.solving({ terms: [], iterations: 1000, relTol: 0 }, (solver) => {
      running.push({ name, prepared, solver, state: solver.iterate(solver.start(data)), times: [] });
    });
  }
  const pairs = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push(milliseconds(pair));
    for (const one of running) {
      one.times.push(milliseconds(() => (one.state = one.solver.iterate(one.state))));
    }
  }
  const unit = median(pairs);
  const iterations = Object.fromEntries(running.map(({ name, times }) => [name, median(times) / unit]));
  for (const { state, prepared } of running) {
    disposeState(state);
    prepared.dispose();
  }
  for (const tensor of [image, data]) tensor.dispose();
  const words = Object.entries(iterations).map(([name, ratio]) => `${name} ${ratio.toFixed(2)}`);
  console.log(
    `  projection and backprojection ${unit.toFixed(0)} ms; an iteration in units of that: ${words.join(', ')}`,
  );
  return { pair: unit, iterations };
}

const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } });
const machine = describeMachine();
console.log(`${machine.cpu}, ${machine.cores} cores, Node.js ${machine.node}, load ${machine.loadAverage.toFixed(2)}`);
const engine = await openEngine('wasm', { threads: 1 });
const results = [];
for (const conditions of sizes) {
  const { size, angles, slices } = conditions;
  console.log(
    `${size} x ${size} pixels, ${angles} angles, ${slices} slice${slices === 1 ? '' : 's'}; medians of processor time`,
  );
  const grid = values.only === 'iterations' ? undefined : compareGrid(conditions);
  const isLeftOut = conditions.longIterations === true && values.only !== 'iterations';
  if (isLeftOut && values.only === undefined) console.log('  iterations are left out here; --only iterations has them');
  const iterations = values.only === 'grid' || isLeftOut ? undefined : await compareIterations(conditions);
  results.push({ ...conditions, grid, iterations });
}
await engine.dispose();
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ machine, results }, null, 2)}\n`);
