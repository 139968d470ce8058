import { isRondelError } from '@rondel/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { arbitraryPlan, arbitraryValue } from '../arbitrary-plan.test.support.js';
import { checkPlan } from '../check/check-plan.js';
import { parsePath } from '../value/path.js';
import { parsePlan } from '../text/parse-plan.js';
import { printPlan } from '../text/print-plan.js';
import { sampleCatalog } from '../sample.test.support.js';
import { valueToTree } from '../text/tree-writer.js';
import { parseValue, printValue } from './exact-text.js';
import { watchedPlan } from './live.test.support.js';
import { applyChanges, planChanges } from './plan-change.js';
import { changedState, type PlanEdit } from './plan-edit.js';

const path = fc.constantFrom(
  'parameter.reco.iterations',
  'parameter.pre.frames',
  'parameter.pre.numAverages',
  'parameter.reco.reg',
  'parameter.reco.reg[1]',
  'parameter.reco.reg[1].lambda',
  'parameter.reco.reg[2]',
  'parameter.reco.angles',
  'parameter.pre',
  'parameter.reco',
  'parameter',
  'parameter.reco.nowhere',
);
const reco = 'IterativeRadonReconstructionParameters';
const value = fc.oneof(
  fc.constantFrom<unknown>(1, 2, 20, -1, 'text', null, true, [1, 2, 3], [0.5], []),
  fc.constantFrom<unknown>(
    { _type: reco, iterations: 3 },
    { _type: 'RadonPreprocessingParameters', frames: [2] },
    [{ _type: 'L2Regularization', lambda: 1 }, { _type: 'PositiveRegularization' }],
    { _type: 'IterativeRadonParameters', pre: { _type: 'RadonPreprocessingParameters' }, reco: { _type: reco } },
    { _remote: 'npy', uri: 'root://a/b.npy' },
  ),
  arbitraryValue.map(valueToTree),
);
const name = fc.constantFrom('iterations', 'frames', 'numAverages', 'lambda', 'parameter.reco.reg[1].lambda', 'typo');

const edit: fc.Arbitrary<PlanEdit> = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), path, value }),
  fc.record({ kind: fc.constant('set-all' as const), parameters: fc.dictionary(name, value, { maxKeys: 3 }) }),
  fc.record({ kind: fc.constant('remove' as const), path }),
  fc.record({
    kind: fc.constant('clear' as const),
    path: fc.option(path, { nil: undefined }),
    keepNodes: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('link' as const),
    target: path,
    source: path,
    function: fc.constantFrom('length', 'identity', 'maximum', 'Lab.half', 'unknown'),
  }),
  fc.record({ kind: fc.constant('unlink' as const), target: path }),
);

function invalid(plan: Parameters<typeof checkPlan>[0]) {
  return checkPlan(plan, sampleCatalog).filter(({ code }) => code !== 'PLAN_MISSING_PROPERTY');
}

it('no sequence of edits leaves a live plan inconsistent, its copies or its observers behind', () => {
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
      const { plan, errors } = watchedPlan();
      const replayed: { tree: typeof plan.tree } = { tree: plan.tree };
      plan.on('', (event) => {
        // The parts of one change are told one after the other; the last one completes the copy.
        const at = parsedPath(event.path);
        replayed.tree = applyChanges(replayed.tree, [{ at, value: 'missing' in event ? undefined : event.value }]);
      });
      let copy = { tree: plan.tree, released: new Set(plan.released) as ReadonlySet<string> };
      for (const wanted of edits) {
        const version = plan.version;
        try {
          const { changes, state } = plan.preview(wanted);
          copy = changedState(copy, changes, state.released);
          plan.edit(wanted);
        } catch (error) {
          if (!isRondelError(error) || !error.code.startsWith('PLAN_')) throw error;
          expect(plan.version).toBe(version);
        }
      }
      expect(errors).toEqual([]);
      expect(invalid(plan.tree)).toEqual([]);
      expect(replayed.tree).toEqual(plan.tree);
      expect([...replayed.tree.properties.keys()]).toEqual([...plan.tree.properties.keys()]);
      expect(printPlan(copy.tree, 'toml')).toBe(printPlan(plan.tree, 'toml'));
      expect([...copy.released].sort()).toEqual([...plan.released].sort());
      expect(parsePlan(printPlan(plan.tree, 'json', { keepPlacement: true }))).toEqual(plan.tree);
    }),
    { numRuns: 300 },
  );
});

it('the changes between any two plans make the one of the other, order of keys included', () => {
  fc.assert(
    fc.property(arbitraryPlan, arbitraryPlan, (before, after) => {
      const made = applyChanges(before, planChanges(before, after));
      expect(printPlan(made, 'json')).toBe(printPlan(after, 'json'));
    }),
  );
});

it('exact text keeps every value', () => {
  fc.assert(
    fc.property(arbitraryValue, (any) => {
      expect(parseValue(printValue(any))).toEqual(any);
    }),
  );
});

function parsedPath(text: string) {
  return text === '' ? [] : parsePath(text);
}
