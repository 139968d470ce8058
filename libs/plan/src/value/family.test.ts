import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryPlan } from '../arbitrary-plan.test.support.js';
import { nodeAt } from './edit.js';
import { childrenOf, parentOf, pathOf } from './family.js';
import { parsePlan } from '../text/parse-plan.js';
import { iterativeToml } from '../sample.test.support.js';
import { walkPlan } from './walk.js';

const plan = parsePlan(iterativeToml);

describe('a node of a plan', () => {
  it('has children and a parent, each with its path', () => {
    expect(childrenOf(plan).map(({ path }) => path)).toEqual(['parameter']);
    expect(childrenOf(plan, 'parameter.reco').map(({ path }) => path)).toEqual([
      'parameter.reco.reg[1]',
      'parameter.reco.reg[2]',
    ]);
    expect(parentOf(plan, 'parameter.reco.reg[2]')).toMatchObject({ path: 'parameter.reco' });
    expect(parentOf(plan, '')).toBeUndefined();
    expect(parentOf(plan, 'parameter.nowhere')).toBeUndefined();
    expect(childrenOf(plan, 'parameter.reco.iterations')).toEqual([]);
  });

  it('is found by its path, and its path by the node', () => {
    fc.assert(
      fc.property(arbitraryPlan, (random) => {
        for (const { node, path } of walkPlan(random)) {
          const found = pathOf(random, node);
          expect(found).toBeDefined();
          if (found !== undefined && found !== '') expect(nodeAt(random, found)).toBe(node);
          for (const child of childrenOf(random, path)) expect(parentOf(random, child.path)?.path).toBe(path);
        }
      }),
      { numRuns: 50 },
    );
    expect(pathOf(plan, parsePlan('_type = "Stranger"'))).toBeUndefined();
  });
});
