import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Array, withWarnings, type Dataset, type StepRecord, type Warning } from '@rondel/contracts';
import type { KeptResult } from '@rondel/jobs';
import {
  buildAlgorithm,
  createExecutableRegistry,
  defineAlgorithm,
  definePipeline,
  defineStep,
  implementStep,
  required,
  stepsOf,
  type PlanTree,
  type StepReport,
} from '@rondel/reco';
import { openResultArea, type ResultArea } from '@rondel/store';
import { Type } from '@rondel/contracts/schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHeldResults } from './held-results.js';
import { openKeptResults, type KeptResults } from './kept-results.js';
import type { RequestResult, ResultRequest } from '../messages/supervisor-requests.js';
import { runCached } from './run-cached.js';

const axes = ['x'];
const step = (type: string, purity: 'pure' | 'stateful') =>
  defineStep({
    type,
    description: 'Adds.',
    input: axes,
    output: axes,
    parallel: [],
    purity,
    properties: { by: required(Type.Number(), { description: 'What is added.' }) },
    estimateBytes: () => 0,
  });
const pure = step('PureAddParameters', 'pure');
const drifting = step('DriftingAddParameters', 'stateful');
const accepts = [pure.type, drifting.type];
const pipeline = definePipeline({
  type: 'SumParameters',
  description: 'Twice.',
  stages: { first: { accepts, description: 'First.' }, second: { accepts, description: 'Second.' } },
});
const algorithm = defineAlgorithm({ type: 'SumAlgorithm', description: 'A sum.', accepts: [pipeline.type] });

const source = [{ name: 'data', reference: 'root://a/b', sha256: '0'.repeat(64), bytes: 8, format: 'npy' }];
const input: Dataset = { data: float32Array(new Float32Array([1, 2]), [2], axes), companions: {}, attributes: {} };

describe('a run with kept results', () => {
  let folder: string;
  let area: ResultArea;
  let index: Map<string, KeptResult>;
  let requests: ResultRequest[];
  let ran: string[];
  /** What a step adds that warns of it. */
  let doubtful: number | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rondel-cached-'));
    area = openResultArea(folder);
    index = new Map();
    requests = [];
    ran = [];
    doubtful = undefined;
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** What a supervisor answers, with a `Map` for the index. */
  const ask: RequestResult = (asked) => {
    requests.push(asked);
    if (asked.kind === 'claim') {
      const result = index.get(asked.wanted.key);
      return Promise.resolve(result ? { kind: 'hit', result } : { kind: 'compute', reason: 'Not there.' });
    }
    if (asked.kind === 'keep') {
      const { key, document, seconds, data } = asked.computed;
      index.set(key, { document, seconds, data, job: 'J', worker: 'w' });
      return Promise.resolve({ kind: 'kept' });
    }
    if (asked.kind === 'drop') index.delete(asked.key);
    return Promise.resolve({ kind: 'done' });
  };

  const registry = createExecutableRegistry([
    {
      manifest: {
        name: '@lab/sum',
        version: '1.0.0',
        module: 'Sum',
        description: 'Sums.',
        nodes: [pure, drifting, pipeline, algorithm],
        plans: [],
      },
      steps: [pure, drifting].map((definition) =>
        implementStep(definition, ({ by }) => ({
          process(dataset, { warn }) {
            if (by === doubtful) warn('PRECISION_REDUCED', `Adding ${by} may be wrong.`, { property: 'by' });
            ran.push(`${definition.type} ${by}`);
            const sum = Float32Array.from(dataset.data.data, (value) => value + by);
            return { ...dataset, data: float32Array(sum, dataset.data.shape, axes) };
          },
        })),
      ),
    },
  ]);

  interface RunOptions {
    /** `maxsize` of the cache around each step; none where it is undefined. */
    readonly sizes: readonly [number | undefined, number | undefined];
    readonly types?: readonly [string, string];
    readonly identities?: readonly string[];
    readonly resultArea?: ResultArea;
    /** Whether the run reads its input, and runs the steps from there on. */
    readonly goesOnUnread?: boolean;
    readonly warnings?: readonly Warning[];
    readonly held?: KeptResults;
  }

  async function run({ sizes, types = [pure.type, pure.type], identities = ['scan'], ...options }: RunOptions) {
    const { resultArea = area, goesOnUnread = true, warnings = [], held } = options;
    const heard: Warning[] = [];
    const stages = [10, 100].map((by, position) => {
      const bare = { _module: 'Sum', _type: types[position], by };
      const maxsize = sizes[position];
      if (maxsize === undefined) return bare;
      return { _module: 'AbstractImageReconstruction', _type: 'ProcessResultCache', param: bare, maxsize };
    });
    const parameter = { _type: pipeline.type, first: stages[0], second: stages[1] };
    const plan = { _module: 'Sum', _type: algorithm.type, parameter } as PlanTree;
    const steps = new Map<string, StepReport>();
    let read = 0;
    let looked = 0;
    const { output, sources, cached } = await runCached({
      steps: buildAlgorithm(plan, registry).steps,
      placed: stepsOf(plan, registry),
      resolved: plan,
      registry,
      engine: 'test 1',
      identity: () => Promise.resolve(identities[Math.min(looked++, identities.length - 1)] ?? ''),
      goesOnUnread: () => Promise.resolve(goesOnUnread),
      read: () => {
        read += 1;
        return Promise.resolve({ dataset: withWarnings(input, warnings), sources: source });
      },
      results: openKeptResults(resultArea, ask),
      held,
      options: {
        signal: new AbortController().signal,
        memoryBytes: 1e9,
        onProgress: () => undefined,
        onLog: () => undefined,
        onWarning: (warning) => heard.push(warning),
        onStep: (report) => steps.set(report.path, report),
      },
    });
    const records: readonly StepRecord[] = [...steps.values()];
    return {
      values: output && [...output.data.data],
      sources,
      warnings: output?.warnings,
      heard,
      cached,
      read,
      looked,
      states: records.map(({ cache }) => cache),
    };
  }

  it('asks nobody when no step is wrapped', async () => {
    const { values, looked, states } = await run({ sizes: [undefined, undefined] });
    expect([values, looked, states, requests]).toEqual([[111, 112], 0, [undefined, undefined], []]);
  });

  it('begins after the last step whose result is there, and reads nothing', async () => {
    await run({ sizes: [1, undefined] });
    ran = [];
    const later = await run({ sizes: [1, 1] });
    expect([later.values, later.read, ran]).toEqual([[111, 112], 0, ['PureAddParameters 100']]);
    expect(later.states.map((cache) => cache?.state)).toEqual(['hit', 'stored']);
    expect(later.sources).toEqual(source);
    ran = [];
    const last = await run({ sizes: [1, 1] });
    expect([last.values, last.read, ran]).toEqual([[111, 112], 0, []]);
    expect(last.states.map((cache) => cache?.state)).toEqual(['skipped', 'hit']);
    expect(last.cached).toMatchObject([{ path: 'parameter.second', job: 'J', worker: 'w' }]);
  });

  it('leaves steps and results to others when it does not go on, and reads nothing, unless it begins with a result', async () => {
    const left = await run({ sizes: [1, 1], goesOnUnread: false });
    expect([left.values, left.read, ran]).toEqual([undefined, 0, []]);
    expect(requests.map(({ kind }) => kind)).toEqual(['claim', 'claim', 'release', 'release']);
    await run({ sizes: [1, undefined] });
    expect((await run({ sizes: [1, 1], goesOnUnread: false })).values).toEqual([111, 112]);
  });

  it('begins after what is held in memory of the same input and steps, with its warnings, and asks nobody', async () => {
    const heldFor = openHeldResults(2 ** 30);
    const sizes = [undefined, undefined] as const;
    doubtful = 10;
    const first = await run({ sizes, held: heldFor({ job: 'J1', worker: 'w' }) });
    expect(first.states.map((cache) => cache?.state)).toEqual(['stored', undefined]);
    first.values?.fill(0);
    ran = [];
    const later = await run({ sizes, held: heldFor({ job: 'J2', worker: 'w' }) });
    expect([later.values, later.read, ran, requests]).toEqual([[111, 112], 0, ['PureAddParameters 100'], []]);
    expect(later.states).toMatchObject([
      { state: 'hit', job: 'J1', reason: 'Computed by job J1, and held in memory.' },
      undefined,
    ]);
    expect(later.cached).toMatchObject([{ path: 'parameter.first', job: 'J1', worker: 'w' }]);
    expect(later.sources).toEqual(source);
    expect(later.warnings).toEqual(first.warnings);
    expect(later.heard).toEqual(first.heard);
    const other = await run({ sizes, identities: ['another scan'], held: heldFor({ job: 'J3', worker: 'w' }) });
    expect([other.values, other.read]).toEqual([[111, 112], 1]);
  });

  it('holds no result in memory that is too large, or that another run may have otherwise', async () => {
    const sizes = [undefined, undefined] as const;
    const small = openHeldResults(64);
    const large = openHeldResults(2 ** 30);
    for (let round = 0; round < 2; round++) {
      expect(await run({ sizes, held: small({ job: 'J1', worker: 'w' }) })).toMatchObject({ read: 1 });
      const types = [drifting.type, pure.type] as const;
      expect(await run({ sizes, types, held: large({ job: 'J1', worker: 'w' }) })).toMatchObject({ read: 1 });
    }
  });

  it('does not use what a plan with caches has left when its own has none', async () => {
    await run({ sizes: [1, 1] });
    ran = [];
    const plain = await run({ sizes: [undefined, undefined] });
    expect([plain.values, plain.read, ran.length, plain.states]).toEqual([[111, 112], 1, 2, [undefined, undefined]]);
  });

  it('passes through where maxsize is 0, and from a step on that is not pure', async () => {
    const off = await run({ sizes: [0, undefined] });
    expect(off.states).toEqual([{ state: 'off', reason: 'maxsize is 0.' }, undefined]);
    const first = { types: [drifting.type, pure.type] as const };
    const { states } = await run({ sizes: [1, 1], ...first });
    const reason = 'parameter.first (DriftingAddParameters) is not pure: the same input may give another result.';
    expect(states).toEqual([
      { state: 'off', reason },
      { state: 'off', reason },
    ]);
    const second = await run({ sizes: [1, 1], types: [pure.type, drifting.type] });
    expect(second.states.map((cache) => cache?.state)).toEqual(['stored', 'off']);
  });

  it('has the warnings that it would have without the cache, those of the data too', async () => {
    doubtful = 10;
    const ofData: Warning = { code: 'UNITS_ASSUMED', message: 'No unit: degrees.' };
    const ofStep: Warning = {
      code: 'PRECISION_REDUCED',
      message: 'Adding 10 may be wrong.',
      step: 'parameter.first',
      path: 'parameter.first.by',
    };
    const computed = await run({ sizes: [1, undefined], warnings: [ofData] });
    expect([computed.warnings, computed.heard]).toEqual([
      [ofData, ofStep],
      [ofData, ofStep],
    ]);
    // Nothing is read, and the step does not run.
    const found = await run({ sizes: [1, undefined] });
    expect([found.warnings, found.heard, found.read]).toEqual([computed.warnings, computed.heard, 0]);
    doubtful = undefined;
    expect((await run({ sizes: [undefined, undefined] })).warnings).toBeUndefined();
  });

  it('leaves nothing of a file that changed while it was read', async () => {
    const { values, states } = await run({ sizes: [1, 1], identities: ['before', 'after'] });
    expect(values).toEqual([111, 112]);
    expect(states.map((cache) => cache?.state)).toEqual(['miss', 'miss']);
    expect(states[0]?.reason).toBe('Not kept: the input was changed while it was read.');
    expect(requests.map(({ kind }) => kind)).toEqual(['claim', 'claim', 'release', 'release']);
  });

  it('has its image also when the result cannot be left, and says why', async () => {
    const full: ResultArea = {
      ...area,
      files: (key) => ({ ...area.files(key), put: () => Promise.reject(new Error('no space left')) }),
    };
    const { values, states } = await run({ sizes: [1, undefined], resultArea: full });
    expect(values).toEqual([111, 112]);
    expect(states[0]).toMatchObject({ state: 'miss', reason: 'Not there. It could not be kept: no space left' });
    expect(requests.map(({ kind }) => kind)).toEqual(['claim', 'release']);
  });
});
