// Compares the engines webgpu and tensorflow with the engine wasm on this machine, in one run: the same work, times and results.
// Exit codes: 0 measured and equal, 1 a result differs or cannot be had, 2 wrong usage, 3 no GPU that can be used.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openEngine } from '@rondel/compute';
import { backend } from '@tensorflow/tfjs-core';
import { describeMachine } from '../machine.mjs';
import { median } from '../statistics.mjs';
import { allCases } from './cases.mjs';

const usage = `Usage: run [--engine NAME] [--json FILE] [--repetitions N] [--size N] [--angles N] [--stack N] [--iterations N] [--allow-software]

--engine NAME      webgpu or tensorflow, which RONDEL_TENSORFLOW_DIR names; both that are here unless said otherwise
--json FILE        where the figures go, rondel-bench-gpu.json unless said otherwise
--allow-software   measure engines that compute on the processor; then small sizes are the default`;

const engines = ['webgpu', 'tensorflow'];
/** The same call on two engines may differ by this much of its largest value. */
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
      engine: text,
      json: { ...text, default: 'rondel-bench-gpu.json' },
      ...Object.fromEntries(Object.keys(bounds).map((name) => [name, text])),
      'allow-software': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { engine } = values;
  if (engine !== undefined && !engines.includes(engine)) {
    throw new RangeError(`--engine must be one of ${engines.join(', ')}, got ${engine}`);
  }
  return { ...values, wanted: engine === undefined ? engines : [engine], sizes: readSizes(values) };
}

/** The driver as Dawn describes it, and what NVIDIA's kernel module says of itself. */
function describeDevice({ name, device, version, memoryBytes }) {
  const info = name === 'webgpu' ? Reflect.get(backend(), 'device').adapterInfo : undefined;
  const adapter = info && {
    vendor: info.vendor,
    architecture: info.architecture,
    card: info.device,
    driver: info.description,
  };
  return { engine: name, name: device, ...adapter, kernelDriver: nvidiaModule(), version, memoryBytes };
}

function nvidiaModule() {
  try {
    return readFileSync('/proc/driver/nvidia/version', 'utf8').split('\n')[0];
  } catch {
    return undefined; // another vendor's card
  }
}

/** The device of an engine, or why there is none that may be measured. */
async function findDevice(name, allowSoftware) {
  try {
    const engine = await openEngine(name, { hardware: !allowSoftware });
    const device = describeDevice(engine);
    await engine.dispose();
    return { device };
  } catch (error) {
    if (error.code !== 'ENGINE_UNAVAILABLE') throw error;
    return error.failure.details;
  }
}

/** Devices that can be measured. Says of each engine that is not here why. */
async function findDevices({ wanted, 'allow-software': allowSoftware }) {
  const devices = [];
  for (const name of wanted) {
    const { device, reason, nextStep } = await findDevice(name, allowSoftware);
    if (device === undefined) console.error(`No ${name} can be measured here: ${reason}.\n${nextStep}`);
    else devices.push(device);
  }
  if (devices.length === 0 && !allowSoftware) {
    console.error('With --allow-software, one that computes on the processor will do.');
  }
  return devices;
}

/** Results of all cases, or for a case that fails what it says. */
async function measure(engineName, cases, repetitions) {
  const engine = await openEngine(engineName);
  const results = [];
  for (const one of cases) {
    results.push(await one.run(repetitions).catch((error) => ({ failure: error.message })));
  }
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

function timing({ seconds, secondsIn, secondsOut }, work) {
  const rate = (value) => work / value / 1e9;
  return {
    secondsMedian: median(seconds),
    gigaPerSecond: rate(median(seconds)),
    least: rate(Math.max(...seconds)),
    most: rate(Math.min(...seconds)),
    seconds,
    secondsIn,
    secondsOut,
  };
}

function compare(engine, { kernel, name, slices, unit, work }, ours, reference) {
  const what = { engine, kernel, name, slices, unit, work };
  const failure = ours.failure ?? reference.failure;
  if (failure !== undefined) return { ...what, failure, agrees: false };
  const [time, wasm] = [timing(ours, work), timing(reference, work)];
  const error = largestError(ours.values, reference.values);
  const agrees = error <= tolerance;
  return { ...what, time, wasm, ratio: wasm.secondsMedian / time.secondsMedian, error, agrees };
}

function milliseconds(seconds) {
  return seconds === undefined ? '' : (seconds * 1000).toPrecision(3);
}

function printTable(engine, results) {
  const header = ['', 'wasm ms', 'G/s', `${engine} ms`, 'G/s', 'ratio', 'in ms', 'out ms', 'max error'];
  const rows = results.map(({ name, slices, time, wasm, ratio, error, agrees, failure }) => {
    const label = `${name}, ${slices === 1 ? '1 slice' : `${slices} slices`}`;
    if (failure !== undefined) return [`${label}: ${failure}`];
    const times = [wasm, time].flatMap((one) => [milliseconds(one.secondsMedian), one.gigaPerSecond.toPrecision(3)]);
    const moved = [time.secondsIn, time.secondsOut].map(milliseconds);
    return [label, ...times, ratio.toPrecision(3), ...moved, `${error.toExponential(1)}${agrees ? '' : ' DIFFERS'}`];
  });
  const full = [header, ...rows.filter(({ length }) => length > 1)];
  const widths = header.map((_, column) => Math.max(...full.map((row) => row[column].length)));
  for (const row of [header, ...rows]) {
    console.log(
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
    );
  }
}

function printDevice({ engine, name, vendor, architecture, driver, version, kernelDriver }) {
  const adapter = driver === undefined ? '' : `${vendor} ${architecture}, driver: ${driver}, `;
  console.log(`${engine}: ${name} (${adapter}${version})`);
  if (kernelDriver !== undefined) console.log(kernelDriver);
}

async function main() {
  const command = readCommand();
  if (command.help) return console.log(usage);
  const { sizes, json, wanted } = command;
  const devices = await findDevices(command);
  if (devices.length === 0 || devices.length < (command.engine === undefined ? 1 : wanted.length)) {
    process.exitCode = noGpu;
    return;
  }
  const machine = describeMachine();
  for (const device of devices) printDevice(device);
  console.log(
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node.js ${machine.node}`,
  );
  console.log(
    `${sizes.size} x ${sizes.size} pixels, ${sizes.angles} angles, ${sizes.size} bins; medians of ${sizes.repetitions}`,
  );
  console.log(
    'G/s: 10^9 updates per second, an update being one pixel or voxel x one angle; of filters and of what moves',
  );
  console.log('slices, values. Kernels are timed on the device; in and out are the way there and back of one call.');

  const preparing = await openEngine('wasm');
  const cases = allCases(sizes);
  await preparing.dispose();
  const reference = await measure('wasm', cases, sizes.repetitions);
  const results = [];
  for (const { engine } of devices) {
    const ours = await measure(engine, cases, sizes.repetitions);
    const compared = cases.map((one, index) => compare(engine, one, ours[index], reference[index]));
    console.log('');
    printTable(engine, compared);
    results.push(...compared);
  }
  const figures = { date: new Date().toISOString(), machine, devices, sizes, tolerance, results };
  await writeFile(json, `${JSON.stringify(figures, null, 2)}\n`);
  console.log(`\nWritten to ${json}.`);
  const wrong = results.filter(({ agrees }) => !agrees);
  if (wrong.length === 0) return;
  console.error(
    `${wrong.length} results cannot be had, or differ from those of wasm by more than ${tolerance} of the largest value.`,
  );
  process.exitCode = failed;
}

main().catch((error) => {
  const isUsage = error instanceof RangeError || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? `${error.message}\n\n${usage}` : error);
  process.exitCode = isUsage ? wrongUsage : failed;
});
