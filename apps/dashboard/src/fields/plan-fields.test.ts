import type { Catalog } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '@rondel/plan';
import { formOfPlan } from './plan-fields.js';

const catalog: Catalog = {
  packages: [{ name: 'lab', version: '1', module: 'Lab', aliases: [], description: '' }],
  plans: [],
  nodes: [
    {
      module: 'Lab',
      type: 'Root',
      package: 'lab',
      kind: 'algorithm',
      description: '',
      properties: [{ name: 'parameter', description: '', accepts: ['Step'], optional: false }],
    },
    {
      module: 'Lab',
      type: 'Step',
      package: 'lab',
      kind: 'step',
      description: '',
      properties: [
        { name: 'level', description: '', schema: { type: 'number' }, optional: false },
        { name: 'frames', description: '', schema: { type: 'array' }, default: [1, 2], optional: true },
        { name: 'reg', description: '', accepts: ['Term'], list: true, optional: true },
      ],
    },
    {
      module: 'Lab',
      type: 'Term',
      package: 'lab',
      kind: 'value',
      description: '',
      properties: [{ name: 'lambda', description: '', schema: { type: 'number' }, optional: true }],
    },
  ],
};

describe('the form of a plan', () => {
  it('has the properties of every node with what the plan or the default says', () => {
    const plan = parsePlan(`_module = "Lab"
_type = "RecoPlan{Root}"
[parameter]
_type = "RecoPlan{Step}"
level = 0.5
[[parameter.reg]]
_type = "Term"
`);
    const groups = formOfPlan(plan, catalog);
    const fields = groups.flatMap(({ node, fields }) => fields.map(({ path, initial }) => [node.type, path, initial]));
    expect(fields).toEqual([
      ['Step', 'parameter.level', '0.5'],
      ['Step', 'parameter.frames', '[1, 2]'],
      ['Term', 'parameter.reg[1].lambda', ''],
    ]);
  });
});
