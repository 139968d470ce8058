import { float32Array, type Dataset, type NdArray } from '@rondel/contracts';
import { createExecutableRegistry } from '@rondel/reco';
import { expect, it } from 'vitest';
import { installedPackages } from '../packages.js';
import { planAngles, withPlanAngles } from './plan-angles.js';

const registry = createExecutableRegistry(installedPackages);
const plan = (angles?: readonly number[]) => ({
  _module: 'RondelRadon',
  _type: 'RecoPlan{DirectRadonAlgorithm}',
  parameter: {
    _type: 'RecoPlan{DirectRadonParameters}',
    pre: { _type: 'RecoPlan{TransmissionPreprocessingParameters}' },
    reco: { _type: 'RecoPlan{RadonFilteredBackprojectionParameters}', ...(angles && { angles: [...angles] }) },
  },
});

async function loaded(own: readonly number[] | undefined, given?: readonly number[]): Promise<Dataset> {
  const angles: NdArray | undefined = own && { dtype: 'float64', shape: [own.length], data: Float64Array.from(own) };
  const data = float32Array(new Float32Array(6), [3, 2]);
  const dataset: Dataset = { data, companions: { ...(angles && { angles }) }, attributes: {} };
  const input = { load: () => Promise.resolve({ dataset, sources: [] }) };
  return (await withPlanAngles(input, planAngles(plan(given), registry)).load()).dataset;
}

it('M5: gives the angles of the plan to every step where the data has none', async () => {
  const { companions, warnings } = await loaded(undefined, [0, 1, 2]);
  expect([...(companions['angles']?.data ?? [])]).toEqual([0, 1, 2]);
  expect(warnings).toBeUndefined();
});

it('M5: lets the plan have its way, and says so where the data has others', async () => {
  const replaced = await loaded([0, 0.5, 1, 1.5], [0, 1, 2]);
  expect([...(replaced.companions['angles']?.data ?? [])]).toEqual([0, 1, 2]);
  expect(replaced.warnings).toMatchObject([{ code: 'ANGLES_REPLACED', path: 'parameter.reco.angles' }]);
  expect((await loaded([0, 1, 2], [0, 1, 2])).warnings).toBeUndefined();
  expect([...((await loaded([0, 1, 3])).companions['angles']?.data ?? [])]).toEqual([0, 1, 3]);
});
