// What a live scanner of magnetic particle imaging gets: frames per second by a warm algorithm over REST, one after the other and
// several on their way, in one job of many frames, and by the solver alone, each as a share of the 46 volumes a second that such a
// scanner takes, with the processor time that each process takes for a frame. API, Redis, worker and executor are real
// processes. Run from the workspace root:
// npm run bench:live -- [--case small|large] [--json FILE]
import { Blob } from 'node:buffer';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient } from '@rondel/client';
import { denseSystem, solveSystem } from '@rondel/least-squares';
import { npyParts, writeMdf } from '@rondel/formats';
import { describeMachine } from './machine.mjs';
import { processorSeconds } from './queue/processes.mjs';
import { startStack } from './queue/stack.mjs';
import { median } from './statistics.mjs';

/** Volumes a second of a scanner whose drive fields repeat every 21.54 ms. */
const acquisition = 46;

const cases = [
  { name: 'small', frequencies: 925, channels: 1, grid: [20, 20, 1], frames: 40, together: 200 },
  { name: 'large', frequencies: 2000, channels: 2, grid: [20, 20, 20], frames: 8, together: 16 },
];
const iterations = 10;
/** Of a scanner that gathers frames before it sends them. */
const framesPerFile = 8;

/** What `mpi/single-patch` says. */
const solver = {
  solver: 'Kaczmarz',
  terms: [{ type: 'L2Regularization', parameters: { lambda: 0.01 } }],
  normalization: 'SystemMatrixBasedNormalization',
};

function random(length) {
  return Float32Array.from({ length }, () => Math.random() - 0.5);
}

function baseFacts(frequencies) {
  return { bandwidth: 1.25e6, dfCycle: 0.02154, samples: 2 * (frequencies - 1) };
}

/** A system matrix of nothing in particular. */
async function writeCalibration(path, { frequencies, channels, grid }) {
  const voxels = grid.reduce((product, extent) => product * extent, 1);
  const shape = [voxels, 1, channels, frequencies];
  const data = {
    dtype: 'complex64',
    shape,
    data: random(2 * voxels * channels * frequencies),
    axes: ['frame', 'period', 'channel', 'frequency'],
  };
  await writeMdf(path, {
    data,
    facts: {
      ...baseFacts(frequencies),
      isFastFrameAxis: true,
      isFourierTransformed: true,
      calibrationSize: grid,
      calibrationFov: [0.02, 0.02, 0.02],
      calibrationFovCenter: [0, 0, 0],
    },
  });
}

/** Frames of noise: a solver does not care. */
function frames({ frequencies, channels }, count) {
  const samples = 2 * (frequencies - 1);
  const axes = ['frame', 'period', 'channel', 'sample'];
  return { dtype: 'float32', shape: [count, 1, channels, samples], data: random(count * channels * samples), axes };
}

const encoders = {
  npy: async (measurement) => new Blob(npyParts(measurement)),
  mdf: async (measurement, { directory, frequencies }) => {
    const path = join(directory, 'measurement.mdf');
    await writeMdf(path, { data: measurement, facts: baseFacts(frequencies) });
    return new Blob([await readFile(path)]);
  },
};

/** Encoded beforehand, since a scanner does that. */
async function encoded(format, count, where, framesEach = 1) {
  const blobs = [];
  for (let frame = 0; frame < count; frame += 1) blobs.push(await encoders[format](frames(where, framesEach), where));
  return blobs;
}

/**
 * Seconds for each frame, from sending its file to having taken its result, with so many of them on their way, and seconds of
 * processor time of each process.
 */
async function oneByOne({ client, algorithm, pids }, blobs, onTheirWay) {
  const sent = [];
  const latencies = [];
  const before = await processorSeconds(pids);
  const start = performance.now();
  const take = async () => {
    const { error, job } = await algorithm.take();
    if (error !== undefined) throw new Error(error.message);
    latencies.push((performance.now() - sent.shift()) / 1000);
    return { job, latency: latencies.at(-1) };
  };
  let last;
  for (const blob of blobs) {
    sent.push(performance.now());
    await algorithm.put((await client.putData(blob)).artifact);
    if (sent.length === onTheirWay) last = await take();
  }
  while (sent.length > 0) last = await take();
  const rate = (1000 * blobs.length) / (performance.now() - start);
  const after = await processorSeconds(pids);
  const processors = after && Object.entries(after).map(([name, all]) => [name, (all - before[name]) / blobs.length]);
  return { rate, latency: median(latencies), processors: processors && Object.fromEntries(processors), last };
}

/** Where the time of the last frame went, as its record says; what is left is REST and the queue. */
async function shares(client, { job, latency }) {
  const { timings } = await client.provenance(job);
  const rest = latency - timings.total;
  const { read = 0, write = 0, 'parameter.pre': pre, 'parameter.reco': reco, total } = timings;
  return { read, pre, reco, write, other: total - read - pre - reco - write, rest };
}

function inMs(seconds) {
  return `${Object.entries(seconds)
    .map(([name, value]) => `${name} ${(1000 * value).toFixed(1)}`)
    .join(', ')} ms`;
}

async function oneJob({ client, submission }, blob, count) {
  const { artifact } = await client.putData(blob);
  const start = performance.now();
  const job = await client.waitForJob((await client.submit({ ...submission, data: artifact })).id);
  if (job.state !== 'completed') throw new Error(`${job.state}: ${job.error?.message}`);
  return (1000 * count) / (performance.now() - start);
}

/** In this process, with one thread, as the worker has it. */
async function solverAlone({ frequencies, channels, grid }, count) {
  const rows = frequencies * channels;
  const columns = grid.reduce((product, extent) => product * extent, 1);
  const matrix = { dtype: 'complex64', shape: [rows, columns], data: random(2 * rows * columns) };
  const system = await denseSystem(matrix, { threads: 1 });
  const rates = [];
  for (let round = 0; round < 5; round += 1) {
    const b = { dtype: 'complex64', shape: [count, rows], data: random(2 * count * rows) };
    const start = performance.now();
    await solveSystem(system, b, { ...solver, parameters: { iterations } });
    rates.push((1000 * count) / (performance.now() - start));
  }
  system.dispose();
  return median(rates);
}

async function measure({ client, directory, pids }, example) {
  const where = { ...example, directory };
  const path = join(directory, `${example.name}.mdf`);
  await writeCalibration(path, example);
  const { artifact: sf } = await client.putData(new Blob([await readFile(path)]));
  const submission = { plan: { name: 'mpi/single-patch' }, parameters: { sf: [sf], iterations, SNRThresh: -1 } };
  const algorithm = await client.algorithm(submission);
  await algorithm.built();
  const results = { ...example, iterations, rows: example.frequencies * example.channels };
  const say = (what, rate, more = '') => {
    results[what] = rate;
    console.log(
      `${example.name}, ${what}: ${rate.toFixed(1)} frames/s, ${(rate / acquisition).toFixed(2)} of acquisition${more}`,
    );
  };
  const scanner = { client, algorithm, pids };
  for (const format of ['mdf', 'npy']) {
    // The first ones load the matrix and let the executor compile itself.
    await oneByOne(scanner, await encoded(format, 8, where), 1);
    const { rate, latency, processors, last } = await oneByOne(
      scanner,
      await encoded(format, example.frames, where),
      1,
    );
    const parts = await shares(client, last);
    results[`${format} parts`] = parts;
    results[`${format} latency`] = latency;
    results[`${format} processors`] = processors;
    say(`${format}, one after the other`, rate, `, ${(1000 * latency).toFixed(0)} ms: ${inMs(parts)}`);
    const several = await oneByOne(scanner, await encoded(format, example.frames, where), 4);
    results[`${format} processors, four on their way`] = several.processors;
    say(`${format}, four on their way`, several.rate, `, ${(1000 * several.latency).toFixed(0)} ms each`);
    if (several.processors !== undefined) console.log(`  processor time of a frame: ${inMs(several.processors)}`);
    const files = await encoded(format, Math.ceil(example.frames / 4), where, framesPerFile);
    const grouped = await oneByOne(scanner, files, 2);
    say(`${format}, ${framesPerFile} frames in a file, two files on their way`, framesPerFile * grouped.rate);
  }
  await algorithm.close();
  const together = await encoders.npy(frames(example, example.together), where);
  await oneJob({ client, submission }, together, example.together);
  const again = await encoders.npy(frames(example, example.together), where);
  say(`one job of ${example.together} frames`, await oneJob({ client, submission }, again, example.together));
  say('the solver alone, a frame at a time', await solverAlone(example, 1));
  say('the solver alone, 16 frames at a time', await solverAlone(example, 16));
  return results;
}

const { values } = parseArgs({ options: { case: { type: 'string' }, json: { type: 'string' } } });
const stack = await startStack({ concurrency: 1 });
const client = createClient({ url: stack.url });
try {
  while ((await client.workers()).length === 0) await new Promise((resolve) => setTimeout(resolve, 200));
  const results = [];
  for (const example of cases.filter(({ name }) => [undefined, name].includes(values.case))) {
    results.push(await measure({ ...stack, client }, example));
  }
  const report = { measuredAt: new Date().toISOString(), machine: describeMachine(), acquisition, results };
  console.log(`load average ${report.machine.loadAverage.toFixed(1)}`);
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
} finally {
  await stack.stop();
}
