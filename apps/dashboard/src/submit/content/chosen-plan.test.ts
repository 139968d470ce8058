import type { Catalog } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { choosePlan, ownPlan, planProblems } from './chosen-plan.js';

const catalog: Catalog = {
  packages: [{ name: 'lab', version: '1', module: 'Lab', aliases: [], description: '' }],
  plans: [{ name: 'lab/root', description: '', toml: '_module = "Lab"\n_type = "RecoPlan{Root}"\nlevel = 1.0\n' }],
  nodes: [
    {
      module: 'Lab',
      type: 'Root',
      package: 'lab',
      kind: 'algorithm',
      description: '',
      properties: [
        { name: 'level', description: '', schema: { type: 'number', minimum: 0 }, optional: false },
        { name: 'width', description: '', schema: { type: 'number' }, optional: false },
      ],
    },
  ],
};
const own = (planText: string) => choosePlan({ plan: ownPlan, planText }, catalog);

describe('the plan that a person brings', () => {
  it.each([
    ['TOML', '_module = "Lab"\n_type = "RecoPlan{Root}"\nlevel = 2.0\n'],
    ['JSON', '{"_module": "Lab", "_type": "RecoPlan{Root}", "level": 2.0}'],
  ])('as %s has the same form and is submitted as TOML', (_, text) => {
    const { source, groups } = own(text);
    expect(source).toMatch(/level = 2\.0/);
    expect(groups.flatMap(({ fields }) => fields.map(({ path, initial }) => [path, initial]))).toEqual([
      ['level', '2'],
      ['width', ''],
    ]);
  });

  it('is checked together with what stands in the form', () => {
    const chosen = own('_module = "Lab"\n_type = "RecoPlan{Root}"\nlevel = -2.0\nwidths = 1\n');
    const problemsWith = (parameters: Record<string, unknown>) =>
      planProblems(chosen, parameters, catalog).map(({ code, at }) => `${code} ${at ?? ''}`);
    expect(problemsWith({}).sort()).toEqual([
      'PLAN_INVALID_VALUE level',
      'PLAN_MISSING_PROPERTY width',
      'PLAN_UNKNOWN_PROPERTY widths',
    ]);
    expect(problemsWith({ level: 1, width: 3 })).toEqual(['PLAN_UNKNOWN_PROPERTY widths']);
  });

  it('says where its text is wrong', () => {
    const chosen = own('_type = ');
    expect(chosen.source).toBeUndefined();
    expect(planProblems(chosen, {}, catalog)).toMatchObject([{ code: 'PLAN_SYNTAX', details: { line: 1 } }]);
  });

  it('is not asked for when a built-in one is chosen', () => {
    const { source, groups } = choosePlan({ plan: 'lab/root', planText: 'nonsense' }, catalog);
    expect(source).toEqual({ name: 'lab/root' });
    expect(groups).toHaveLength(1);
  });
});
