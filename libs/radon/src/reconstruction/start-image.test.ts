import { float32Array, type NdArray } from '@rondel/contracts';
import { parallelAlong } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { sheppLoganScan } from '../phantom.js';
import { buildPlan, expectFailure, planOf, reconstruct, useEngine } from '../running.test.support.js';

useEngine();

const size = 8;
const scan = sheppLoganScan({ size, frames: 2, angles: 12, noise: 0.1 });
const planFor = (solver: string, iterations: number, startImage?: string) =>
  planOf(
    ['RadonPreprocessingParameters', {}],
    [
      'IterativeRadonReconstructionParameters',
      { solver, iterations, relTol: 0, ...(startImage !== undefined && { startImage }) },
    ],
  );
const image = async (plan: ReturnType<typeof planOf>, start?: NdArray) =>
  (await reconstruct(plan, scan, start && { start })).output.data;

describe('an image to begin with', () => {
  it.each(['SIRT', 'MLEM'])('has %s go on as if it had not stopped', async (solver) => {
    const first = await image(planFor(solver, 3));
    expect(first.shape).toEqual([2, size, size, size]);
    const further = await image(planFor(solver, 4, 'start'), first);
    const whole = await image(planFor(solver, 7));
    // Pixels that have nearly vanished begin at a millionth of the largest, as 0 would stay 0.
    whole.data.forEach((value, at) => expect(further.data[at]).toBeCloseTo(value, solver === 'SIRT' ? 12 : 5));
  });

  it('is one plane for all slices, or one for each slice of all frames, and keeps the job together', async () => {
    const plane = float32Array(
      Float32Array.from({ length: size * size }, (_, at) => 0.01 * (at % 5)),
      [size, size],
    );
    const repeat = (count: number) =>
      float32Array(
        Float32Array.from({ length: count * size * size }, (_, at) => plane.data[at % plane.data.length] ?? 0),
        [count, size, size],
      );
    const plan = planFor('SIRT', 2, 'start');
    const once = await image(plan, plane);
    expect((await image(plan, repeat(size))).data).toEqual(once.data);
    expect((await image(planFor('SIRT', 2))).data).not.toEqual(once.data);
    const step = buildPlan(plan).steps.at(-1);
    expect(step && parallelAlong(step)).toEqual([]);
  });

  it('is refused where it is of another size or no number', async () => {
    const plan = planFor('SIRT', 1, 'start');
    const odd = float32Array(new Float32Array(9 * size), [9, size]);
    await expectFailure(image(plan, odd), 'DATA_SHAPE_MISMATCH', 'startImage is 9 x 8, the image is 2 x 8 x 8 x 8');
    const holed = float32Array(new Float32Array(size * size).fill(NaN, 3, 4), [size, size]);
    await expectFailure(image(plan, holed), 'DATA_FORMAT', 'value 3 is NaN');
  });
});
