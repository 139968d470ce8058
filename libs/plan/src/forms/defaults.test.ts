import { isRondelError, type Catalog } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { describe, expect, it } from 'vitest';
import { withDefaults } from './defaults.js';
import { parsePlan } from '../text/parse-plan.js';
import { printPlan } from '../text/print-plan.js';
import { fbpToml, iterativeToml, sampleCatalog } from '../sample.test.support.js';

function complete(toml: string): string {
  return printPlan(withDefaults(parsePlan(toml), sampleCatalog), 'toml');
}

describe('withDefaults', () => {
  it('fills in every default and keeps what is given', () => {
    expect(complete(fbpToml)).toBe(
      fbpToml
        .replace('frames = [1, 2, 3]\n', 'frames = [1, 2, 3]\n    numAverages = 1\n')
        .replace('spacing = 1.0\n', 'spacing = 1.0\n    center = {}\n'),
    );
  });

  it('spells modules, names and types as the catalog does', () => {
    const text = complete(iterativeToml);
    expect(text).not.toContain('OurRadonReco');
    expect(text).toContain('lambda = 0.001');
    expect(text).toContain('eltype = "Float32"');
    expect(complete('_type = "Shared"\n_module = "Other"')).toBe('_module = "Other"\n_type = "Shared"\n');
  });

  it('changes nothing the second time', () => {
    for (const toml of [fbpToml, iterativeToml]) expect(complete(complete(toml))).toBe(complete(toml));
  });

  it('keeps what the catalog does not know', () => {
    const text = '_type = "Unknown"\nx = 1\ny = 1.0\n';
    expect(complete(text)).toBe(text);
  });

  it('drops nothing where it says no more than an absent property', () => {
    expect(complete(`${fbpToml}angles = {}`)).toBe(complete(fbpToml));
  });

  it('blames the package whose default does not fit its own schema', () => {
    const property = { name: 'x', description: 'x', optional: false, schema: Type.Integer(), default: 'one' };
    const node = { module: 'M', type: 'T', package: '@m/m', description: 'T', properties: [property] };
    const catalog: Catalog = { packages: [], nodes: [{ ...node, kind: 'value' }], plans: [] };
    try {
      withDefaults(parsePlan('_type = "T"'), catalog);
      expect.unreachable();
    } catch (error) {
      expect(isRondelError(error) && error.message).toBe(
        '@m/m declares a default that it does not accept: T.x must be an integer, got "one".',
      );
    }
  });
});
