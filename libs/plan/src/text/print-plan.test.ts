import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryPlan } from '../arbitrary-plan.test.support.js';
import { parsePlan } from './parse-plan.js';
import { printPlan } from './print-plan.js';
import { fbpToml, iterativeToml } from '../sample.test.support.js';
import { planFromTree } from './tree-reader.js';
import { planHash } from '../forms/plan-hash.js';
import { valueAt } from '../value/edit.js';
import { unwrapUnion } from '../value/plan-value.js';
import { toTree } from './tree-writer.js';

describe('printPlan', () => {
  it('writes TOML as savePlan lays it out', () => {
    expect(printPlan(parsePlan(fbpToml), 'toml')).toBe(fbpToml);
  });

  it('writes lists of nodes as arrays of tables and types on one line', () => {
    const oneLine = 'solver = { _module = "RegularizedLeastSquares", _type = "Type", _value = "CGNR" }';
    const table = /\n {8}\[parameter\.reco\.solver\]\n.*\n.*\n.*\n/;
    const expected = iterativeToml.replace(table, '').replace('iterations = 20\n', `iterations = 20\n    ${oneLine}\n`);
    expect(printPlan(parsePlan(iterativeToml), 'toml')).toBe(expected);
  });

  it('writes listeners of Julia files as Julia does', () => {
    const text = `_module = "MPIReco"
_type = "RecoPlan{SNRThresholdFrequencyFilterParameter}"

[[_listener.minFreq]]
_module = "AbstractImageReconstruction"
_type = "LinkedPropertyListener"
field = "sf"
plan = ["parameter", "reco"]

    [_listener.minFreq.fn]
    _module = "MPIReco"
    _type = "defaultParameterMinFreq"
`;
    const printed = printPlan(parsePlan(text), 'toml');
    expect(printed.replace(/^ +/gm, '')).toBe(text.replace(/^ +/gm, ''));
  });

  it('reads ranges of Julia as lists, and writes them as ranges again', () => {
    const range = (ends: string) => `{ _module = "Base", _type = "UnitRange", ${ends} }`;
    const text = `_module = "A"
_type = "B"
empty = ${range('start = 1, stop = 0')}
frames = { _module = "Core", _type = "Union", _unionmodule = "Core", _uniontype = "UnitRange{Int64}", _value = ${range('start = 2, stop = 4')} }
odd = { _module = "Base", _type = "StepRange", start = 1, step = 2, stop = 5 }
`;
    const plan = parsePlan(text);
    expect(['frames', 'odd', 'empty'].map((path) => unwrapUnion(valueAt(plan, path) ?? ''))).toEqual([
      [2n, 3n, 4n],
      [1n, 3n, 5n],
      [],
    ]);
    expect(parsePlan(printPlan(plan, 'toml'))).toEqual(plan);
    expect(printPlan(plan, 'toml')).toContain('_type = "UnitRange", start = 2, stop = 4');
    expect(planHash(plan)).toBe(
      planHash(parsePlan('_module = "A"\n_type = "B"\nframes = [2, 3, 4]\nodd = [1, 3, 5]\nempty = []')),
    );
    expect(() => parsePlan(`_type = "B"\nframes = ${range('start = 1, stop = 4_000_000_000')}`)).toThrow(
      'frames is a range of 4000000000 numbers',
    );
  });

  it('writes JSON with the tags first and floats with their dot', () => {
    const plan = planFromTree({ x: [1n, 1.5], y: 2, _type: 'A' }, 'exact');
    expect(printPlan(plan, 'json')).toBe('{\n  "_type": "A",\n  "x": [1, 1.5],\n  "y": 2.0\n}\n');
  });

  it.each(['toml', 'json'] as const)('prints what parses back to the same plan (%s)', (format) => {
    fc.assert(
      fc.property(arbitraryPlan, (plan) => {
        const printed = printPlan(plan, format);
        const parsed = parsePlan(printed, { format });
        expect(parsed).toEqual(plan);
        // Maps compare without order; a second print shows that the order of keys is kept too.
        expect(printPlan(parsed, format)).toBe(printed);
      }),
      { numRuns: 500 },
    );
  });

  it('makes trees that JSON can carry and planFromTree reads back to the same print', () => {
    fc.assert(
      fc.property(arbitraryPlan, (plan) => {
        const tree: unknown = JSON.parse(JSON.stringify(toTree(plan)));
        const again = planFromTree(tree);
        expect(toTree(again)).toEqual(tree);
      }),
    );
  });
});

describe('keys that are whole numbers', () => {
  it.each(['toml', 'json'] as const)('are kept, but come first when read (%s)', (format) => {
    const plan = planFromTree({ _type: 'A', table: { b: 1, 0: 2 } });
    const parsed = parsePlan(printPlan(plan, format), { format });
    expect(parsed).toEqual(plan);
    expect(JSON.stringify(toTree(parsed))).toBe('{"_type":"A","table":{"0":2,"b":1}}');
  });
});
