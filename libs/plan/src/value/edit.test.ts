import { isRondelError } from '@rondel/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryPlan } from '../arbitrary-plan.test.support.js';
import { clearAt, clearPlan, nodeAt, setAt, valueAt } from './edit.js';
import { parsePlan } from '../text/parse-plan.js';
import { formatPath, parsePath } from './path.js';
import { printPlan } from '../text/print-plan.js';
import { fbpToml, iterativeToml } from '../sample.test.support.js';
import { walkPlan } from './walk.js';

const plan = parsePlan(iterativeToml);

describe('paths', () => {
  it.each<[string, (string | number)[]]>([
    ['a', ['a']],
    ['parameter.reco.reg[1].lambda', ['parameter', 'reco', 'reg', 1, 'lambda']],
    ['a[2][3]', ['a', 2, 3]],
    ['"a.b"."c\\"d"', ['a.b', 'c"d']],
    ['λ', ['λ']],
  ])('%s is taken apart and put together', (text, segments) => {
    expect(parsePath(text)).toEqual(segments);
    expect(formatPath(segments)).toBe(text);
  });

  it('are the inverse of their text for any names', () => {
    const segments = fc.array(fc.oneof(fc.string(), fc.integer({ min: 1, max: 999_999_999 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(segments, (path) => {
        expect(parsePath(formatPath(path))).toEqual(path);
      }),
    );
  });

  it.each(['', '.', 'a.', '.a', 'a..b', 'a[0]', 'a[-1]', 'a[', 'a[x]', 'a.[1]', '"a', 'a b', 'a=1'])(
    '%j is none',
    (text) => {
      expect(() => parsePath(text)).toThrow(expect.toSatisfy(isRondelError));
    },
  );
});

describe('edits', () => {
  it('find and replace a value and leave the rest of the tree shared', () => {
    const changed = setAt(plan, 'parameter.reco.iterations', 5n);
    expect(valueAt(changed, 'parameter.reco.iterations')).toBe(5n);
    expect(valueAt(plan, 'parameter.reco.iterations')).toBe(20n);
    expect(valueAt(changed, 'parameter.reco.reg')).toBe(valueAt(plan, 'parameter.reco.reg'));
  });

  it('make a property missing, and a list shorter', () => {
    expect(valueAt(clearAt(plan, 'parameter.reco.iterations'), 'parameter.reco.iterations')).toBeUndefined();
    expect(nodeAt(clearAt(plan, 'parameter.reco.reg[1]'), 'parameter.reco.reg[1]')?.type).toBe(
      'PositiveRegularization',
    );
  });

  it('look through the tags of a union field', () => {
    const union = parsePlan('_type = "A"\nx = { _type = "Union", _uniontype = "B", _value = { _type = "B", y = 1 } }');
    expect(valueAt(union, 'x.y')).toBe(1n);
    const changed = setAt(union, 'x.y', 2n);
    expect(valueAt(changed, 'x')).toMatchObject({ kind: 'union', unionType: 'B' });
    expect(valueAt(changed, 'x.y')).toBe(2n);
  });

  it.each([
    'parameter.none.x',
    'parameter.reco.reg[9].x',
    'parameter.reco.iterations.x',
    'parameter[1]',
    '_type',
    'parameter.reco.reg.x',
  ])('refuse to set %s', (path) => {
    expect(() => setAt(plan, path, 1n)).toThrow(expect.toSatisfy(isRondelError));
  });

  it('turn a plan into a template that keeps its nodes and tags', () => {
    const text = printPlan(clearPlan(parsePlan(`${fbpToml}_listener = { x = 1 }`)), 'toml');
    expect(text).toContain('RadonFilteredBackprojectionParameters');
    expect(text).toContain('_listener');
    expect(text).not.toMatch(/filter =|frames =/);
    expect(clearPlan(plan, { keepNodes: false }).properties.size).toBe(0);
  });
});

describe('walkPlan', () => {
  it('visits every node once, with a path and a parent that lead to it', () => {
    expect([...walkPlan(plan)].map(({ path }) => path)).toEqual([
      '',
      'parameter',
      'parameter.reco',
      'parameter.reco.reg[1]',
      'parameter.reco.reg[2]',
    ]);
    fc.assert(
      fc.property(arbitraryPlan, (random) => {
        for (const { node, path, parent, property } of walkPlan(random)) {
          if (path !== '') expect(nodeAt(random, path)).toBe(node);
          expect(parent === undefined).toBe(path === '');
          if (property !== undefined) expect(parent?.node.properties.has(property)).toBe(true);
        }
      }),
    );
  });
});
