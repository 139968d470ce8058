import { isRondelError, type RondelError } from '@rondel/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valueAt } from '../value/edit.js';
import { parsePlan } from '../text/parse-plan.js';
import { iterativeToml, sampleCatalog } from '../sample.test.support.js';
import { planSweep, productSweep, sweepOf, zipSweep, type PlanSweep } from './plan-sweep.js';

const root = parsePlan(iterativeToml);
const iterations = 'parameter.reco.iterations';

function vary(path: string, values: readonly unknown[], plan = root): PlanSweep {
  return planSweep(plan, { path, values }, sampleCatalog);
}

function refusal(action: () => unknown): RondelError {
  try {
    action();
  } catch (error) {
    if (isRondelError(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a sweep', () => {
  it('gives one complete plan per value and leaves the template alone', () => {
    const sweep = vary(iterations, [1, 5, 10]);
    expect([...sweep].map(({ plan }) => valueAt(plan, iterations))).toEqual([1n, 5n, 10n]);
    expect(sweep.length).toBe(3);
    expect(sweep.at(1).assignments).toEqual([{ name: iterations, value: 5 }]);
    expect(valueAt(root, iterations)).toBe(20n);
    expect(valueAt(sweep.at(0).plan, 'parameter.reco.reg')).toBe(valueAt(root, 'parameter.reco.reg'));
  });

  it('varies a bare name on every node that has it', () => {
    expect(vary('lambda', [1]).places).toEqual(['parameter.reco.reg[1].lambda']);
    expect(valueAt(vary('λ', [3]).at(0).plan, 'parameter.reco.reg[1].lambda')).toBe(3);
  });

  it('refuses values that the property does not take, all at once, and names that there are not', () => {
    const wrong = refusal(() => vary(iterations, [1, 'many', 0]));
    expect([wrong.code, wrong.failure.problems?.length]).toEqual(['PLAN_INVALID_VALUE', 2]);
    expect(refusal(() => vary('parameter.reco.iteratons', [1])).code).toBe('PLAN_UNKNOWN_PROPERTY');
    expect(refusal(() => vary('__proto__', [1])).code).toBe('PLAN_UNKNOWN_PROPERTY');
    expect(refusal(() => vary(iterations, [])).code).toBe('INVALID_REQUEST');
    expect(refusal(() => vary(iterations, [1]).at(1)).code).toBe('INVALID_REQUEST');
  });
});

describe('a product', () => {
  it('has all combinations, the first property changing fastest', () => {
    const sweep = productSweep(vary(iterations, [5, 10, 20]), vary('solver', ['CGNR', 'Kaczmarz']));
    expect([...sweep].map(({ assignments }) => assignments.map(({ value }) => value))).toEqual([
      [5, 'CGNR'],
      [10, 'CGNR'],
      [20, 'CGNR'],
      [5, 'Kaczmarz'],
      [10, 'Kaczmarz'],
      [20, 'Kaczmarz'],
    ]);
  });

  it('may hold zips', () => {
    const zipped = zipSweep(vary(iterations, [1, 2]), vary('lambda', [0.1, 0.2]));
    const sweep = productSweep(vary('eltype', ['Float32', 'Float64']), zipped);
    expect(sweep.length).toBe(4);
    expect(sweep.assignmentsAt(3).map(({ value }) => value)).toEqual(['Float64', 2, 0.2]);
    expect(sweep.names).toEqual(['eltype', iterations, 'lambda']);
  });

  it('is refused when it varies a property twice, however it is spelled, or different plans', () => {
    const twice = refusal(() => productSweep(vary(iterations, [1]), vary('iterations', [2])));
    expect([twice.code, twice.message]).toEqual([
      'INVALID_REQUEST',
      `${iterations} is varied twice. Keep one of the two.`,
    ]);
    const greek = () => zipSweep(vary('parameter.reco.reg[1].λ', [1]), vary('lambda', [2]));
    expect(refusal(greek).code).toBe('INVALID_REQUEST');
    const other = vary('lambda', [1], parsePlan(iterativeToml));
    expect(refusal(() => productSweep(vary(iterations, [1]), other)).message).toContain('different plans');
    expect(refusal(() => productSweep()).code).toBe('INVALID_REQUEST');
  });

  it('makes plans only when asked, and is refused beyond ten thousand', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    const large = productSweep(vary(iterations, hundred), vary('lambda', hundred));
    expect([large.length, valueAt(large.at(9_999).plan, iterations)]).toEqual([10_000, 100n]);
    const tooLarge = () => productSweep(large, vary('eltype', ['Float32', 'Float64']));
    expect(refusal(tooLarge).code).toBe('QUOTA_EXCEEDED');
  });
});

describe('a zip', () => {
  it('goes through all properties side by side, which must have as many values', () => {
    const both = {
      vary: [
        { path: iterations, values: [1, 2] },
        { path: 'lambda', values: [3, 4] },
      ],
      combine: 'zip' as const,
    };
    const plans = [...sweepOf(root, both, sampleCatalog)].map(({ plan }) => plan);
    expect(plans.map((plan) => [valueAt(plan, iterations), valueAt(plan, 'parameter.reco.reg[1].lambda')])).toEqual([
      [1n, 3],
      [2n, 4],
    ]);
    const unequal = refusal(() => zipSweep(vary(iterations, [1, 2]), vary('lambda', [1])));
    expect(unequal.message).toBe(
      `Properties that are varied side by side need as many values each: ${iterations} has 2, lambda has 1.`,
    );
  });
});

it('every combination of a product comes once and sets what it says', () => {
  const positive = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(positive, positive, positive, (counts, weights, angles) => {
      const sweep = productSweep(
        vary(iterations, counts),
        vary('lambda', weights),
        vary(
          'angles',
          angles.map((angle) => [angle]),
        ),
      );
      const seen = new Set<string>();
      for (const { plan, assignments } of sweep) {
        const set = [iterations, 'parameter.reco.reg[1].lambda', 'parameter.reco.angles'].map((path) =>
          valueAt(plan, path),
        );
        expect(JSON.stringify(set.map((value) => (typeof value === 'bigint' ? Number(value) : value)))).toBe(
          JSON.stringify(assignments.map(({ value }) => value)),
        );
        seen.add(JSON.stringify(assignments));
      }
      expect(seen.size).toBe(counts.length * weights.length * angles.length);
    }),
    { numRuns: 20 },
  );
});
