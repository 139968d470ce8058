import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { isRondelError } from '@rondel/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadPlans, namedPlanFolders } from './plan-folders.js';
import { createRegistry } from './registry.js';

const plan = (value: number, comment = '') =>
  `${comment}_module = "Lab"\n_type = "RecoPlan{LabAlgorithm}"\nvalue = ${value}\n`;

describe('P12: folders of plans', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'rondel-plans-'));
    for (const folder of ['one/lab', 'two', 'one/.git']) await mkdir(join(root, folder), { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true, force: true }));
  const write = (name: string, text: string) => writeFile(join(root, name), text);
  const folders = () => ['one', 'two'].map((name) => join(root, name));

  it('give plans by name, of two alike that of the first folder, and nothing that is hidden or of another kind', async () => {
    await write('one/SinglePatch.toml', plan(1, '# As measured on Mondays\n'));
    await write('one/lab/head.toml', plan(2));
    await write('one/.git/config.toml', plan(3));
    await write('one/notes.txt', 'none');
    await write('two/SinglePatch.toml', plan(4));
    await write('two/other.toml', plan(5));
    const plans = await loadPlans(folders());
    expect(plans.map(({ name, description }) => [name, description])).toEqual([
      ['SinglePatch', 'As measured on Mondays'],
      ['lab/head', 'lab/head.toml of the folders of plans.'],
      ['other', 'other.toml of the folders of plans.'],
    ]);
    const registry = createRegistry([], plans);
    expect(registry.plan('SinglePatch').toml).toContain('value = 1');
    expect(registry.catalog.plans.map(({ name }) => name)).toEqual(['SinglePatch', 'lab/head', 'other']);
    expect(registry.folderPlans.has('lab/head')).toBe(true);
    expect(() => registry.plan('third')).toThrow('There are: SinglePatch, lab/head, other.');
  });

  it('are named by RONDEL_PLAN_DIRS, and as MPIReco has it, separated as PATH is', () => {
    const environment = { RONDEL_PLAN_DIRS: ['/a', '', '/b'].join(delimiter), MPIRECO_PLAN_DIRS: '/c' };
    expect(namedPlanFolders(environment)).toEqual(['/a', '/b', '/c']);
    expect(namedPlanFolders({})).toEqual([]);
  });

  it('are refused with the file when one is no plan, or cannot be read', async () => {
    await write('two/broken.toml', 'value = ');
    const attempt = async (list: string[]) =>
      loadPlans(list).then(
        () => undefined,
        (error: unknown) => isRondelError(error) && `${error.code} ${error.message}`,
      );
    expect(await attempt(folders())).toMatch(/^INVALID_REQUEST .*two\/broken\.toml .*RONDEL_PLAN_DIRS/);
    expect(await attempt([join(root, 'absent')])).toMatch(/^INVALID_REQUEST .*absent/);
  });
});
