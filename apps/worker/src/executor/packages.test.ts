import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { computedBy, computingLibraries, installedPackages } from './packages.js';

it('tells packages and libraries by the versions that they are published under', async () => {
  const packages = installedPackages.map(({ manifest: { name, version } }) => ({ name, version }));
  const libraries = Object.entries(computingLibraries).map(([name, version]) => ({ name, version }));
  for (const { name, version } of [...packages, ...libraries]) {
    const file = new URL(`../../../../libs/${name.replace('@rondel/', '')}/package.json`, import.meta.url);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ name, version });
  }
});

it('holds what other kernels or readers have computed for another result', () => {
  expect(computedBy({ name: 'wasm', version: 'tfjs 4.22.0' })).toBe(
    `wasm tfjs 4.22.0, @rondel/compute ${computingLibraries['@rondel/compute']}, @rondel/formats ${computingLibraries['@rondel/formats']}`,
  );
});
