import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isRondelError } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadManifests, loadPackages, namedPackages } from './installed-packages.js';

const manifest =
  "{ name: '@lab/mean', version: '1.0.0', module: 'LabMean', description: 'Means.', nodes: [], plans: [] }";
const withStep = `{ ...${manifest}, nodes: [{ kind: 'step', type: 'Mean', description: '', input: [], output: [], parallel: [], purity: 'pure', properties: {} }] }`;
const exportsOf = (manifestFile: unknown) =>
  JSON.stringify({ exports: { './manifest': manifestFile, './steps': './steps.js' } });

describe('a reconstruction package', () => {
  let folder = '';
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rondel-packages-'));
    for (const home of ['node_modules/@lab/mean', 'mean']) {
      await put(`${home}/package.json`, exportsOf({ types: './manifest.d.ts', default: './manifest.js' }));
      await put(`${home}/manifest.js`, `export default ${manifest};`);
      await put(`${home}/steps.js`, `export default { manifest: ${manifest}, steps: [] };`);
    }
    await put('outside/package.json', exportsOf('../mean/manifest.js'));
    await put('empty/package.json', '{}');
    await put('broken/package.json', '{');
    await put('throwing/package.json', exportsOf('./manifest.js'));
    await put('throwing/manifest.js', "throw new Error('no device');");
    await put('strange/package.json', exportsOf('./manifest.js'));
    await put('strange/manifest.js', 'export default { nodes: 5 };');
    await put('strange/steps.js', 'export default 1;');
    await put('linked/package.json', exportsOf('./manifest.js'));
    await put('linked/manifest.js', `export default { ...${manifest}, linkFunctions: { twice: 2 } };`);
    await put('bare/package.json', exportsOf('./manifest.js'));
    await put('bare/manifest.js', `export default { ...${manifest}, nodes: [{ kind: 'step', type: 'Mean' }] };`);
    await put('bare/steps.js', `export default { manifest: ${withStep}, steps: [] };`);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(['@lab/mean', './mean'])('is found as %s', async (name) => {
    const [found] = await loadManifests([name], folder);
    expect(found).toMatchObject({ name: '@lab/mean', module: 'LabMean' });
    const [whole] = await loadPackages([name], folder);
    expect(whole).toMatchObject({ manifest: { name: '@lab/mean' }, steps: [] });
  });

  it.each([
    ['@lab/absent', 'it is not installed in'],
    ['./absent', 'package.json cannot be read'],
    ['./empty', 'has no "./manifest" among its "exports"'],
    ['./broken', 'is no JSON'],
    ['./outside', 'leads out of its folder'],
    ['./throwing', 'manifest.js does not load: no device'],
    ['./strange', 'is no manifest'],
    ['./bare', 'is no manifest'],
    ['./linked', 'is no manifest'],
  ])('%s is refused with its name and the reason', async (name, reason) => {
    const failed = loadManifests([name], folder);
    await expect(failed).rejects.toThrow(`The reconstruction package ${name} cannot be used: `);
    await expect(failed).rejects.toThrow(reason);
    await expect(failed).rejects.toSatisfy((error) => isRondelError(error) && error.code === 'INVALID_REQUEST');
  });

  it('is refused when its steps are none, or one of them has no code', async () => {
    await expect(loadPackages(['./strange'], folder)).rejects.toThrow('is no package: manifest and steps');
    await expect(loadPackages(['./bare'], folder)).rejects.toThrow('its entry "./steps" brings no code for Mean.');
  });

  it('is named in RONDEL_PACKAGES, separated by commas', () => {
    expect(namedPackages({ RONDEL_PACKAGES: ' @lab/mean, ./mean ,' })).toEqual(['@lab/mean', './mean']);
    expect(namedPackages({})).toEqual([]);
  });
});
