import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openEngine, type Engine } from '@rondel/compute';
import {
  isRondelError,
  settledWarnings,
  type Dataset,
  type FailureCode,
  type NdArray,
  type WarningCode,
} from '@rondel/contracts';
import {
  buildAlgorithm,
  createExecutableRegistry,
  runSteps,
  type Algorithm,
  type PlanTree,
  type PreviewFacts,
  type PreviewPlane,
} from '@rondel/reco';
import { afterAll, beforeAll, expect } from 'vitest';
import { leastSquaresPackage } from '@rondel/least-squares';
import { radonPackage } from './steps.js';

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

export interface RunRecord {
  readonly output: Dataset;
  readonly logs: readonly string[];
  /** Codes, in the order in which they came. */
  readonly warnings: readonly WarningCode[];
  readonly iterations: readonly number[];
  /** Of every iteration, since nobody limits the rate here. */
  readonly previews: readonly (PreviewFacts & PreviewPlane)[];
}

type NodeProperties = Readonly<Record<string, PlanTree[string]>>;

type GivenNode = readonly [string, NodeProperties];

/** A plan with the given nodes for `pre` and `reco`, and for stages that may be left out, each as `[type, properties]`. */
export function planOf(pre: GivenNode, reco: GivenNode, others: Readonly<Record<string, GivenNode>> = {}): PlanTree {
  const isIterative = reco[0].startsWith('Iterative');
  return {
    _module: 'RondelRadon',
    _type: `RecoPlan{${isIterative ? 'IterativeRadonAlgorithm' : 'DirectRadonAlgorithm'}}`,
    parameter: {
      _type: `RecoPlan{${isIterative ? 'IterativeRadonParameters' : 'DirectRadonParameters'}}`,
      pre: { _type: `RecoPlan{${pre[0]}}`, ...pre[1] },
      reco: { _type: `RecoPlan{${reco[0]}}`, ...reco[1] },
      ...Object.fromEntries(
        Object.entries(others).map(([name, [type, properties]]) => [
          name,
          { _type: `RecoPlan{${type}}`, ...properties },
        ]),
      ),
    },
  };
}

export function buildPlan(plan: PlanTree): Algorithm {
  return buildAlgorithm(plan, createExecutableRegistry([leastSquaresPackage, radonPackage]));
}

/** Runs an algorithm on data and collects what it says. */
export async function run(
  algorithm: Algorithm,
  input: Dataset,
  controller = new AbortController(),
  files: Readonly<Record<string, NdArray>> = {},
): Promise<RunRecord> {
  const logs: string[] = [];
  const iterations: number[] = [];
  const previews: (PreviewFacts & PreviewPlane)[] = [];
  const output = await runSteps(algorithm.steps, input, {
    signal: controller.signal,
    memoryBytes: 2 ** 40,
    onProgress: ({ iteration }) => iteration !== undefined && iterations.push(iteration),
    onStep: () => undefined,
    onLog: (_, message) => logs.push(message),
    onPreview: (facts, draw) => previews.push({ ...facts, ...draw() }),
    openFile(reference) {
      const data = files[reference];
      if (data === undefined) return Promise.reject(new Error(`There is no file ${reference}.`));
      const { shape, dtype } = data;
      const facts = { data: { shape, dtype }, companions: {}, attributes: {} };
      return Promise.resolve({ label: reference, identity: reference, facts, read: () => Promise.resolve(data) });
    },
  });
  return {
    output,
    logs,
    warnings: settledWarnings(output.warnings ?? []).map(({ code }) => code),
    iterations,
    previews,
  };
}

/** Builds, runs and disposes. */
export async function reconstruct(
  plan: PlanTree,
  input: Dataset,
  files: Readonly<Record<string, NdArray>> = {},
): Promise<RunRecord> {
  const algorithm = buildPlan(plan);
  try {
    return await run(algorithm, input, undefined, files);
  } finally {
    algorithm.dispose();
  }
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

/** ||a - b|| / ||b|| over the elements that `included` admits. */
export function relativeError(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  included: (index: number) => boolean = () => true,
): number {
  let difference = 0;
  let size = 0;
  for (let index = 0; index < b.length; index++) {
    if (!included(index)) continue;
    difference += ((a[index] ?? NaN) - (b[index] ?? NaN)) ** 2;
    size += (b[index] ?? NaN) ** 2;
  }
  return Math.sqrt(difference / size);
}

/** A file of the real data beside the workspace, or nothing, with the reason on the console. */
export function realData(name: string): string | undefined {
  const path = fileURLToPath(new URL(`../../../../shared/data/${name}`, import.meta.url));
  if (existsSync(path)) return path;
  console.info(`Skipped: ../shared/data/${name} is not beside the workspace.`);
  return undefined;
}
