import { parsePlan } from '@rondel/plan';
import { createRegistry } from '@rondel/reco';
import { radonManifest } from '@rondel/radon/manifest';
import { expect, test } from 'vitest';
import { chosenMethod } from './chosen-method.js';

const registry = createRegistry([radonManifest]);
const { catalog } = registry;
const plan = parsePlan(registry.plan('radon/fbp').toml, { format: 'toml' });
const grid = { 'parameter.reco.method': 'grid' };

test('a large slice takes the Fourier grid, whatever else is set, and a small one or one of unknown size what the plan has', () => {
  const choose = chosenMethod(plan, { sums: 2048 ** 2 * 1500, catalog });
  expect(choose({})).toEqual(grid);
  const rings = { rings: { _type: 'RecoPlan{RingRemovalParameters}' }, 'parameter.rings.method': 'sorting' };
  expect(choose({ centerOfRotation: 1030, filter: 'hann', ...rings })).toEqual(grid);
  for (const sums of [512 ** 2 * 720, undefined]) expect(chosenMethod(plan, { sums, catalog })({})).toEqual({});
});

test.each([
  ['the method is set', { method: 'sums' }],
  ['the method is set by its path', { 'parameter.reco.method': 'sums' }],
  ['rays are set that the grid may not take', { geometry: { _type: 'RadonParallelCircle', radius: 1024 } }],
  ['another step makes the image', { reco: { _type: 'RecoPlan{RadonBackprojectionParameters}' } }],
  ['the server will refuse it', { filtr: 'hann' }],
])('nothing is chosen where %s', (_, values) => {
  expect(chosenMethod(plan, { sums: 2 ** 40, catalog })(values)).toEqual({});
});
