import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryPlan } from '../arbitrary-plan.test.support.js';
import { withDefaults } from './defaults.js';
import { setAt } from '../value/edit.js';
import { parsePlan } from '../text/parse-plan.js';
import { planHash } from './plan-hash.js';
import { isList, isNode, isTable, isUnion, type PlanNode, type PlanValue } from '../value/plan-value.js';
import { printPlan } from '../text/print-plan.js';
import { fbpToml, iterativeToml, sampleCatalog } from '../sample.test.support.js';
import { planFromTree } from '../text/tree-reader.js';
import { toTree } from '../text/tree-writer.js';

/** Rewrites a value in another spelling: keys reversed, RecoPlan{} toggled, modules written out, integers as floats. */
function respell(value: PlanValue, module: string | undefined): PlanValue {
  if (typeof value === 'bigint') return BigInt(Number(value)) === value ? Number(value) : value;
  if (typeof value !== 'object') return value;
  if (isList(value)) return value.map((item) => respell(item, module));
  if (isNode(value)) return respellNode(value, module);
  if (isUnion(value)) return { ...value, unionType: 'Other', value: respell(value.value, module) };
  return isTable(value) ? { ...value, entries: reversed(value.entries, module) } : value;
}

function respellNode(node: PlanNode, module: string | undefined): PlanNode {
  const own = node.module ?? module;
  return { ...node, module: own, wrapped: !node.wrapped, properties: reversed(node.properties, own) };
}

function reversed(entries: ReadonlyMap<string, PlanValue>, module: string | undefined): ReadonlyMap<string, PlanValue> {
  return new Map([...entries].reverse().map(([key, value]) => [key, respell(value, module)]));
}

describe('planHash', () => {
  it('is SHA-256 of the documented text', () => {
    const plan = planFromTree({ _type: 'A', _module: 'M', b: [1, 0.5], a: { _type: 'B' }, λ: 'x', c: null });
    // printf 'rondel-plan-1\nN"M","A"{"a":N"M","B"{},"b":[1,0.5,],"c":T{},"lambda":"x",}' | sha256sum
    expect(planHash(plan)).toBe('951ad81d2e50d8f283b41b7073274ee7f4fc47d356cd85641a5af73defe67e75');
  });

  it('does not depend on order, number spelling, repeated modules, RecoPlan{} or union tags', () => {
    fc.assert(
      fc.property(arbitraryPlan, (plan) => {
        expect(planHash(respellNode(plan, plan.module))).toBe(planHash(plan));
      }),
    );
  });

  it('survives printing in both formats and the way through JSON', () => {
    fc.assert(
      fc.property(arbitraryPlan, (plan) => {
        const hash = planHash(plan);
        expect(planHash(parsePlan(printPlan(plan, 'toml'), { format: 'toml' }))).toBe(hash);
        expect(planHash(parsePlan(printPlan(plan, 'json'), { format: 'json' }))).toBe(hash);
        expect(planHash(planFromTree(toTree(plan)))).toBe(hash);
      }),
    );
  });

  it.each<[string, PlanValue, PlanValue]>([
    ['1 and 2', 1n, 2n],
    ['1 and "1"', 1n, '1'],
    ['a list and its item', [1n], 1n],
    ['nested and flat lists', [[1n], 2n], [[1n, 2n]]],
    ['nan and inf', NaN, Infinity],
    ['inf and -inf', Infinity, -Infinity],
    ['a type and its name', { kind: 'type', name: 'CGNR' }, 'CGNR'],
    ['neighbouring doubles', 0.1, 0.1 + 2 ** -56],
    ['neighbouring 64-bit integers', 2n ** 62n, 2n ** 62n + 1n],
  ])('tells %s apart', (_what, a, b) => {
    const plan = parsePlan('_type = "A"');
    expect(planHash(setAt(plan, 'x', a))).not.toBe(planHash(setAt(plan, 'x', b)));
  });

  it('tells missing from nothing, and one module from another', () => {
    expect(planHash(parsePlan('_type = "A"'))).not.toBe(planHash(parsePlan('_type = "A"\nx = {}')));
    const inModule = (module: string) => planHash(parsePlan(`_type = "A"\n_module = "${module}"`));
    expect(inModule('M')).not.toBe(inModule('N'));
  });

  it('is the same for the plan of Julia and a terse one, once defaults are filled in', () => {
    const terse = parsePlan(`_type = "IterativeRadonAlgorithm"
      [parameter]
      _type = "IterativeRadonParameters"
      reco = { _type = "IterativeRadonReconstructionParameters", shape = [64.0, 64], angles = [0, 1, 2], solver = "CGNR", iterations = 20.0, eltype = "Float32", reg = [{ _type = "L2Regularization", lambda = 1e-3 }, { _type = "PositiveRegularization" }] }`);
    const julia = parsePlan(iterativeToml);
    expect(planHash(terse)).not.toBe(planHash(julia));
    expect(planHash(withDefaults(terse, sampleCatalog))).toBe(planHash(withDefaults(julia, sampleCatalog)));
  });

  it('changes with a default that the plan overrides', () => {
    const plan = parsePlan(fbpToml);
    const other = setAt(plan, 'parameter.reco.filter', 'ramp');
    expect(planHash(withDefaults(plan, sampleCatalog))).not.toBe(planHash(withDefaults(other, sampleCatalog)));
  });
});
