import { float32Array, type Dataset } from '@rondel/contracts';
import { expect, it } from 'vitest';
import { bareNames, withBareAxes } from './bare-axes.js';

const names = {
  unnamedAxes: ['frame', 'slice', 'angle', 'detector'],
  companionAxes: { white: ['slice', 'sample', 'detector'] },
};

function dataset(shape: number[], angles: number, white?: number[]): Dataset {
  const array = (extents: number[]) =>
    float32Array(
      Float32Array.from({ length: extents.reduce((a, b) => a * b, 1) }, (_, at) => at),
      extents,
    );
  return {
    data: array(shape),
    companions: { angles: array([angles]), ...(white && { white: array(white) }) },
    attributes: {},
  };
}

async function load(input: Dataset) {
  const logs: string[] = [];
  const leg = { load: () => Promise.resolve({ dataset: input, sources: [] }) };
  const { dataset: read } = await withBareAxes(leg, names, (message) => logs.push(message)).load();
  return { ...read, logs };
}

it('S5: takes the axis that the number of angles fits, and says so', async () => {
  const turned = await load(dataset([3, 2, 4], 3, [5, 2, 4]));
  expect(turned.data).toMatchObject({ shape: [2, 3, 4], axes: ['slice', 'angle', 'detector'] });
  expect([...turned.data.data.subarray(0, 8)]).toEqual([0, 1, 2, 3, 8, 9, 10, 11]);
  expect(turned.companions['white']).toMatchObject({ shape: [2, 5, 4], axes: ['slice', 'sample', 'detector'] });
  expect(turned.logs.join()).toContain('[angle, slice, detector]');
  expect((await load(dataset([4, 3], 3))).data).toMatchObject({ shape: [3, 4] });
  const usual = await load(dataset([2, 3, 4], 3));
  expect([usual.data.shape, usual.logs]).toEqual([[2, 3, 4], []]);
});

it('S5: refuses with both readings what fits two axes', async () => {
  await expect(load(dataset([3, 3, 4], 3))).rejects.toMatchObject({
    code: 'DATA_SHAPE_MISMATCH',
    message: expect.stringMatching(/\?axes=slice,angle,detector or \?axes=angle,slice,detector/) as string,
  });
  await expect(load(dataset([5, 3, 4], 3, [5, 5, 4]))).rejects.toThrow(
    'as [slice,sample,detector] and as [sample,slice,detector]',
  );
  expect((await load(dataset([1, 1, 4], 1))).data.shape).toEqual([1, 1, 4]);
});

it('S5: names what is stored for blocks that are read by name', () => {
  expect(bareNames(dataset([3, 2, 4], 3, [5, 2, 4]), names)).toEqual({
    unnamedAxes: ['angle', 'slice', 'detector'],
    companionAxes: { white: ['sample', 'slice', 'detector'] },
  });
  expect(bareNames(dataset([2, 3, 4], 3, [2, 5, 4]), names)).toEqual(names);
});
