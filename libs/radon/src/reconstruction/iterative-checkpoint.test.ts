import type { Dataset } from '@rondel/contracts';
import { runSteps, type Checkpoint, type FoundCheckpoint } from '@rondel/reco';
import { memory } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { sheppLoganScan } from '../phantom.js';
import { buildPlan, planOf, reconstruct, useEngine } from '../running.test.support.js';

useEngine();

const iterations = 8;
const scan = sheppLoganScan({ size: 16, frames: 2, angles: 24, noise: 0.05 });
const penalties = (solver: string) => {
  if (solver === 'OSSART' || solver === 'MLEM') return [];
  return [{ _type: solver === 'FISTA' ? 'TVRegularization' : 'L2Regularization', lambda: 0.1 }];
};
const planFor = (solver: string) =>
  planOf(
    ['RadonPreprocessingParameters', {}],
    [
      'IterativeRadonReconstructionParameters',
      {
        solver,
        iterations,
        relTol: 0,
        reg: [...penalties(solver), { _type: 'PositiveRegularization' }],
      },
    ],
  );

/** Runs until the checkpoint after an iteration is kept, and there is lost; or to the end. */
async function attempt(solver: string, begun?: Checkpoint, lostAfter?: number) {
  const algorithm = buildPlan(planFor(solver));
  const seen: number[] = [];
  const states: unknown[] = [];
  let kept: Checkpoint | undefined;
  let output: Dataset | undefined;
  const facts = (checkpoint: Checkpoint): FoundCheckpoint => {
    const { iteration } = checkpoint;
    return { checkpoint, resumed: { iteration, iterations: checkpoint.iterations, attempt: 1, worker: 'w' } };
  };
  try {
    output = await runSteps(algorithm.steps, scan, {
      signal: new AbortController().signal,
      memoryBytes: 2 ** 40,
      onProgress: ({ iteration }) => iteration !== undefined && seen.push(iteration),
      onStep: ({ resumed, state, path }) => path.endsWith('reco') && states.push([state, resumed?.iteration]),
      onLog: () => undefined,
      checkpoints: () => ({
        restore: () => Promise.resolve(begun && facts(begun)),
        save(make) {
          kept = make();
          return kept.iteration === lostAfter ? Promise.reject(new Error('lost')) : Promise.resolve();
        },
      }),
    });
  } catch (error) {
    expect(String(error)).toContain('lost');
  } finally {
    algorithm.dispose();
  }
  return { output: output?.data.data, seen, states, kept };
}

it.each(['CGNR', 'POGM', 'FISTA', 'ADMM', 'Kaczmarz', 'OSSART', 'MLEM'])(
  '%s goes on from a checkpoint to the same image, bit for bit',
  async (solver) => {
    const before = memory().numTensors;
    const whole = (await reconstruct(planFor(solver), scan)).output.data.data;
    const first = await attempt(solver, undefined, 3);
    expect(first.seen).toEqual([1, 2, 3]);
    const second = await attempt(solver, first.kept, 6);
    expect(second.seen).toEqual([4, 5, 6]);
    const third = await attempt(solver, second.kept);
    expect(third.seen).toEqual([7, 8]);
    expect(third.output).toEqual(whole);
    expect(third.states).toEqual([
      ['active', undefined],
      ['active', 6],
      ['completed', 6],
    ]);
    expect(memory().numTensors).toBe(before);
  },
);
