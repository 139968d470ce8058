// What steps and plans of tomography take of memory against what they say they take, each in a process of its own. Linux only. Run
// from the workspace root: npm run bench:memory -- --engine tensorflow
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { softwareVulkan } from '../conformance/software-vulkan.mjs';
import { describeMachine } from './machine.mjs';

const sizes = [
  { slices: 32, angles: 180, detectors: 256 },
  { slices: 64, angles: 360, detectors: 512 },
  { slices: 64, angles: 720, detectors: 1024 },
];

/** Iterations take time in which they take no more memory. */
const ofIterations = [
  { slices: 32, angles: 90, detectors: 256 },
  { slices: 64, angles: 90, detectors: 512 },
  { slices: 64, angles: 180, detectors: 1024 },
];

const radon = (reco) => (reco.startsWith('Iterative') ? 'IterativeRadon' : 'DirectRadon');

function planOf({ pre = ['RadonPreprocessingParameters', {}], reco, ...others }) {
  const nodes = Object.entries({ pre, reco: reco ?? ['RadonBackprojectionParameters', {}], ...others });
  const kind = radon(reco?.[0] ?? 'RadonBackprojectionParameters');
  return {
    _module: 'RondelRadon',
    _type: `RecoPlan{${kind}Algorithm}`,
    parameter: {
      _type: `RecoPlan{${kind}Parameters}`,
      ...Object.fromEntries(
        nodes.map(([name, [type, properties]]) => [name, { _type: `RecoPlan{${type}}`, ...properties }]),
      ),
    },
  };
}

const transmission = 'TransmissionPreprocessingParameters';
const filtered = 'RadonFilteredBackprojectionParameters';
const iterative = 'IterativeRadonReconstructionParameters';
const variation = { _type: 'TVRegularization', lambda: 1, iterationsTV: 2 };
const positive = { _type: 'PositiveRegularization' };
const wavelets = {
  _type: 'TransformedRegularization',
  trafo: 'Wavelet',
  reg: { _type: 'L1Regularization', lambda: 1 },
};
const cone = (pixel) => ({
  _type: 'ConeBeamGeometryParameters',
  sourceOrigin: 500,
  sourceDetector: 750,
  detectorPixel: [pixel, pixel],
});

const ringMethods = ['sorting', 'filtering', 'large', 'dead', 'all', 'fw', 'ti'];
const axisScans = [
  ['mirror', {}],
  ['vo', {}],
  ['registration', {}],
  ['overlap360', { turn: 2, offCenter: 0.9 }],
];

const cases = [
  {
    name: 'outliers, projections',
    step: 'outliers',
    plan: { outliers: ['OutlierRemovalParameters', { dif: 1000 }] },
    quantity: 'counts',
  },
  {
    name: 'outliers, volume',
    step: 'outliers',
    plan: { outliers: ['OutlierRemovalParameters', { dif: 1000, axis: 'volume' }] },
    quantity: 'counts',
  },
  { name: 'flat', step: 'flat', plan: { flat: ['FlatFieldParameters', {}] }, quantity: 'counts' },
  { name: 'flat of floats', step: 'flat', plan: { flat: ['FlatFieldParameters', {}] }, quantity: 'transmission' },
  {
    name: 'phase',
    step: 'phase',
    plan: { phase: ['PaganinPhaseParameters', { pixelSize: 0.01, distance: 100, energy: 20 }] },
    quantity: 'transmission',
  },
  { name: 'pre, frames', step: 'pre', plan: {}, quantity: 'lineIntegrals', frames: 2 },
  {
    name: 'pre, axis given in the middle',
    step: 'pre',
    plan: { pre: [transmission, { centerOfRotation: '$middle' }] },
    quantity: 'counts',
  },
  {
    name: 'pre, axis given off it',
    step: 'pre',
    plan: { pre: [transmission, { centerOfRotation: '$off' }] },
    quantity: 'counts',
  },
  {
    name: 'pre, rings and outliers',
    step: 'pre',
    plan: { pre: [transmission, { centerOfRotation: '$middle', ringSuppression: 'sorting', outlierDif: 1000 }] },
    quantity: 'counts',
  },
  {
    name: 'pre, tilted axis',
    step: 'pre',
    plan: { pre: [transmission, { centerOfRotation: '$tilted' }] },
    quantity: 'counts',
  },
  ...axisScans.map(([centerMethod, scan]) => ({
    name: `pre, ${centerMethod}`,
    step: 'pre',
    plan: { pre: [transmission, { findCenter: true, centerMethod }] },
    quantity: 'counts',
    ...scan,
  })),
  {
    name: 'pre, stitched',
    step: 'pre',
    plan: { pre: [transmission, { centerOfRotation: '$edge', halfAcquisition: 'stitch' }] },
    quantity: 'counts',
    turn: 2,
    offCenter: 0.9,
  },
  ...ringMethods.map((method) => ({
    name: `rings, ${method}`,
    step: 'rings',
    plan: { rings: ['RingRemovalParameters', { method }] },
    quantity: 'lineIntegrals',
  })),
  { name: 'backprojection', step: 'reco', plan: {}, quantity: 'lineIntegrals' },
  { name: 'fbp, sums', step: 'reco', plan: { reco: [filtered, {}] }, quantity: 'lineIntegrals' },
  { name: 'fbp, padded', step: 'reco', plan: { reco: [filtered, { padding: 'edge' }] }, quantity: 'lineIntegrals' },
  { name: 'fbp, grid', step: 'reco', plan: { reco: [filtered, { method: 'grid' }] }, quantity: 'lineIntegrals' },
  {
    name: 'fbp, grid, padded',
    step: 'reco',
    plan: { reco: [filtered, { method: 'grid', padding: 'edge' }] },
    quantity: 'lineIntegrals',
  },
  ...['CGNR', 'POGM', 'SIRT', 'MLEM', 'OSSART', 'OSEM', 'CGLS'].map((solver) => ({
    name: solver,
    step: 'reco',
    plan: { reco: [iterative, { solver, iterations: 3 }] },
    quantity: 'lineIntegrals',
    iterates: true,
  })),
  {
    name: 'SIRT, positive',
    step: 'reco',
    plan: { reco: [iterative, { solver: 'SIRT', iterations: 2, reg: [positive] }] },
    quantity: 'lineIntegrals',
    iterates: true,
  },
  {
    name: 'FISTA, wavelets',
    step: 'reco',
    plan: { reco: [iterative, { solver: 'FISTA', iterations: 1, reg: [wavelets, positive] }] },
    quantity: 'lineIntegrals',
    iterates: true,
  },
  ...['FISTA', 'ADMM', 'PrimalDualSolver'].map((solver) => ({
    name: `${solver}, TV`,
    step: 'reco',
    plan: {
      reco: [iterative, { solver, iterations: 1, reg: [variation], ...(solver === 'ADMM' && { iterationsCG: 1 }) }],
    },
    quantity: 'lineIntegrals',
    iterates: true,
  })),
  {
    name: 'fan, fbp (FDK of one row)',
    step: 'reco',
    plan: { reco: ['FdkReconstructionParameters', { geometry: '$cone' }] },
    quantity: 'lineIntegrals',
    turn: 2,
    fan: true,
  },
  {
    name: 'fan, SIRT',
    step: 'reco',
    plan: { reco: [iterative, { solver: 'SIRT', iterations: 1, geometry: '$cone' }] },
    quantity: 'lineIntegrals',
    turn: 2,
    fan: true,
  },
  {
    name: 'cone, FDK',
    step: 'reco',
    plan: { reco: ['FdkReconstructionParameters', { geometry: '$cone' }] },
    quantity: 'lineIntegrals',
    turn: 2,
    iterates: true,
    cone: true,
  },
  {
    name: 'cone, FDK, padded',
    step: 'reco',
    plan: { reco: ['FdkReconstructionParameters', { geometry: '$cone', padding: 'edge' }] },
    quantity: 'lineIntegrals',
    turn: 2,
    iterates: true,
    cone: true,
  },
  {
    name: 'cone, SIRT',
    step: 'reco',
    plan: { reco: [iterative, { solver: 'SIRT', iterations: 1, geometry: '$cone' }] },
    quantity: 'lineIntegrals',
    turn: 2,
    iterates: true,
    cone: true,
  },
  {
    name: 'plan, fbp of counts',
    step: 'all',
    plan: { pre: [transmission, {}], reco: [filtered, { method: 'grid' }] },
    quantity: 'counts',
  },
  {
    name: 'plan with all stages',
    step: 'all',
    plan: {
      outliers: ['OutlierRemovalParameters', { dif: 1000 }],
      flat: ['FlatFieldParameters', {}],
      phase: ['PaganinPhaseParameters', { pixelSize: 0.01, distance: 100, energy: 20 }],
      pre: [transmission, {}],
      rings: ['RingRemovalParameters', { method: 'sorting' }],
      reco: [filtered, { method: 'grid' }],
    },
    quantity: 'counts',
  },
];

/** Words of the table above that depend on the size. */
function sized(value, { detectors }) {
  const words = {
    $middle: Math.floor(detectors / 2),
    $off: 0.4 * detectors,
    $edge: 0.9 * detectors,
    $tilted: [0.48 * detectors, 0.52 * detectors],
    $cone: cone(256 / detectors),
  };
  if (Array.isArray(value)) return value.map((each) => sized(each, { detectors }));
  if (typeof value === 'string') return Object.hasOwn(words, value) ? words[value] : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, sized(each, { detectors })]));
}

const run = promisify(execFile);
const child = fileURLToPath(new URL('memory-case.mjs', import.meta.url));

async function measure({ plan, step, cone: isCone, fan, offCenter, ...scan }, size, engine) {
  const taken = isCone ? { ...size, slices: size.detectors / 4 } : fan ? { ...size, slices: 1, frames: 1 } : size;
  const tree = sized(planOf(plan), taken);
  const given = { ...scan, ...taken, ...(offCenter && { center: offCenter * taken.detectors }) };
  const options = JSON.stringify({ plan: tree, step, scan: given, engine });
  const { stdout } = await run(process.execPath, ['--expose-gc', child, options], {
    maxBuffer: 2 ** 24,
    env: environment,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string' },
    size: { type: 'string' },
    shape: { type: 'string' },
    engine: { type: 'string', default: 'wasm' },
  },
});
const environment = { ...process.env, ...softwareDriver(values.engine) };

/** Where there is no driver of a graphics card, one that computes on the processor. */
function softwareDriver(engine) {
  if (engine !== 'webgpu' || process.env.VK_DRIVER_FILES !== undefined || existsSync('/usr/share/vulkan/icd.d'))
    return {};
  const found = softwareVulkan();
  if ('reason' in found) throw new Error(found.reason);
  return found.environment;
}

/** `--shape 64x720x1024`: slices, angles and bins of the only size. */
function shapesOf({ iterates }) {
  if (values.shape === undefined) return iterates ? ofIterations : sizes;
  const [slices, angles, detectors] = values.shape.split('x').map(Number);
  return [{ slices, angles, detectors }];
}
/** What a step has on the device by itself, with its ratio to the estimate of that alone. */
function deviceText(bytes, [{ deviceBytes: estimated }]) {
  return estimated === undefined ? '' : `${mebibytes(bytes)}  ${(bytes / estimated).toFixed(2)}`;
}
const mebibytes = (bytes) => (bytes / 2 ** 20).toFixed(0).padStart(6);
const machine = describeMachine();
console.log(`${machine.cpu}, ${machine.cores} cores, Node.js ${machine.node}; MiB, the input counted in "whole"`);
console.log(
  `${'what'.padEnd(32)} slices x angles x bins   input  taken  estimated  ratio   whole   seconds   device  of estimated`,
);
const results = [];
for (const one of cases) {
  if (values.only !== undefined && !one.name.includes(values.only)) continue;
  for (const [at, size] of shapesOf(one).entries()) {
    if (values.size !== undefined && !values.size.includes(String(at))) continue;
    try {
      const { taken, inputBytes, estimates, seconds, deviceBytes } = await measure(one, size, values.engine);
      const onDevice = deviceText(deviceBytes, estimates);
      const estimated = Math.max(...estimates.map(({ bytes }) => bytes)) - inputBytes;
      const [ratio, whole] = [taken / estimated, (taken + inputBytes) / (estimated + inputBytes)];
      const shape = `${size.slices} x ${size.angles} x ${size.detectors}`;
      console.log(
        `${one.name.padEnd(32)} ${shape.padEnd(20)} ${mebibytes(inputBytes)} ${mebibytes(taken)}     ${mebibytes(estimated)}   ${ratio.toFixed(2)}    ${whole.toFixed(2)}    ${seconds.toFixed(1)}    ${onDevice}`,
      );
      results.push({ name: one.name, ...size, taken, inputBytes, estimated, ratio, whole, deviceBytes });
    } catch (error) {
      console.log(`${one.name}: ${error.stderr ?? error}`);
      process.exitCode = 1;
    }
  }
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ machine, results }, null, 2)}\n`);
