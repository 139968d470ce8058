import { failure, type JsonValue, type Result } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { archiveFromJson } from './archive.js';
import { archiveFromHash, jobFromHash, outcomeFields } from './job-fields.js';

const head = {
  id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  pool: 'default',
  priority: 100,
  attemptsPerRun: 3,
  labels: { scan: '7' },
  plan: { name: 'radon/fbp', sha256: 'f'.repeat(64) },
  data: 'root://scans/a.h5',
  createdAt: '2026-01-01T00:00:00.000Z',
  stages: [{ steps: [{ path: 'parameter.pre', type: 'Pre' }], queue: 'default' }],
};
const work = { plan: { _type: 'X' }, planToml: '_type = "X"\n', parameters: {}, data: { data: 'root://scans/a.h5' } };
const hash = {
  head: JSON.stringify(head),
  work: JSON.stringify(work),
  state: 'active',
  attempt: '1',
  allowed: '3',
  stage: '0',
  blocks: '1',
  'b:0.0:state': 'active',
  'b:0.0:steps': JSON.stringify([{ path: 'parameter.pre', type: 'Pre', state: 'active' }]),
};
const result: Result = {
  artifact: 'artifact:sha256-0',
  shape: [1],
  dtype: 'float32',
  axes: ['x'],
  spacing: [1],
  min: 0,
  max: 0,
  mean: 0,
  seconds: 1,
};

describe('a job read from its hash', () => {
  it('has the fields that apply and leaves out the others', () => {
    expect(jobFromHash(hash)).toEqual({
      id: head.id,
      state: 'active',
      pool: 'default',
      priority: 100,
      labels: { scan: '7' },
      plan: head.plan,
      data: head.data,
      createdAt: head.createdAt,
      attempts: { made: 1, allowed: 3 },
      steps: [{ path: 'parameter.pre', type: 'Pre', state: 'active' }],
    });
  });

  it('shows the blocks of a step that was fanned out', () => {
    const axis = 'slice';
    const stages = [
      { steps: [], queue: 'default' },
      { steps: head.stages[0]?.steps ?? [], queue: 'gpu', axis },
    ];
    const steps = (state: string, seconds?: number) =>
      JSON.stringify([{ path: 'parameter.pre', type: 'Pre', state, seconds }]);
    const fanned = {
      ...hash,
      head: JSON.stringify({ ...head, stages }),
      stage: '1',
      blocks: '2',
      'b:1.0:state': 'completed',
      'b:1.0:attempt': '1',
      'b:1.0:worker': 'w1',
      'b:1.0:steps': steps('completed', 2),
      'b:1.1:state': 'active',
      'b:1.1:attempt': '2',
      'b:1.1:worker': 'w2',
      'b:1.1:fraction': '0.5',
      'b:1.1:steps': steps('active'),
    };
    expect(jobFromHash(fanned).steps).toEqual([
      {
        path: 'parameter.pre',
        type: 'Pre',
        state: 'active',
        seconds: 2,
        subjobs: [
          { id: '1.0', state: 'completed', attempts: 1, worker: 'w1', seconds: 2 },
          { id: '1.1', state: 'active', attempts: 2, worker: 'w2', fraction: 0.5 },
        ],
      },
    ]);
  });

  it('shows no step as running once the job has ended', () => {
    expect(jobFromHash({ ...hash, state: 'cancelled' }).steps[0]?.state).toBe('cancelled');
  });

  it('holds what an outcome wrote', () => {
    const error = failure('STEP_FAILED', 'no');
    expect(jobFromHash({ ...hash, state: 'failed', ...outcomeFields({ state: 'failed', error }) }).error).toEqual(
      error,
    );
    const completed = jobFromHash({ ...hash, state: 'completed', ...outcomeFields({ state: 'completed', result }) });
    expect([completed.result, completed.progress]).toEqual([result, { fraction: 1 }]);
  });
});

describe('the record of a job', () => {
  it('is read back as it was written', () => {
    const archive = archiveFromHash(hash);
    expect(archiveFromJson(head.id, JSON.parse(JSON.stringify(archive)) as JsonValue)).toEqual(archive);
  });

  it('is refused when something else lies in its place', () => {
    expect(() => archiveFromJson(head.id, { job: { id: head.id } })).toThrow(/record of job .* is damaged/);
  });
});
