// Compares the engine webgpu with the engine wasm on this machine, in one run: the same work, times and results.
// Exit codes: 0 measured and equal, 1 a result differs or cannot be had, 2 wrong usage, 3 no GPU that can be used.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openEngine } from '@rondel/compute';
import { backend } from '@tensorflow/tfjs-core';
import { describeMachine } from '../machine.mjs';
import { median } from '../statistics.mjs';
import { allCases } from './cases.mjs';

const usage = `Usage: run [--json FILE] [--repetitions N] [--size N] [--angles N] [--stack N] [--iterations N] [--allow-software]

--json FILE        where the figures go, rondel-bench-gpu.json unless said otherwise
--allow-software   measure a driver that computes on the processor; then small sizes are the default`;

/** The same plan on two engines may differ by this much of its largest value. */
const tolerance = 1e-4;
const failed = 1;
const wrongUsage = 2;
const noGpu = 3;

const full = { size: 512, angles: 720, stack: 64, iterations: 5, repetitions: 5 };
const small = { size: 64, angles: 90, stack: 4, iterations: 3, repetitions: 2 };
const bounds = { size: [16, 2048], angles: [2, 4096], stack: [2, 512], iterations: [2, 100], repetitions: [1, 100] };

function readSizes(values) {
  const defaults = values['allow-software'] ? small : full;
  return Object.fromEntries(
    Object.entries(bounds).map(([name, [least, most]]) => {
      const value = values[name] === undefined ? defaults[name] : Number(values[name]);
      if (Number.isInteger(value) && value >= least && value <= most) return [name, value];
      throw new RangeError(`--${name} must be an integer from ${least} to ${most}, got ${values[name]}`);
    }),
  );
}

function readCommand() {
  const text = { type: 'string' };
  const { values } = parseArgs({
    options: {
      json: { ...text, default: 'rondel-bench-gpu.json' },
      ...Object.fromEntries(Object.keys(bounds).map((name) => [name, text])),
      'allow-software': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return { ...values, sizes: readSizes(values) };
}

/** The driver as Dawn describes it, and what NVIDIA's kernel module says of itself. */
function describeAdapter({ device, version, memoryBytes }) {
  const { vendor, architecture, device: card, description } = Reflect.get(backend(), 'device').adapterInfo;
  return {
    name: device,
    vendor,
    architecture,
    card,
    driver: description,
    kernelDriver: nvidiaModule(),
    version,
    memoryBytes,
  };
}

function nvidiaModule() {
  try {
    return readFileSync('/proc/driver/nvidia/version', 'utf8').split('\n')[0];
  } catch {
    return undefined; // another vendor's card
  }
}

/** The adapter, or why there is none that may be measured. */
async function findAdapter(allowSoftware) {
  try {
    const engine = await openEngine('webgpu', { hardware: !allowSoftware });
    const adapter = describeAdapter(engine);
    await engine.dispose();
    return { adapter };
  } catch (error) {
    if (error.code !== 'ENGINE_UNAVAILABLE') throw error;
    return error.failure.details;
  }
}

async function measure(engineName, cases, repetitions) {
  const engine = await openEngine(engineName);
  const results = [];
  for (const one of cases) results.push(await one.run(repetitions));
  await engine.dispose();
  return results;
}

/** max |a - b| / max |b|; NaN when a value is. */
function largestError(a, b) {
  let [difference, size] = [0, 0];
  for (let index = 0; index < b.length; index++) {
    difference = Math.max(difference, Math.abs(a[index] - b[index]));
    size = Math.max(size, Math.abs(b[index]));
  }
  return a.length === b.length ? difference / size : NaN;
}

function timing(seconds, updates) {
  const rate = (value) => updates / value / 1e9;
  return {
    secondsMedian: median(seconds),
    gigaUpdatesPerSecond: rate(median(seconds)),
    least: rate(Math.max(...seconds)),
    most: rate(Math.min(...seconds)),
    seconds,
  };
}

function compare({ name, slices, updates }, ours, reference) {
  const [webgpu, wasm] = [timing(ours.seconds, updates), timing(reference.seconds, updates)];
  const error = largestError(ours.values, reference.values);
  const agrees = error <= tolerance;
  return { name, slices, updates, webgpu, wasm, ratio: wasm.secondsMedian / webgpu.secondsMedian, error, agrees };
}

function printTable(results) {
  const header = ['', 'wasm ms', 'G/s', 'webgpu ms', 'G/s', 'ratio', 'max error'];
  const rows = results.map(({ name, slices, webgpu, wasm, ratio, error, agrees }) => [
    `${name}, ${slices === 1 ? '1 slice' : `${slices} slices`}`,
    ...[wasm, webgpu].flatMap((one) => [
      (one.secondsMedian * 1000).toPrecision(3),
      one.gigaUpdatesPerSecond.toPrecision(3),
    ]),
    ratio.toPrecision(3),
    `${error.toExponential(1)}${agrees ? '' : ' DIFFERS'}`,
  ]);
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column].length)));
  for (const row of [header, ...rows]) {
    console.log(
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
    );
  }
}

async function main() {
  const command = readCommand();
  if (command.help) return console.log(usage);
  const { sizes, json } = command;
  const { adapter, reason, nextStep } = await findAdapter(command['allow-software']);
  if (adapter === undefined) {
    console.error(`No GPU can be measured here: ${reason}.\n${nextStep}`);
    if (!command['allow-software'])
      console.error('With --allow-software, a driver that computes on the processor will do.');
    process.exitCode = noGpu;
    return;
  }
  const machine = describeMachine();
  console.log(
    `${adapter.name} (${adapter.vendor} ${adapter.architecture}, driver: ${adapter.driver}, ${adapter.version})`,
  );
  if (adapter.kernelDriver !== undefined) console.log(adapter.kernelDriver);
  console.log(
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node.js ${machine.node}`,
  );
  console.log(
    `${sizes.size} x ${sizes.size} pixels, ${sizes.angles} angles, ${sizes.size} bins; medians of ${sizes.repetitions}`,
  );
  console.log('G/s: 10^9 updates per second, an update being one pixel x one angle\n');

  const preparing = await openEngine('wasm');
  const cases = allCases(sizes);
  await preparing.dispose();
  const reference = await measure('wasm', cases, sizes.repetitions);
  const ours = await measure('webgpu', cases, sizes.repetitions);
  const results = cases.map((one, index) => compare(one, ours[index], reference[index]));
  printTable(results);
  await writeFile(
    json,
    `${JSON.stringify({ date: new Date().toISOString(), machine, adapter, sizes, tolerance, results }, null, 2)}\n`,
  );
  console.log(`\nWritten to ${json}.`);
  const wrong = results.filter(({ agrees }) => !agrees);
  if (wrong.length === 0) return;
  console.error(`${wrong.length} results differ from those of wasm by more than ${tolerance} of the largest value.`);
  process.exitCode = failed;
}

main().catch((error) => {
  const isUsage = error instanceof RangeError || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? `${error.message}\n\n${usage}` : error);
  process.exitCode = isUsage ? wrongUsage : failed;
});
