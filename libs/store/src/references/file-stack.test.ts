import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDataReference } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantedTo } from './grants.js';
import { pathBeside, resolveReference } from './resolve-reference.js';

let folder: string;
let scans: string;
const store = { localPath: () => Promise.reject(new Error('not asked')) };

async function files(at: string, names: readonly string[]): Promise<void> {
  await mkdir(join(scans, at), { recursive: true });
  for (const name of names) await writeFile(join(scans, at, name), name);
}

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'rondel-stack-')));
  scans = join(folder, 'scans');
  await files('day', ['proj_2.tif', 'proj_10.TIF', 'proj_1.tiff', 'notes.txt', '.proj_3.tif']);
  await files('mixed', [
    'proj_1.tif',
    'proj_2.tif',
    'dark_1.tif',
    'scan2_9_a.tif',
    'scan2_10_a.tif',
    'x_1.tif',
    'x_01.tif',
  ]);
  await writeFile(join(folder, 'secret.tif'), 'secret');
  await files('linked', []);
  await symlink('../day/proj_2.tif', join(scans, 'linked', 'in_1.tif'));
  await symlink(join(folder, 'secret.tif'), join(scans, 'linked', 'out_1.tif'));
});
afterAll(() => rm(folder, { recursive: true }));

async function stackOf(reference: string, mayRead = grantedTo('default', {})) {
  const { path, stack } = await resolveReference(parseDataReference(reference), { roots: { scans }, store, mayRead });
  expect(path).toBe(stack?.[0]?.path);
  return stack?.map(({ name }) => name);
}

describe('a stack of files in a data root', () => {
  it('has the files that a pattern fits, by the last number of their names', async () => {
    expect(await stackOf('root://scans/mixed/proj_*.tif')).toEqual(['proj_1.tif', 'proj_2.tif']);
    expect(await stackOf('root://scans/mixed/scan*_a.tif')).toEqual(['scan2_9_a.tif', 'scan2_10_a.tif']);
    expect(await stackOf('root://scans/day/*proj*2*.tif')).toEqual(['proj_2.tif']);
    await expect(stackOf('root://scans/day/proj_*2.tif*tif')).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
  });

  it('of a folder has its .tif files', async () => {
    await files('whole', ['a_2.tif', 'a_10.tif', 'a_1.tif', 'notes.txt']);
    for (const reference of ['root://scans/whole', 'root://scans/whole/']) {
      expect(await stackOf(reference)).toEqual(['a_1.tif', 'a_2.tif', 'a_10.tif']);
    }
  });

  it.each([
    ['mixed', 'DATA_FORMAT', /differ in more than the last number/],
    ['mixed/x_*.tif', 'DATA_FORMAT', /x_0?1\.tif and x_0?1\.tif differ/],
    ['day', 'DATA_FORMAT', /differ in more than the last number/],
    ['linked/out_*.tif', 'DATA_FORBIDDEN', /leaves its root through a symbolic link/],
    ['day*/proj_1.tif', 'DATA_NOT_FOUND', /"\*" may stand in the name of the file alone/],
    [`day/${'*a'.repeat(9)}`, 'DATA_NOT_FOUND', /at most 8 times/],
    ['day/none_*.tif', 'DATA_NOT_FOUND', /matches no file/],
    ['day/none_*.tif?slices=1:2', 'DATA_NOT_FOUND', /"slices" is no option: there are axes, unit, theta, slice, angle/],
    ['../scans/day/*', 'DATA_FORBIDDEN', /\.\./],
  ])('%s is refused', async (path, code, message) => {
    await expect(stackOf(`root://scans/${path}`)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it('is read by those to whom all of it is granted', async () => {
    const mayRead = grantedTo('heart', { scans: [{ project: 'heart', prefix: 'day' }] });
    expect(await stackOf('root://scans/day/*_2.tif', mayRead)).toEqual(['proj_2.tif']);
    expect(await stackOf('root://scans/linked/in_*.tif')).toEqual(['in_1.tif']);
    await expect(stackOf('root://scans/mixed/proj_*.tif', mayRead)).rejects.toMatchObject({ code: 'DATA_FORBIDDEN' });
    const ofLinks = grantedTo('heart', { scans: [{ project: 'heart', prefix: 'linked' }] });
    await expect(stackOf('root://scans/linked/in_*.tif', ofLinks)).rejects.toMatchObject({ code: 'DATA_FORBIDDEN' });
  });
});

describe('a file beside another', () => {
  const beside = (name: string) =>
    pathBeside(parseDataReference('root://scans/linked/scan.nxs'), name, { roots: { scans } });

  it('is found from the folder of that one', async () => {
    expect(await beside('../day/proj_2.tif')).toBe(join(scans, 'day', 'proj_2.tif'));
    expect(await beside('./in_1.tif')).toBe(join(scans, 'day', 'proj_2.tif'));
  });

  it.each([
    ['../../secret.tif', 'DATA_FORBIDDEN', /leaves its root/],
    ['out_1.tif', 'DATA_FORBIDDEN', /leaves its root through a symbolic link/],
    [
      '/dls/i13/data.h5',
      'DATA_FORBIDDEN',
      /The file \/dls\/i13\/data\.h5 to which root:\/\/scans\/linked\/scan\.nxs links has an absolute path/,
    ],
    ['C:\\data.h5', 'DATA_FORBIDDEN', /absolute path/],
    ['missing.h5', 'DATA_NOT_FOUND', /missing\.h5 to which .* links: there is no such file/],
    ['../day', 'DATA_FORBIDDEN', /is not a regular file/],
  ])('is refused as %s', async (name, code, message) => {
    await expect(beside(name)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });
});
