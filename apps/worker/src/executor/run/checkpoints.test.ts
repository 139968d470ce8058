import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Array, RondelError, type Dataset } from '@rondel/contracts';
import {
  buildAlgorithm,
  createExecutableRegistry,
  defineAlgorithm,
  definePipeline,
  defineStep,
  implementStep,
  required,
  type Checkpoint,
  type PlanTree,
} from '@rondel/reco';
import { openCheckpointArea, type CheckpointArea } from '@rondel/store';
import { Type } from '@rondel/contracts/schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpoints, type CheckpointOptions } from './checkpoints.js';

const axes = ['x'];
const add = defineStep({
  type: 'AddParameters',
  description: 'Adds.',
  input: axes,
  output: axes,
  parallel: [],
  purity: 'pure',
  properties: { by: required(Type.Number(), { description: 'What is added.' }) },
  estimateBytes: () => 0,
});
const pipeline = definePipeline({
  type: 'SumParameters',
  description: 'Once.',
  stages: { only: { accepts: [add.type], description: 'The step.' } },
});
const algorithm = defineAlgorithm({ type: 'SumAlgorithm', description: 'A sum.', accepts: [pipeline.type] });
const registryOf = (version: string) =>
  createExecutableRegistry([
    {
      manifest: {
        name: '@lab/sum',
        version,
        module: 'Sum',
        description: 'Sums.',
        nodes: [add, pipeline, algorithm],
        plans: [],
      },
      steps: [implementStep(add, () => ({ process: (dataset) => dataset }))],
    },
  ]);
const planOf = (by: number): PlanTree => ({
  _module: 'Sum',
  _type: algorithm.type,
  parameter: { _type: pipeline.type, only: { _module: 'Sum', _type: add.type, by } },
});

const input: Dataset = { data: float32Array(new Float32Array([1, 2]), [2], axes), companions: {}, attributes: {} };
const checkpoint: Checkpoint = {
  iteration: 37,
  iterations: 100,
  numbers: { theta: Math.PI, tiny: 5e-324 },
  arrays: {
    x: float32Array(new Float32Array([1.5, NaN, -0, 1e-45, 3.4e38, 0]), [2, 3]),
    none: float32Array(new Float32Array(0), [0]),
  },
};
const job = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

describe('the checkpoints of a run', () => {
  let folder: string;
  let area: CheckpointArea;
  let warnings: string[];
  let clock: number;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rondel-checkpoints-'));
    area = openCheckpointArea(folder);
    warnings = [];
    clock = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  interface Facts extends Partial<CheckpointOptions> {
    readonly by?: number;
    readonly version?: string;
    readonly data?: Dataset;
  }
  function checkpointsOf({ by = 1, version = '1.0.0', data = input, ...overrides }: Facts = {}) {
    const registry = registryOf(version);
    const plan = planOf(by);
    const [step] = buildAlgorithm(plan, registry).steps;
    if (step === undefined) throw new Error('The plan has a step.');
    return openCheckpoints({
      area,
      job,
      subjob: '0.0',
      attempt: 1,
      worker: 'lost',
      plan,
      registry,
      engine: 'wasm 1',
      onLog: (_, message) => warnings.push(message),
      now: () => clock,
      ...overrides,
    })(step, data);
  }
  async function leave(facts: Facts = {}): Promise<void> {
    const left = checkpointsOf({ ...facts, everySeconds: 0 });
    await left.save(() => checkpoint);
  }

  it('reach the next attempt bit for bit, with where they come from', async () => {
    await leave();
    const found = await checkpointsOf({ attempt: 2, worker: 'next' }).restore();
    expect(found).toEqual({ checkpoint, resumed: { iteration: 37, iterations: 100, attempt: 1, worker: 'lost' } });
    expect(Object.is(found?.checkpoint.arrays.x?.data[2], -0)).toBe(true);
    expect(warnings).toEqual([]);
    expect(await checkpointsOf({ subjob: '0.1' }).restore()).toBeUndefined();
  });

  it('bring what the lost attempt was warned of, and stand for the input whatever that is warned of', async () => {
    const warned = [{ code: 'AXIS_UNCERTAIN', message: 'The axis lies at 131 ± 4.', step: 'parameter.only' } as const];
    const left = checkpointsOf({ everySeconds: 0, data: { ...input, warnings: warned } });
    await left.save(() => ({ ...checkpoint, warnings: warned }));
    expect((await checkpointsOf().restore())?.checkpoint).toEqual({ ...checkpoint, warnings: warned });
  });

  it.each<[string, Facts]>([
    ['parameters', { by: 2 }],
    ['a package version', { version: '1.0.1' }],
    ['an engine', { engine: 'webgpu 1' }],
    ['input values', { data: { ...input, data: float32Array(new Float32Array([1, 3]), [2], axes) } }],
    ['input attributes', { data: { ...input, attributes: { center: 1 } } }],
    ['input companions', { data: { ...input, companions: { angles: input.data } } }],
  ])('are not used with other %s, and the job is told', async (_, other) => {
    await leave();
    expect(await checkpointsOf(other).restore()).toBeUndefined();
    expect(warnings).toEqual([
      'parameter.only begins anew: The checkpoint of attempt 1 on lost is that of other data or parameters, or of another version or engine.',
    ]);
  });

  it('are not used when they are damaged anywhere, and the job is told', async () => {
    await leave();
    const [name = ''] = await readdir(join(folder, 'checkpoints', job));
    const path = join(folder, 'checkpoints', job, name);
    const whole = await readFile(path);
    // Length, header, arrays and checksum all have some of these positions.
    const damaged = Array.from({ length: Math.ceil(whole.length / 7) }, (_, index) => {
      const copy = Buffer.from(whole);
      copy.writeUInt8(copy.readUInt8(7 * index) ^ 0x10, 7 * index);
      return copy;
    });
    for (const bytes of [...damaged, whole.subarray(0, 40), Buffer.alloc(0)]) {
      warnings = [];
      await writeFile(path, bytes);
      expect(await checkpointsOf().restore()).toBeUndefined();
      expect(warnings).toEqual([expect.stringMatching(/^parameter\.only begins anew: /)]);
    }
  });

  it('are made ten seconds apart at least, and never take more than a twentieth of the time', async () => {
    const run = checkpointsOf();
    const made: number[] = [];
    const offerFor = async (from: number, to: number, cost: number) => {
      for (clock = from; clock < to; clock += 1000) {
        await run.save(() => {
          made.push(clock);
          clock += cost;
          return checkpoint;
        });
      }
    };
    await offerFor(0, 31_000, 0);
    expect(made).toEqual([10_000, 20_000, 30_000]);
    made.length = 0;
    await offerFor(40_000, 200_000, 3000);
    // After 3 s of work nothing is made for 3 s / 0.05.
    expect(made).toEqual([40_000, 103_000, 166_000]);
  });

  it('end with one that cannot be stored, and the job goes on', async () => {
    const full = new RondelError('QUOTA_EXCEEDED', 'The artifact store has no space left.');
    const run = checkpointsOf({ everySeconds: 0, area: { ...area, write: () => Promise.reject(full) } });
    await run.save(() => checkpoint);
    clock = 60_000;
    await run.save(() => expect.unreachable());
    expect(warnings).toEqual([
      'There are no more checkpoints of parameter.only: The artifact store has no space left.',
    ]);
  });

  it('refuse numbers that JSON cannot carry', async () => {
    await checkpointsOf({ everySeconds: 0 }).save(() => ({ ...checkpoint, numbers: { gamma: Infinity } }));
    expect(warnings[0]).toContain('The number gamma of a checkpoint must be finite, it is Infinity.');
  });
});
