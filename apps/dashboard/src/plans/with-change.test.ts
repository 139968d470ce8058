import { formatPlanTree, parsePlan } from '@rondel/plan';
import { describe, expect, it } from 'vitest';
import { withChange } from './with-change.js';

const plan = parsePlan(`_module = "Lab"
_type = "RecoPlan{Root}"
level = 1.0

[parameter]
_type = "RecoPlan{Step}"
frames = [1, 2]
`);
const linesAfter = (change: Parameters<typeof withChange>[1]) => {
  const changed = withChange(plan, change);
  return changed && formatPlanTree(changed).map(({ text }) => text);
};

describe('a change that was told', () => {
  it('replaces a value, a node, or makes it missing', () => {
    expect(linesAfter({ path: 'parameter.frames', value: [3], missing: false })).toContain('frames = [3]');
    const node = { _type: 'RecoPlan{Other}', width: 2 };
    expect(linesAfter({ path: 'parameter', value: node, missing: false })).toEqual(
      expect.arrayContaining(['parameter: Other', 'width = 2']),
    );
    expect(linesAfter({ path: 'level', value: undefined, missing: true })?.join()).not.toContain('level');
  });

  it('that does not fit the plan asks for the plan to be read again', () => {
    expect(withChange(plan, { path: 'elsewhere.width', value: 1, missing: false })).toBeUndefined();
  });
});
