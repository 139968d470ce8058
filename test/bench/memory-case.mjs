// Runs one step, or a whole plan, in a process of its own and prints what it has taken: the argument is the case as JSON, see
// memory.mjs, which starts this.
import { readFileSync, writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { openEngine } from '@rondel/compute';
import { backend, engine as tfjs, env } from '@tensorflow/tfjs-core';
import { leastSquaresPackage } from '@rondel/least-squares';
import { radonPackage } from '@rondel/radon/steps';
import { buildAlgorithm, createExecutableRegistry, loneContext, needOf, runSteps, shapeOf } from '@rondel/reco';

const { plan, step, scan, engine: engineName } = JSON.parse(process.argv[2] ?? '');

/** Bytes of the main process: now and at most since it was last reset. */
function statusBytes(name) {
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

/** Counts, transmissions or line integrals of two discs, [1, slice, angle, detector], with their fields. */
function scanOf({ slices, angles, detectors, quantity, center = detectors / 2, turn = 1, frames = 1 }) {
  const values = quantity === 'counts' ? new Uint16Array(angles * detectors) : new Float32Array(angles * detectors);
  const theta = Float64Array.from({ length: angles }, (_, index) => (turn * index * Math.PI) / angles);
  const discs = [
    { x: 0, y: 0, radius: 0.4 * detectors, value: 2 / detectors },
    { x: 0.15 * detectors, y: 0.1 * detectors, radius: 0.1 * detectors, value: 4 / detectors },
  ];
  for (let angle = 0; angle < angles; angle++) {
    const [cos, sin] = [Math.cos(theta[angle]), Math.sin(theta[angle])];
    for (let bin = 0; bin < detectors; bin++) {
      const integral = discs.reduce((sum, { x, y, radius, value }) => {
        const distance = bin - center - x * cos - y * sin;
        return sum + 2 * value * Math.sqrt(Math.max(0, radius ** 2 - distance ** 2));
      }, 0);
      const at = angle * detectors + bin;
      if (quantity === 'counts') values[at] = 500 + 40_000 * Math.exp(-integral);
      else values[at] = quantity === 'transmission' ? Math.exp(-integral) : integral;
    }
  }
  const data = new values.constructor(frames * slices * values.length);
  for (let slice = 0; slice < frames * slices; slice++) data.set(values, slice * values.length);
  const dtype = quantity === 'counts' ? 'uint16' : 'float32';
  const field = (level) => ({
    dtype,
    shape: [slices, 10, detectors],
    data: new Uint16Array(slices * 10 * detectors).fill(level),
  });
  return {
    data: { dtype, shape: [frames, slices, angles, detectors], data },
    companions: {
      angles: { dtype: 'float64', shape: [angles], data: theta },
      ...(quantity === 'counts' && { white: field(40_500), dark: field(500) }),
    },
    attributes: { quantity: quantity === 'lineIntegrals' ? 'attenuation' : quantity },
  };
}

const context = loneContext();

async function runPlan(steps, input, estimates) {
  await runSteps(steps, input, {
    signal: context.signal,
    memoryBytes: 2 ** 40,
    engine: engineName,
    onProgress: () => undefined,
    onStep: ({ state, path, estimatedBytes }) => state === 'active' && estimates.push({ path, bytes: estimatedBytes }),
    onLog: () => undefined,
  });
}

/**
 * The most bytes at once, since `reset`, of what steps have on the device by themselves: the buffers of webgpu that are in use, and else
 * tfjs' arrays, without the memory of the kernels.
 */
function watchDevice() {
  let peak = 0;
  const { bufferManager } = backend();
  if (bufferManager !== undefined) {
    const acquire = bufferManager.acquireBuffer;
    bufferManager.acquireBuffer = (...wanted) => {
      const buffer = acquire(...wanted);
      peak = Math.max(peak, bufferManager.numBytesUsed);
      return buffer;
    };
    // As it is with arrays of more than the 32 MiB that wait to be sent off.
    env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', 1);
  } else {
    // By arrays, which several tensors may share.
    const tensors = tfjs();
    const arrays = new Map();
    const { trackTensor, removeDataId } = tensors;
    let bytes = 0;
    const note = (id, size) => {
      bytes += size - (arrays.get(id) ?? 0);
      arrays.set(id, size);
      peak = Math.max(peak, bytes);
    };
    tensors.trackTensor = (...tracked) => {
      trackTensor.apply(tensors, tracked);
      note(tracked[0].dataId, 4 * tracked[0].size);
    };
    tensors.removeDataId = (...removed) => {
      note(removed[0], 0);
      arrays.delete(removed[0]);
      removeDataId.apply(tensors, removed);
    };
  }
  return { peak: () => peak, reset: () => (peak = 0) };
}

const engine = await openEngine(engineName, engineName === 'wasm' ? { threads: 2 } : {});
const watched = watchDevice();
const algorithm = buildAlgorithm(plan, createExecutableRegistry([leastSquaresPackage, radonPackage]));
const built = step === 'all' ? undefined : algorithm.steps.find(({ path }) => path.endsWith(`.${step}`));
if (step !== 'all' && built === undefined) throw new Error(`The plan has no step ${step}.`);
const small = { ...scan, slices: Math.min(scan.slices, scan.smallest ?? 2) };
const warm = scanOf({
  ...small,
  frames: 1,
  ...(scan.whole !== true && {
    angles: 64,
    detectors: 64,
    center: scan.center === undefined ? undefined : (64 * scan.center) / scan.detectors,
  }),
});
const estimates = [];
try {
  if (built === undefined) await runPlan(algorithm.steps, warm, []);
  else await built.step.process(warm, context);
} catch (error) {
  console.error(`warming up: ${error.message}`);
}
const input = scanOf(scan);
globalThis.gc();
await setImmediate();
globalThis.gc();
writeFileSync('/proc/self/clear_refs', '5');
const before = statusBytes('VmRSS');
watched.reset();
const started = performance.now();
if (built === undefined) await runPlan(algorithm.steps, input, estimates);
else await built.step.process(input, context);
const seconds = (performance.now() - started) / 1000;
const taken = statusBytes('VmHWM') - before;
const inputBytes = input.data.data.byteLength;
if (built !== undefined) {
  const { definition, parameters, path } = built;
  const shape = shapeOf(input);
  const { neededBytes } = needOf(built, shape, { memoryBytes: Infinity, engine: engineName });
  estimates.push({ path, bytes: neededBytes, deviceBytes: definition.estimateBytes(parameters, shape, engineName) });
}
console.log(JSON.stringify({ taken, inputBytes, estimates, seconds, deviceBytes: watched.peak() }));
algorithm.dispose();
await engine.dispose();
