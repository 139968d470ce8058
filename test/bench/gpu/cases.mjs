// What is measured, the same on every engine: each kernel, and whole plans from array to array in host memory.
import { radonForward } from '@rondel/compute';
import { parsePlan, toTree, withDefaults } from '@rondel/plan';
import { leastSquaresPackage } from '@rondel/least-squares';
import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { radonManifest } from '@rondel/radon/manifest';
import { radonPackage } from '@rondel/radon/steps';
import { buildAlgorithm, catalogOf, createExecutableRegistry, runSteps } from '@rondel/reco';
import { tensor3d } from '@tensorflow/tfjs-core';
import { kernelCases, parallelOf } from './kernel-cases.mjs';

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
    unit: 'updates',
    work: updates,
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
    unit: 'updates',
    work: 2 * updates,
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

function planCases({ size, angles, slices, iterations }) {
  const geometry = parallelOf({ size, angles });
  const projections = project(objectOf({ size, slices }), { size, slices }, geometry);
  const dataset = {
    data: {
      dtype: 'float32',
      shape: [1, slices, angles, size],
      axes: ['frame', 'slice', 'angle', 'detector'],
      data: sliceFirst(projections, slices),
    },
    companions: { angles: { dtype: 'float64', shape: [angles], axes: ['angle'], data: geometry.angles } },
    attributes: { center: size / 2 },
  };
  const facts = { slices, updates: size * size * angles * slices, dataset };
  return [directCase(facts), iterativeCase({ ...facts, iterations })];
}

/** All cases: kernels and plans, for one slice and for a stack. Computes the input of plans on the engine that is open. */
export function allCases({ size, angles, stack, iterations }) {
  const plans = [...new Set([1, stack])].flatMap((slices) => planCases({ size, angles, slices, iterations }));
  return [...kernelCases({ size, angles, stack }), ...plans];
}
