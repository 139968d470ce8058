import { openEngine, type Engine } from '@rondel/compute';
import type { EngineName } from '@rondel/contracts';
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect } from 'vitest';

/** How far an engine may be from the reference, relative to the largest value of the result. */
export interface Tolerance {
  /** One kernel, against float64. */
  readonly kernel: number;
  /** <A x, y> - <x, A' y>, relative to the norms. */
  readonly adjoint: number;
  /** The image of a whole plan, against the engine wasm. */
  readonly plan: number;
}

/**
 * All sum a few hundred float32 products, 2^-24 each, in an order of their own; the weights are the same to 2^-30. The
 * filter is a transform of length 1536 at most. A plan passes through all of it; the solvers hold rounding errors down, so
 * that 20 iterations stay well below what is promised to users.
 */
const tolerances: Readonly<Record<EngineName, Tolerance>> = {
  wasm: { kernel: 2e-6, adjoint: 1e-6, plan: 0 },
  webgpu: { kernel: 2e-6, adjoint: 1e-6, plan: 1e-4 },
  tensorflow: { kernel: 1e-5, adjoint: 1e-5, plan: 1e-4 },
};

function isEngineName(name: string): name is EngineName {
  return name in tolerances;
}

function nameUnderTest(): EngineName {
  const name = process.env.RONDEL_CONFORMANCE_ENGINE ?? '';
  if (isEngineName(name)) return name;
  throw new Error(
    `RONDEL_CONFORMANCE_ENGINE must be one of ${Object.keys(tolerances).join(', ')}, got "${name}": start the suite with conformance/run.mjs`,
  );
}

export const engineName = nameUnderTest();
export const tolerance = tolerances[engineName];

/** Our own kernels promise the same bits whatever the batch; compositions leave the order of sums to TensorFlow. */
export const hasSameBits = engineName !== 'tensorflow';

/** Opens the engine under test for a file. When it closes, no tensor may be left. */
export function useEngineUnderTest(): void {
  let engine: Engine | undefined;
  beforeAll(async () => {
    engine = await openEngine(engineName, engineName === 'wasm' ? { threads: 2 } : {});
  });
  afterAll(async () => {
    const { numTensors } = memory();
    await engine?.dispose();
    expect(numTensors).toBe(0);
  });
}
