import { RondelError, settledWarnings, type Dataset, type NdArray, type WarningCode } from '@rondel/contracts';
import { leastSquaresPackage } from '@rondel/least-squares';
import { buildAlgorithm, createExecutableRegistry, runSteps, type DataFile, type PlanTree } from '@rondel/reco';
import { mpiPackage } from '../steps.js';

/** A dataset as a file that steps open. */
export function fileOf(dataset: Dataset, label: string): DataFile {
  return {
    label,
    identity: label,
    facts: dataset,
    read(name, ranges = {}) {
      const array = name === 'data' ? dataset.data : dataset.companions[name];
      if (array === undefined) throw new RondelError('DATA_NOT_FOUND', `${label} has no ${name}.`);
      return Promise.resolve(cut(array, ranges));
    },
  };
}

/** The part of an array within ranges of its axes. */
function cut(array: NdArray, ranges: Readonly<Record<string, readonly [number, number]>>): NdArray {
  const { shape, axes = [], data, dtype } = array;
  const parts = dtype.startsWith('complex') ? 2 : 1;
  const bounds = shape.map((extent, axis) => ranges[axes[axis] ?? ''] ?? ([0, extent] as const));
  const size = bounds.map(([start, stop]) => stop - start);
  const count = size.reduce((product, extent) => product * extent, 1);
  const values = new Float64Array(parts * count);
  for (let at = 0; at < count; at++) {
    let [rest, from, stride] = [at, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const extent = size[axis] ?? 1;
      from += stride * ((bounds[axis]?.[0] ?? 0) + (rest % extent));
      rest = Math.floor(rest / extent);
      stride *= shape[axis] ?? 1;
    }
    for (let part = 0; part < parts; part++) values[parts * at + part] = data[parts * from + part] ?? NaN;
  }
  return { ...array, data: data instanceof Float64Array ? values : Float32Array.from(values), shape: size };
}

export interface Run {
  readonly output: Dataset;
  readonly logs: readonly string[];
  readonly warnings: readonly WarningCode[];
}

/** Runs a plan of the package on a measurement; data references are the names of `files`. */
export async function runMpi(
  plan: PlanTree,
  measurement: Dataset,
  files: Readonly<Record<string, Dataset>>,
): Promise<Run> {
  const logs: string[] = [];
  const algorithm = buildAlgorithm(plan, createExecutableRegistry([leastSquaresPackage, mpiPackage]));
  const output = await runSteps(algorithm.steps, measurement, {
    signal: new AbortController().signal,
    memoryBytes: 2 ** 40,
    onProgress: () => undefined,
    onStep: () => undefined,
    onLog: (_level, message) => logs.push(message),
    openFile: (reference) => {
      const name = reference.replace('root://data/', '');
      const dataset = files[name];
      if (dataset === undefined) throw new RondelError('DATA_NOT_FOUND', `No ${reference}.`);
      return Promise.resolve(fileOf(dataset, name));
    },
  });
  return { output, logs, warnings: settledWarnings(output.warnings ?? []).map(({ code }) => code) };
}

/** The first frames of a dataset, or any others. */
export function withFrames(dataset: Dataset, start: number, stop: number): Dataset {
  const data = cut(dataset.data, { frame: [start, stop] });
  const { isBackgroundFrame, ...companions } = dataset.companions;
  return {
    ...dataset,
    data,
    companions: {
      ...companions,
      ...(isBackgroundFrame && { isBackgroundFrame: cut(isBackgroundFrame, { frame: [start, stop] }) }),
    },
  };
}
