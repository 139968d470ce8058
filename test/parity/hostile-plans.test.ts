import { isRondelError } from '@rondel/contracts';
import { applyParameters, ignoredProperties, parsePlan, planFromTree, planLimits } from '@rondel/plan';
import { describe, expect, it } from 'vitest';
import { catalog, iterativePlan } from './radon-plans.js';

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isRondelError(error)) return error.code;
    throw error;
  }
  return 'accepted';
}

/** Heap that the work leaves and needs stays below the bound, measured as growth after it. */
function heapGrowth(work: () => unknown): number {
  const before = process.memoryUsage().heapUsed;
  work();
  return process.memoryUsage().heapUsed - before;
}

const levels = 10_000;
const keys = 1_000_000;

describe('a hostile plan is refused', () => {
  it.each<[string, string]>([
    ['tables in JSON', `${'{"_type":"A","a":'.repeat(levels)}1${'}'.repeat(levels)}`],
    ['arrays in JSON', `{"_type":"A","a":${'['.repeat(levels)}${']'.repeat(levels)}}`],
    ['arrays in TOML', `_type = "A"\na = ${'['.repeat(levels)}${']'.repeat(levels)}`],
    ['inline tables in TOML', `_type = "A"\na = ${'{ a = '.repeat(levels)}1${' }'.repeat(levels)}`],
    ['a header in TOML', `_type = "A"\n[${Array.from({ length: levels }, () => 'a').join('.')}]\nb = 1`],
    ['a dotted key in TOML', `_type = "A"\n${Array.from({ length: levels }, () => 'a').join('.')} = 1`],
  ])('when it has 10,000 levels: %s', (_what, text) => {
    expect(codeOf(() => parsePlan(text))).toBe('PLAN_SYNTAX');
  });

  it('when it has 100 MB, before it is read', () => {
    const text = `_type = "A"\nx = "${'x'.repeat(100_000_000)}"`;
    // Reading it would take at least the text once more.
    expect(heapGrowth(() => codeOf(() => parsePlan(text)))).toBeLessThan(50e6);
    expect(codeOf(() => parsePlan(text))).toBe('PLAN_SYNTAX');
  });

  it('when it has a million keys, as text and as a tree', () => {
    const names = Array.from({ length: keys }, (_, index) => `k${index}`);
    const tree = { _type: 'A', ...Object.fromEntries(names.map((name) => [name, 1])) };
    expect(codeOf(() => planFromTree(tree))).toBe('PLAN_SYNTAX');
    expect(codeOf(() => parsePlan(`{"_type":"A",${names.map((name) => `"${name}":1`).join()}}`))).toBe('PLAN_SYNTAX');
    expect(codeOf(() => parsePlan(`_type="A"\n${names.map((name) => `${name}=1`).join('\n')}`))).toBe('PLAN_SYNTAX');
  });

  it('when as many keys as fit into a file are more than a plan has values', () => {
    const names = Array.from({ length: 500_000 }, (_, index) => index.toString(36));
    expect(codeOf(() => parsePlan(`{"_type":"A",${names.map((name) => `"k${name}":1`).join()}}`))).toBe('PLAN_SYNTAX');
    expect(codeOf(() => parsePlan(`_type="A"\n${names.map((name) => `k${name}=1`).join('\n')}`))).toBe('PLAN_SYNTAX');
  });

  it.each(['__proto__', 'constructor', 'prototype'])('when it has a key %s, anywhere and in any form', (key) => {
    const texts = [
      `_type = "A"\n${key} = 1`,
      `_type = "A"\n[a.${key}]\nb = 1`,
      `_type = "A"\na = [{ "${key}" = { polluted = true } }]`,
      `{"_type": "A", "a": {"${key}": {"polluted": true}}}`,
    ];
    for (const text of texts) expect(codeOf(() => parsePlan(text))).toBe('PLAN_SYNTAX');
    const tree: unknown = JSON.parse(`{"_type": "A", "a": {"${key}": 1}}`);
    expect(codeOf(() => planFromTree(tree))).toBe('PLAN_SYNTAX');
    const { plan, problems } = applyParameters(iterativePlan(), { [`parameter.${key}`]: 1 }, catalog);
    expect(plan).toEqual(iterativePlan());
    expect(problems).toMatchObject([{ code: 'PLAN_UNKNOWN_PROPERTY' }]);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('or checked within bounds, when every one of its properties is unknown', () => {
    const unknown = Object.fromEntries(
      Array.from({ length: planLimits.values - 10 }, (_, index) => [`${'q'.repeat(90)}${index}`, 1]),
    );
    const plan = planFromTree({ _module: 'RondelRadon', _type: 'TransmissionPreprocessingParameters', ...unknown });
    expect(ignoredProperties(plan, catalog)).toHaveLength(planLimits.problems + 1);
  });
});
