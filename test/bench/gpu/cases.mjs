// What is measured, the same on every engine. Projections and filter: tensors stay on the device, and one value is read
// to wait for it. Whole plans: from array to array in host memory.
import {
  coneBackproject,
  coneForward,
  fdkBackproject,
  filterLength,
  filterSinogram,
  radonBackproject,
  radonForward,
} from '@rondel/compute';
import { parsePlan, toTree, withDefaults } from '@rondel/plan';
import { leastSquaresPackage } from '@rondel/least-squares';
import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { radonManifest } from '@rondel/radon/manifest';
import { radonPackage } from '@rondel/radon/steps';
import { buildAlgorithm, catalogOf, createExecutableRegistry, runSteps } from '@rondel/reco';
import { slice, tensor3d } from '@tensorflow/tfjs-core';

/** A projection of one slice is too short to be timed alone. */
const callsOfOneSlice = 8;

/** Slices of a head-like object that changes from slice to slice, attenuation per pixel: [y, x, slice]. */
function objectOf({ size, slices }) {
  const inside = (x, y, { at: [cx, cy], radii: [rx, ry] }) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1;
  const values = new Float32Array(size * size * slices);
  for (let pixel = 0; pixel < size * size; pixel++) {
    const [x, y] = [((pixel % size) * 2) / size - 1, 1 - (Math.floor(pixel / size) * 2) / size];
    for (let z = 0; z < slices; z++) {
      const place = slices === 1 ? 0.5 : z / (slices - 1);
      let value = inside(x, y, { at: [0, 0], radii: [0.7, 0.9] }) ? 0.02 : 0;
      if (inside(x, y, { at: [-0.2, 0.3 * place], radii: [0.15, 0.3] })) value -= 0.008;
      if (inside(x, y, { at: [0.3, 0.2], radii: [0.1 + 0.1 * place, 0.2] })) value += 0.006;
      values[pixel * slices + z] = value;
    }
  }
  return values;
}

function geometryOf({ size, angles }) {
  return {
    shape: [size, size],
    angles: Float64Array.from({ length: angles }, (_, index) => (index * Math.PI) / angles),
    detectors: size,
    center: size / 2,
  };
}

/** Waits until a tensor is computed. */
function settle(tensor) {
  const one = slice(tensor, [0, 0, 0], [1, 1, 1]);
  one.dataSync();
  one.dispose();
}

/** A kernel on tensors: seconds per call, and its result. */
function kernelCase({ name, slices, updates, input, shape, apply }) {
  return {
    name,
    slices,
    updates,
    async run(repetitions) {
      const calls = slices === 1 ? callsOfOneSlice : 1;
      const x = tensor3d(input, shape);
      const time = () => {
        const start = performance.now();
        for (let call = 1; call < calls; call++) apply(x).dispose();
        const last = apply(x);
        settle(last);
        const seconds = (performance.now() - start) / 1000 / calls;
        last.dispose();
        return seconds;
      };
      time(); // compiles, and lets memories grow
      const seconds = Array.from({ length: repetitions }, time);
      const result = apply(x);
      const values = result.dataSync().slice();
      result.dispose();
      x.dispose();
      return { seconds, values };
    },
  };
}

function algorithmOf(name, changes) {
  const toml = radonManifest.plans.find((plan) => plan.name === name).toml;
  const plan = changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the plan ${name} holds no "${from}" any more`);
    return text.replace(from, to);
  }, toml);
  return buildAlgorithm(
    toTree(withDefaults(parsePlan(plan), catalogOf([leastSquaresManifest, radonManifest]))),
    createExecutableRegistry([leastSquaresPackage, radonPackage]),
  );
}

async function runPlan(algorithm, dataset, onProgress = () => undefined) {
  const { data } = await runSteps(algorithm.steps, dataset, {
    signal: new AbortController().signal,
    memoryBytes: 2 ** 40,
    onProgress,
    onStep: () => undefined,
    onLog: () => undefined,
  });
  return data.data;
}

function directCase({ slices, updates, dataset }) {
  return {
    name: 'radon/fbp, whole call',
    slices,
    updates,
    async run(repetitions) {
      const algorithm = algorithmOf('radon/fbp', []);
      let values = await runPlan(algorithm, dataset);
      const seconds = [];
      for (let round = 0; round < repetitions; round++) {
        const start = performance.now();
        values = await runPlan(algorithm, dataset);
        seconds.push((performance.now() - start) / 1000);
      }
      algorithm.dispose();
      return { seconds, values };
    },
  };
}

/** One iteration projects there and back. Its time is the one between two reports of the solver. */
function iterativeCase({ slices, updates, dataset, iterations }) {
  return {
    name: 'radon/iterative, one iteration',
    slices,
    updates: 2 * updates,
    async run() {
      const algorithm = algorithmOf('radon/iterative', [['iterations = 20', `iterations = ${iterations}`]]);
      const moments = [];
      const values = await runPlan(algorithm, dataset, ({ iteration }) => {
        if (iteration !== undefined) moments.push(performance.now());
      });
      algorithm.dispose();
      return { seconds: moments.slice(1).map((moment, index) => (moment - moments[index]) / 1000), values };
    },
  };
}

function project(image, { size, slices }, geometry) {
  const x = tensor3d(image, [size, size, slices]);
  const projected = radonForward(x, geometry);
  const values = projected.dataSync().slice();
  x.dispose();
  projected.dispose();
  return values;
}

/** From [angle, detector, slice] to [slice, angle, detector]. */
function sliceFirst(values, slices) {
  const rest = values.length / slices;
  return Float32Array.from(values, (_, index) => values[(index % rest) * slices + Math.floor(index / rest)]);
}

function casesOf({ size, angles, slices, iterations }) {
  const geometry = geometryOf({ size, angles });
  const image = objectOf({ size, slices });
  const projections = project(image, { size, slices }, geometry);
  const rows = sliceFirst(projections, slices);
  const fftSize = filterLength(size);
  // |frequency|; which filter it is does not matter to its time.
  const filter = { fftSize, response: Float32Array.from({ length: fftSize / 2 + 1 }, (_, k) => k / fftSize) };
  const updates = size * size * angles * slices;
  const dataset = {
    data: {
      dtype: 'float32',
      shape: [1, slices, angles, size],
      axes: ['frame', 'slice', 'angle', 'detector'],
      data: rows,
    },
    companions: { angles: { dtype: 'float64', shape: [angles], axes: ['angle'], data: geometry.angles } },
    attributes: { center: size / 2 },
  };
  const facts = { slices, updates };
  return [
    kernelCase({
      ...facts,
      name: 'backprojection',
      input: projections,
      shape: [angles, size, slices],
      apply: (x) => radonBackproject(x, geometry),
    }),
    kernelCase({
      ...facts,
      name: 'forward projection',
      input: image,
      shape: [size, size, slices],
      apply: (x) => radonForward(x, geometry),
    }),
    kernelCase({
      ...facts,
      name: 'ramp filter',
      input: rows,
      shape: [slices, angles, size],
      apply: (x) => filterSinogram(x, filter),
    }),
    directCase({ ...facts, dataset }),
    iterativeCase({ ...facts, dataset, iterations }),
  ];
}

/** A source at three times the side of a cube from its middle, a detector of as many bins at one and a half times that. */
function coneOf(size, angles) {
  const middle = (size - 1) / 2;
  const views = Array.from({ length: angles }, (_, view) => {
    const [sine, cosine] = [Math.sin((2 * Math.PI * view) / angles), Math.cos((2 * Math.PI * view) / angles)];
    const [across, along] = [
      [1.5 * cosine, -1.5 * sine, 0],
      [0, 0, 1.5],
    ];
    const center = [middle - 1.5 * size * sine, middle - 1.5 * size * cosine, middle];
    const first = center.map((value, axis) => value - middle * (across[axis] + along[axis]));
    return [middle + 3 * size * sine, middle + 3 * size * cosine, middle, ...first, ...across, ...along];
  });
  return { shape: [size, size, size], detector: [size, size], views: Float64Array.from(views.flat()) };
}

/** Kernels of cone beams on a cube; views are fewer, as each has as many rows as the cube has slices. */
function coneCases({ size, angles, stack }) {
  const [side, views] = [Math.min(size, 4 * stack), Math.min(angles, 360)];
  const geometry = coneOf(side, views);
  const shape = [side, side, side];
  const image = objectOf({ size: side, slices: side });
  const x = tensor3d(image, shape);
  const projected = coneForward(x, geometry);
  const input = projected.dataSync().slice();
  x.dispose();
  projected.dispose();
  const facts = { slices: side, updates: side ** 3 * views };
  const bins = { ...facts, input, shape: [views, side, side] };
  return [
    kernelCase({ ...bins, name: 'FDK backprojection', apply: (y) => fdkBackproject(y, geometry) }),
    kernelCase({
      ...facts,
      name: 'cone forward projection',
      input: image,
      shape,
      apply: (y) => coneForward(y, geometry),
    }),
    kernelCase({ ...bins, name: 'cone backprojection', apply: (y) => coneBackproject(y, geometry) }),
  ];
}

/** All cases, for one slice and for a stack, and of a cone beam. Computes their input on the engine that is open. */
export function allCases({ size, angles, stack, iterations }) {
  const parallel = [1, stack].flatMap((slices) => casesOf({ size, angles, slices, iterations }));
  return [...parallel, ...coneCases({ size, angles, stack })];
}
