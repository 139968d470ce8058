import { radonOperator } from '@rondel/compute';
import { expect, it, vi } from 'vitest';
import { sheppLoganScan } from '../phantom.js';
import { buildPlan, planOf, run, useEngine } from '../running.test.support.js';

vi.mock('@rondel/compute', async (importOriginal) => {
  const original = await importOriginal<typeof import('@rondel/compute')>();
  return { ...original, radonOperator: vi.fn(original.radonOperator) };
});

useEngine();

it('an iterative algorithm builds its operator once per geometry', async () => {
  const algorithm = buildPlan(
    planOf(['RadonPreprocessingParameters', {}], ['IterativeRadonReconstructionParameters', { iterations: 1 }]),
  );
  const scan = sheppLoganScan({ size: 8, frames: 1, angles: 8 });
  await run(algorithm, scan);
  await run(algorithm, scan);
  expect(radonOperator).toHaveBeenCalledTimes(1);
  await run(algorithm, sheppLoganScan({ size: 16, frames: 1, angles: 8 }));
  expect(radonOperator).toHaveBeenCalledTimes(2);
  algorithm.dispose();
});
