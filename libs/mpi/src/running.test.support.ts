import { openEngine, type Engine } from '@rondel/compute';
import { isRondelError, settledWarnings, type Dataset, type FailureCode, type WarningCode } from '@rondel/contracts';
import { leastSquaresPackage } from '@rondel/least-squares';
import {
  buildAlgorithm,
  createExecutableRegistry,
  cutDataset,
  runSteps,
  type Algorithm,
  type DataFile,
  type HeldRun,
  type PlanTree,
} from '@rondel/reco';
import { afterAll, beforeAll, expect } from 'vitest';
import { mpiPackage } from './steps.js';

/** Opens the wasm engine for the tests of a file. */
export function useEngine(): void {
  let engine: Engine | undefined;
  beforeAll(async () => {
    engine = await openEngine('wasm', { threads: 2 });
  });
  afterAll(async () => {
    await engine?.dispose();
  });
}

type NodeProperties = Readonly<Record<string, PlanTree[string]>>;

export const node = (type: string, properties: NodeProperties = {}): PlanTree => ({
  _type: `RecoPlan{${type}}`,
  ...properties,
});

export const l2 = (lambda: number): PlanTree => ({ _type: 'L2Regularization', lambda });

export interface SinglePatchNodes {
  readonly pre?: NodeProperties;
  readonly loading?: NodeProperties;
  readonly filter?: PlanTree;
  readonly solver?: NodeProperties;
  readonly reco?: NodeProperties;
}

/** A plan of one patch; what is not said is at its default, with the system matrix `sf`. */
export function singlePatchPlan({ pre, loading, filter, solver, reco }: SinglePatchNodes = {}): PlanTree {
  const sfLoad = node('DenseSystemMatixLoadingParameter', {
    freqFilter: filter ?? node('SNRThresholdFrequencyFilterParameter', { SNRThresh: 5 }),
    ...loading,
  });
  return node('SinglePatchReconstructionAlgorithm', {
    parameter: node('SinglePatchParameters', {
      pre: node('CommonPreProcessingParameters', pre),
      reco: node('SinglePatchReconstructionParameter', {
        sf: 'sf',
        sfLoad,
        solverParams: node('ElaborateSolverParameters', solver),
        reg: [l2(0.01)],
        ...reco,
      }),
    }),
  });
}

/** A dataset as a file of which parts are read; `reads` counts how often each array was. */
export function memoryFile(label: string, dataset: Dataset): DataFile & { readonly reads: Map<string, number> } {
  const reads = new Map<string, number>();
  return {
    label,
    identity: label,
    facts: dataset,
    reads,
    read(name, ranges = {}) {
      reads.set(name, (reads.get(name) ?? 0) + 1);
      let data = name === 'data' ? dataset.data : dataset.companions[name];
      if (data === undefined) throw new Error(`${label} has no ${name}.`);
      for (const [axis, [start, stop]] of Object.entries(ranges)) {
        ({ data } = cutDataset({ data, companions: {}, attributes: {} }, { axis, start, stop }));
      }
      return Promise.resolve(data);
    },
  };
}

export interface RunOptions {
  /** By the reference in the plan. */
  readonly files: Readonly<Record<string, Dataset | DataFile>>;
  readonly memoryBytes?: number;
  readonly held?: HeldRun;
  /** Paths of the steps that run; all unless told. */
  readonly only?: readonly string[];
  /** What else hears of the run. */
  readonly listening?: Partial<Pick<StepsOptions, 'onPreview' | 'checkpoints'>>;
}

type StepsOptions = Parameters<typeof runSteps>[2];

export interface RunRecord {
  readonly output: Dataset;
  readonly logs: readonly string[];
  readonly warnings: readonly WarningCode[];
}

export function buildPlan(plan: PlanTree, only?: readonly string[]): Algorithm {
  return buildAlgorithm(plan, createExecutableRegistry([leastSquaresPackage, mpiPackage]), only);
}

/** Builds, runs and disposes. */
export async function reconstruct(plan: PlanTree, input: Dataset, options: RunOptions): Promise<RunRecord> {
  const algorithm = buildPlan(plan, options.only);
  try {
    return await run(algorithm, input, options);
  } finally {
    algorithm.dispose();
  }
}

export async function run(
  algorithm: Pick<Algorithm, 'steps'>,
  input: Dataset,
  { files, memoryBytes = 2 ** 40, held, listening }: RunOptions,
): Promise<RunRecord> {
  const logs: string[] = [];
  const output = await runSteps(algorithm.steps, input, {
    signal: new AbortController().signal,
    memoryBytes,
    ...(held && { held }),
    onProgress: () => undefined,
    ...listening,
    onStep: () => undefined,
    onLog: (_, message) => logs.push(message),
    openFile(reference) {
      const file = files[reference];
      if (file === undefined) throw new Error(`There is no file ${reference}.`);
      return Promise.resolve('read' in file ? file : memoryFile(reference, file));
    },
  });
  return { output, logs, warnings: settledWarnings(output.warnings ?? []).map(({ code }) => code) };
}

/** Expects a failure with this code and these words. */
export async function expectFailure(work: Promise<unknown>, code: FailureCode, words: string): Promise<void> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(isRondelError(error) && { code: error.code, message: error.message }).toEqual({
    code,
    message: expect.stringContaining(words) as string,
  });
}

/** ||a - b|| / ||b|| */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let [difference, size] = [0, 0];
  for (let index = 0; index < b.length; index++) {
    difference += ((a[index] ?? NaN) - (b[index] ?? NaN)) ** 2;
    size += (b[index] ?? NaN) ** 2;
  }
  return Math.sqrt(difference / size);
}
