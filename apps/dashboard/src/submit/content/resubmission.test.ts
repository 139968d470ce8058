import type { Catalog, Submission } from '@rondel/contracts';
import { parsePlan } from '@rondel/plan';
import { describe, expect, it } from 'vitest';
import { choosePlan } from './chosen-plan.js';
import { contentOf, differences, statements } from './resubmission.js';
import { prepareSubmission } from './submission.js';

const template = '_module = "Lab"\n_type = "RecoPlan{Root}"\nlevel = 1.0\n';
const property = { description: '', schema: { type: 'number' } as const, optional: true };
const catalog: Catalog = {
  packages: [{ name: 'lab', version: '1', module: 'Lab', aliases: [], description: '' }],
  plans: [{ name: 'lab/root', description: '', toml: template }],
  nodes: [
    {
      module: 'Lab',
      type: 'Root',
      package: 'lab',
      kind: 'algorithm',
      description: '',
      properties: [
        { name: 'level', ...property },
        { name: 'width', ...property },
      ],
    },
  ],
};
const submission: Submission = {
  plan: { name: 'lab/root' },
  // A bare name, as the command line sends it.
  parameters: { level: 2 },
  data: { data: 'artifact:x', dark: 'artifact:y' },
  dataNames: { data: 'tooth.h5' },
  title: 'Tooth',
  pool: 'gpu',
  lane: 'interactive',
  priority: 7,
  split: 'slice:8',
  worker: 'gpu=a100',
  engine: 'webgpu',
  attempts: 2,
  timeoutSeconds: 60,
  strict: true,
  labels: { sample: 'tooth', run: '3' },
};
const toml = template.replace('level = 1.0', 'level = 2.0');
const old = { submission, toml, applied: parsePlan(toml, { format: 'toml' }), live: false };
const again = (given: typeof old) => {
  const content = contentOf(given, catalog);
  const chosen = choosePlan(content.job, catalog);
  return { content, chosen, ...prepareSubmission(content.job, chosen, content.texts) };
};

describe('D2: a job that is submitted again', () => {
  it('has everything that it was submitted with', () => {
    const { content, submission: same, problems } = again(old);
    expect(content.texts).toEqual({ level: '2' });
    expect([same, problems]).toEqual([submission, {}]);
  });

  it('brings a plan of its own as text', () => {
    const { submission: same, problems } = again({ ...old, submission: { ...submission, plan: toml } });
    expect(same).toMatchObject({ plan: expect.stringContaining('level = 2.0') as string, data: submission.data });
    expect([same.parameters, problems]).toEqual([undefined, {}]);
  });

  it('keeps its data and options with a plan that was made live', () => {
    const { job } = contentOf({ ...old, live: true }, catalog);
    expect(job).toMatchObject({ plan: 'live plan', data: 'artifact:x', arrays: [{ name: 'dark' }], split: 'slice:8' });
  });

  it('is compared with the one before', () => {
    const { content, chosen } = again(old);
    const before = statements(content, chosen.groups);
    expect(differences(before, statements(content, chosen.groups))).toEqual([]);
    const changed = { job: { ...content.job, pool: 'default', arrays: [] }, texts: { level: '2', width: '3' } };
    expect(differences(before, statements(changed, chosen.groups))).toEqual([
      { name: 'pool', before: 'gpu', now: 'default' },
      { name: 'data dark', before: 'artifact:y', now: '' },
      { name: 'width', before: '', now: '3' },
    ]);
  });
});
