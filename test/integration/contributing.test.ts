import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { float32Array } from '@rondel/contracts';
import { applyParameters, checkPlan, parsePlan, toTree, withDefaults } from '@rondel/plan';
import { buildAlgorithm, createExecutableRegistry, runSteps } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { labPackage } from '../support/packages/lab-package.js';

const guide = await readFile(new URL('../../CONTRIBUTING.md', import.meta.url), 'utf8');

function block(language: string): string {
  const match = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(guide);
  if (match?.[1] === undefined) throw new Error(`CONTRIBUTING.md has no ${language} block`);
  return match[1];
}

it('names files that are there for each of the six changes', () => {
  const [, section = ''] = /## Six changes\n([\s\S]*?)\n## /.exec(guide) ?? [];
  const files = [...section.matchAll(/`((?:apps|libs|test)\/[^`]*)`/g)].map(([, path = '']) => path);
  // What the reader is to make is in capitals.
  const named = files.filter((path) => !/[A-Z]{3}/.test(path));
  expect(named.length).toBeGreaterThan(10);
  const root = new URL('../../', import.meta.url);
  expect(named.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
});

describe('the package that CONTRIBUTING.md shows', () => {
  it('is the one that these tests compile and run', async () => {
    const source = await readFile(new URL('../support/packages/lab-package.ts', import.meta.url), 'utf8');
    expect(block('ts')).toBe(source);
  });

  it('runs the plan that is shown beside it', async () => {
    const registry = createExecutableRegistry([labPackage]);
    const plan = parsePlan(block('toml'));
    expect(checkPlan(plan, registry.catalog)).toEqual([]);
    const algorithm = buildAlgorithm(toTree(withDefaults(plan, registry.catalog)), registry);
    const logs: string[] = [];
    const output = await runSteps(
      algorithm.steps,
      { data: float32Array(new Float32Array([0.1, 0.6]), [1, 1, 1, 2]), companions: {}, attributes: {} },
      {
        signal: new AbortController().signal,
        memoryBytes: 1e9,
        onProgress: () => undefined,
        onStep: () => undefined,
        onLog: (_level, message) => logs.push(message),
      },
    );
    expect([...output.data.data]).toEqual([0, Math.fround(0.6)]);
    expect(logs).toEqual(['Kept values of 0.5 and more.']);
  });

  it('has its parameters checked against what it declares', () => {
    const registry = createExecutableRegistry([labPackage]);
    const { problems } = applyParameters(parsePlan(block('toml')), { level: -1, levle: 2 }, registry.catalog);
    expect(problems.map(({ code }) => code).sort()).toEqual(['PLAN_INVALID_VALUE', 'PLAN_UNKNOWN_PROPERTY']);
  });
});
