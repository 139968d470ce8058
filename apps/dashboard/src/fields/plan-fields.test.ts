import type { Catalog, CatalogNode, CatalogProperty } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { applyParameters, parsePlan } from '@rondel/plan';
import { prepareSubmission } from '../submit/content/submission.js';
import { emptyJob } from '../submit/content/job-fields.js';
import { withReference } from './with-reference.js';
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

describe('the form of a plan with files, default nodes and properties that depend on others', () => {
  const node = (type: string, properties: CatalogProperty[]): CatalogNode => ({
    ...{ module: 'Lab', type, package: 'lab', kind: 'value', description: '' },
    properties,
  });
  const reference = { type: 'string', format: 'data-reference' };
  const scan: Catalog = {
    ...catalog,
    nodes: [
      node('Scan', [
        { name: 'sf', description: '', schema: reference, optional: false },
        { name: 'empty', description: '', schema: { type: 'array', items: reference }, optional: true },
        { name: 'weights', description: '', accepts: ['None', 'Channels'], optional: true, default: { _type: 'None' } },
        { name: 'solver', description: '', accepts: ['A', 'B'], typeReference: true, optional: true, default: 'A' },
        {
          ...{ name: 'rho', description: '', schema: { type: 'number' }, optional: true, default: 1 },
          onlyFor: { property: 'solver', values: ['B'] },
        },
      ]),
      node('None', []),
      node('Channels', [{ name: 'factor', description: '', schema: { type: 'number' }, optional: true, default: 2 }]),
    ],
  };
  const plan = parsePlan('_module = "Lab"\n_type = "RecoPlan{Scan}"');
  const shown = (texts = {}, of = plan) =>
    formOfPlan(of, scan, texts).flatMap(({ fields }) =>
      fields.map(({ path, kind, initial }) => [path, kind.kind, initial]),
    );

  it('has a field for a file, and one for the node that stands there by default', () => {
    expect(shown()).toEqual([
      ['sf', 'file', ''],
      ['empty', 'file', ''],
      ['weights', 'node', 'None'],
      ['solver', 'choice', 'A'],
    ]);
  });

  it('has the fields of what is chosen in it', () => {
    expect(shown({ solver: 'B', weights: 'Channels' }).slice(3)).toEqual([
      ['solver', 'choice', 'A'],
      ['rho', 'number', '1'],
      ['weights.factor', 'number', '2'],
    ]);
    const given = parsePlan('_module = "Lab"\n_type = "Scan"\n[weights]\n_type = "Channels"\nfactor = 5');
    expect(shown({}, given).at(-1)).toEqual(['weights.factor', 'number', '5']);
    expect(shown({ weights: 'None' }, given).at(-1)).toEqual(['solver', 'choice', 'A']);
  });

  it('submits a node that was chosen with what is set in it', () => {
    const texts = { sf: 'root://a/b', empty: 'root://a/c', weights: 'Channels', 'weights.factor': '7' };
    const groups = formOfPlan(plan, scan, texts);
    const { parameters } = prepareSubmission(
      { ...emptyJob, data: 'root://a/d' },
      { source: 'x', groups },
      texts,
    ).submission;
    expect(parameters).toEqual({
      sf: 'root://a/b',
      empty: 'root://a/c',
      weights: { _type: 'Channels' },
      'weights.factor': 7,
    });
    expect(applyParameters(plan, parameters ?? {}, scan).problems).toEqual([]);
  });

  it('adds a chosen file to a list', () => {
    expect(withReference('', 'root://a/b')).toBe('root://a/b');
    expect(withReference('root://a/b', 'root://a/c')).toBe('["root://a/b", "root://a/c"]');
    expect(withReference('["root://a/b"]', 'root://a/c')).toBe('["root://a/b", "root://a/c"]');
  });
});
