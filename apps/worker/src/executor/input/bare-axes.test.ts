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
  const subjob = { load: () => Promise.resolve({ dataset: input, sources: [] }) };
  const { dataset: read } = await withBareAxes(subjob, names, (message) => logs.push(message)).load();
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

/** What discs beside the axis cast, one in each slice: [slice, angle, detector] in the order of `axes`. */
function shadows(extents: Readonly<Record<string, number>>, axes: readonly string[], wide = 1): Dataset {
  const shape = axes.map((axis) => extents[axis] ?? 1);
  const { angle: angles = 1, detector: bins = 1 } = extents;
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => {
    const places = shape.map(
      (extent, axis) => Math.floor(at / shape.slice(axis + 1).reduce((a, b) => a * b, 1)) % extent,
    );
    const of = (name: string) => places[axes.indexOf(name)] ?? 0;
    const radius = wide * bins * (0.2 + 0.15 * Math.sin(of('slice')));
    const middle = bins * (0.5 + 0.1 * Math.cos((of('angle') * Math.PI) / angles));
    return Math.sqrt(Math.max(0, radius ** 2 - (of('detector') - middle) ** 2));
  });
  return {
    data: float32Array(data, shape),
    companions: { angles: float32Array(new Float32Array(angles), [angles]) },
    attributes: {},
  };
}

/** `raw` input can be described before it is read; what a stage has left cannot. */
const warned = async (input: Dataset, from: 'raw' | 'stage' = 'raw') => {
  const subjob = {
    ...(from === 'raw' && { describe: () => Promise.reject(new Error('not asked')) }),
    load: () => Promise.resolve({ dataset: input, sources: [] }),
  };
  const { dataset: read } = await withBareAxes(
    subjob,
    { ...names, property: 'parameter.pre.axes' },
    () => undefined,
  ).load();
  return read.warnings ?? [];
};
it('S5: warns of a square sinogram and of as many slices as angles where the other reading fits better', async () => {
  const [square, cube] = [
    { angle: 40, detector: 40 },
    { frame: 1, slice: 40, angle: 40, detector: 30 },
  ];
  expect(await warned(shadows(square, ['angle', 'detector']))).toEqual([]);
  expect(await warned(shadows(square, ['detector', 'angle']))).toMatchObject([
    {
      code: 'AXES_ASSUMED',
      path: 'parameter.pre.axes',
      message: expect.stringMatching(/as \[angle,detector\] and as \[detector,angle\].*set axes in the plan/) as string,
    },
  ]);
  expect(await warned(shadows(cube, ['frame', 'slice', 'angle', 'detector']))).toEqual([]);
  expect(await warned(shadows(cube, ['frame', 'angle', 'slice', 'detector']))).toMatchObject([
    { code: 'AXES_ASSUMED' },
  ]);
});

it('S5: is silent where somebody has named the axes, and on what is no raw data', async () => {
  const turned = shadows({ angle: 40, detector: 40 }, ['detector', 'angle']);
  const named = { ...turned, data: { ...turned.data, axes: ['angle', 'detector'] } };
  expect(await warned(named)).toEqual([]);
  expect(await warned(turned, 'stage')).toEqual([]);
});

it('S5: looks at a file with as many slices as projections whose layout alone names them', async () => {
  const slices = { frame: 1, slice: 40, angle: 40, detector: 30 };
  const axes = ['frame', 'slice', 'angle', 'detector'];
  const asRead = (stored: readonly string[]) => {
    const read = shadows(slices, stored);
    return { ...read, data: { ...read.data, axes }, attributes: { layout: 'dxchange', axesAssumed: true } };
  };
  expect(await warned(asRead(axes))).toEqual([]);
  expect(await warned(asRead(['frame', 'angle', 'slice', 'detector']))).toMatchObject([
    { message: expect.stringContaining('as [angle,slice,detector] and as [slice,angle,detector]') as string },
  ]);
});
