import { failure } from '@rondel/contracts';
import { expect, it } from 'vitest';
import { dataNamer, namedEnd } from './data-names.js';

const artifact = `artifact:sha256-${'a'.repeat(64)}`;
const dark = `artifact:sha256-${'b'.repeat(64)}`;
const data = { data: `${artifact}#/entry/data`, dark };

it('M7: says the names that the user gave instead of references', () => {
  const say = dataNamer(data, { data: 'scan.h5', dark: '$&.npy', unknown: 'x' });
  expect(say(`${artifact}#/entry/data: is damaged; ${dark}: is empty.`)).toBe(
    'scan.h5#/entry/data: is damaged; $&.npy: is empty.',
  );
});

it('M7: leaves references alone where no name was given', () => {
  expect(dataNamer(data)(`${artifact}: is empty.`)).toBe(`${artifact}: is empty.`);
});

it('M7: names the file in a failure and in all its problems', () => {
  const end = failure('DATA_FORMAT', `${dark}: is empty.`, { problems: [failure('DATA_FORMAT', `${dark}: is odd.`)] });
  expect(namedEnd({ kind: 'failed', failure: end }, dataNamer(data, { dark: 'dark.npy' }))).toMatchObject({
    failure: { message: 'dark.npy: is empty.', problems: [{ message: 'dark.npy: is odd.' }] },
  });
});
