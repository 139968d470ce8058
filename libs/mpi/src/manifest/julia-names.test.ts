import { catalogOf } from '@rondel/reco';
import { expect, it } from 'vitest';
import { mpiManifest } from '../manifest.js';

const greek: Readonly<Record<string, string>> = {
  λ: 'lambda',
  β: 'beta',
  Γ: 'Gamma',
  σ: 'sigma',
  τ: 'tau',
  ϵ: 'epsilon',
};

it('properties that Julia names with Greek letters are found by both names', () => {
  const named = catalogOf([mpiManifest]).nodes.flatMap(({ properties }) =>
    properties.flatMap(({ name, juliaName }) => (juliaName === undefined ? [] : [{ name, juliaName }])),
  );
  expect(named.map(({ juliaName }) => juliaName)).toEqual(expect.arrayContaining(['startλ', 'Γ', 'λ', 'β']));
  // Plans spell the letters out, without a capital that the word would have in English.
  for (const { name, juliaName } of named) {
    expect(name).toBe(juliaName.replace(/[λβΓστϵ]/gu, (letter) => greek[letter] ?? letter));
  }
});
