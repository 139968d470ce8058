import { expect, test } from 'vitest';
import { changedSettings } from './trial-settings.js';

const settings = { slice: 7, values: { method: 'grid', filter: 'hann' } };

test('values are added, replaced and taken back, and the slice stays unless it is another', () => {
  expect(changedSettings(settings, { kind: 'set', values: { filter: 'ramp', circle: false } })).toEqual({
    slice: 7,
    values: { method: 'grid', filter: 'ramp', circle: false },
  });
  expect(changedSettings(settings, { kind: 'unset', names: ['method', 'filter'] })).toEqual({ slice: 7, values: {} });
  expect(changedSettings(settings, { kind: 'slice', slice: 9 })).toEqual({ ...settings, slice: 9 });
  expect(changedSettings(settings, { kind: 'again' })).toEqual(settings);
});

test('a path takes the place of the bare name that had the same value, and stands beside one that has another', () => {
  const narrowed = changedSettings(settings, { kind: 'set', values: { 'parameter.reco.method': 'grid' } });
  expect(narrowed.values).toEqual({ filter: 'hann', 'parameter.reco.method': 'grid' });
  const both = changedSettings(settings, { kind: 'set', values: { 'parameter.reco.filter': 'ramp' } });
  expect(both.values).toEqual({ ...settings.values, 'parameter.reco.filter': 'ramp' });
});

test('a name that is not set is not taken back in silence', () => {
  expect(() => changedSettings(settings, { kind: 'unset', names: ['filter', 'filtr'] })).toThrow(
    'filtr is not set, so it is as the plan has it. Set are method, filter.',
  );
});
