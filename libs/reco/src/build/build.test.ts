import { float32Array, RondelError, type Dataset, type Warning } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { describe, expect, it, vi } from 'vitest';
import {
  buildAlgorithm,
  createExecutableRegistry,
  createRegistry,
  defaulted,
  defineAlgorithm,
  definePipeline,
  defineStep,
  defineValue,
  implementStep,
  nodeList,
  required,
  runSteps,
  typeName,
  type FoundCheckpoint,
  type PackageManifest,
  type PlanTree,
  type ReconstructionPackage,
  type RunOptions,
  type Step,
} from '../index.js';

const scale = defineStep({
  type: 'ScaleParameters',
  description: 'Multiplies by a factor.',
  input: ['x'],
  output: ['x'],
  parallel: ['x'],
  purity: 'pure',
  effort: 3,
  properties: {
    factor: required(Type.Number(), { description: 'The factor.' }),
    repeat: defaulted(Type.Integer({ minimum: 1 }), 1, { description: 'How often.' }),
    solver: typeName(['CGNR'], { description: 'A type.', default: 'CGNR' }),
    terms: nodeList(['Offset'], { description: 'Added afterwards.' }),
  },
  estimateBytes: ({ repeat }, { shape, elementBytes }) => repeat * (shape[0] ?? 0) * elementBytes,
});
const offset = defineValue({
  type: 'Offset',
  description: 'A constant.',
  properties: { value: defaulted(Type.Number(), 0.5, { description: 'The constant.' }) },
});
const pair = definePipeline({
  type: 'PairParameters',
  description: 'Twice.',
  stages: {
    first: { accepts: ['ScaleParameters'], description: 'First.' },
    second: { accepts: ['ScaleParameters'], description: 'Second.' },
  },
});
const algorithm = defineAlgorithm({ type: 'PairAlgorithm', description: 'Runs a pair.', accepts: ['PairParameters'] });

const manifest: PackageManifest = {
  name: '@lab/pair',
  version: '1.2.3',
  module: 'Pair',
  description: 'For tests.',
  nodes: [algorithm, pair, scale, offset],
  plans: [],
};

function packageWith(process: (factor: number) => Step): ReconstructionPackage {
  return { manifest, steps: [implementStep(scale, ({ factor }) => process(factor))] };
}

const multiply = (factor: number): Step => ({
  process: (input) => ({
    ...input,
    data: float32Array(
      Float32Array.from(input.data.data, (x) => x * factor),
      [2],
    ),
  }),
});

const tree: PlanTree = {
  _module: 'Pair',
  _type: 'RecoPlan{PairAlgorithm}',
  parameter: {
    _type: 'RecoPlan{PairParameters}',
    first: { _type: 'RecoPlan{ScaleParameters}', factor: 2 },
    second: { _type: 'ScaleParameters', factor: 3, terms: [{ _type: 'Offset' }, { _type: 'Offset', value: 2 }] },
  },
};

const input: Dataset = { data: float32Array(new Float32Array([1, 2]), [2]), companions: {}, attributes: {} };

function options(overrides: Partial<RunOptions> = {}): RunOptions {
  return {
    signal: new AbortController().signal,
    memoryBytes: 1e9,
    onProgress: () => undefined,
    onStep: () => undefined,
    onLog: () => undefined,
    ...overrides,
  };
}

async function failureOf(work: () => unknown): Promise<RondelError['failure']> {
  try {
    await work();
  } catch (error) {
    if (error instanceof RondelError) return error.failure;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a built algorithm', () => {
  it('runs its stages in the order in which the pipeline declares them', async () => {
    const built = buildAlgorithm(tree, createExecutableRegistry([packageWith(multiply)]));
    const output = await runSteps(built.steps, input, options());
    expect([...output.data.data]).toEqual([6, 12]);
    expect(built.steps.map(({ path }) => path)).toEqual(['parameter.first', 'parameter.second']);
  });

  it('hands defaults, type names and child nodes to the step', () => {
    const built = buildAlgorithm(tree, createExecutableRegistry([packageWith(multiply)]));
    expect(built.steps[1]?.parameters).toEqual({
      factor: 3,
      repeat: 1,
      solver: 'CGNR',
      terms: [
        { type: 'Offset', parameters: { value: 0.5 } },
        { type: 'Offset', parameters: { value: 2 } },
      ],
    });
  });

  it('hands no step a type that it does not know, checked or not', async () => {
    const first = { _type: 'RecoPlan{ScaleParameters}', factor: 2, solver: { _type: 'Type', _value: 'CGNE' } };
    const parameter = { ...(tree['parameter'] as PlanTree), first };
    const registry = createExecutableRegistry([packageWith(multiply)]);
    expect(await failureOf(() => buildAlgorithm({ ...tree, parameter }, registry))).toMatchObject({
      code: 'PLAN_INVALID_VALUE',
      at: 'parameter.first.solver',
      message: 'solver must be the name of a type, one of CGNR; got "CGNE". Did you mean CGNR?',
    });
  });

  it('divides progress among the steps by their effort', async () => {
    const fractions: number[] = [];
    const iterate = (factor: number): Step => ({
      process: (dataset, context) => {
        context.progress({ iteration: 1, iterations: 2 });
        return multiply(factor).process(dataset, context);
      },
    });
    const built = buildAlgorithm(tree, createExecutableRegistry([packageWith(iterate)]));
    await runSteps(built.steps, input, options({ onProgress: ({ fraction }) => void fractions.push(fraction) }));
    expect(fractions).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });

  it('puts the path of the node before the property that a step refuses, and frees what was built', async () => {
    const dispose = vi.fn();
    const refuseThree = (factor: number): Step => {
      if (factor === 3) throw new RondelError('PLAN_INVALID_VALUE', 'factor must not be 3.', { at: 'factor' });
      return { ...multiply(factor), dispose };
    };
    const failure = await failureOf(() => buildAlgorithm(tree, createExecutableRegistry([packageWith(refuseThree)])));
    expect(failure).toMatchObject({ code: 'PLAN_INVALID_VALUE', at: 'parameter.second.factor' });
    expect(dispose).toHaveBeenCalledOnce();
  });

  it('reports an uncoded error of a step as STEP_FAILED with the step that failed', async () => {
    const break3 = (factor: number): Step => ({
      process: (dataset, context) => {
        if (factor === 3) throw new TypeError('boom');
        return multiply(factor).process(dataset, context);
      },
    });
    const states: string[] = [];
    const built = buildAlgorithm(tree, createExecutableRegistry([packageWith(break3)]));
    const failure = await failureOf(() =>
      runSteps(built.steps, input, options({ onStep: ({ path, state }) => void states.push(`${path} ${state}`) })),
    );
    expect(failure).toMatchObject({ code: 'STEP_FAILED', at: 'parameter.second', retryable: false });
    expect(states).toEqual([
      'parameter.first active',
      'parameter.first completed',
      'parameter.second active',
      'parameter.second failed',
    ]);
  });

  it('gives what steps warn of with what they return, also what one warned of before it was resumed', async () => {
    const lossy = (factor: number): Step => ({
      async process(dataset, context) {
        const found = await context.checkpoint.restore();
        if (found === undefined) context.warn('PRECISION_REDUCED', `Factor ${factor}.`, { property: 'factor' });
        const checkpoint = { iteration: 1, iterations: 2, numbers: {}, arrays: {} };
        await context.checkpoint.save(() => checkpoint);
        return multiply(factor).process(dataset, context);
      },
    });
    const built = buildAlgorithm(tree, createExecutableRegistry([packageWith(lossy)]));
    const ofData: Warning = { code: 'UNITS_ASSUMED', message: 'No unit.' };
    const warned = [2, 3].map((factor, index) => {
      const step = `parameter.${index === 0 ? 'first' : 'second'}`;
      return { code: 'PRECISION_REDUCED', message: `Factor ${factor}.`, step, path: `${step}.factor` };
    });
    const kept = new Map<string, FoundCheckpoint>();
    const checkpoints: RunOptions['checkpoints'] = ({ path }) => ({
      restore: () => Promise.resolve(kept.get(path)),
      save(make) {
        const resumed = { iteration: 1, iterations: 2, attempt: 1, worker: 'lost' };
        kept.set(path, { checkpoint: make(), resumed });
        return Promise.resolve();
      },
    });
    for (const attempt of [1, 2]) {
      const heard: Warning[] = [];
      const onWarning = (warning: Warning) => void heard.push(warning);
      const output = await runSteps(built.steps, { ...input, warnings: [ofData] }, options({ onWarning, checkpoints }));
      expect(output.warnings, `attempt ${attempt}`).toEqual([ofData, ...warned]);
      expect(heard, `attempt ${attempt}`).toEqual(warned);
    }
  });

  it('refuses a step that needs more memory than the device has, with both numbers', async () => {
    const built = buildAlgorithm(tree, createExecutableRegistry([packageWith(multiply)]));
    const failure = await failureOf(() => runSteps(built.steps, input, options({ memoryBytes: 7 })));
    expect(failure).toMatchObject({
      code: 'OUT_OF_MEMORY',
      at: 'parameter.first',
      // What the step makes, and its input.
      details: { neededBytes: 8 + 8, availableBytes: 7 },
    });
  });
});

describe('a registry', () => {
  it('refuses two packages that provide the same type', async () => {
    const failure = await failureOf(() => createRegistry([manifest, { ...manifest, name: '@lab/other' }]));
    expect(failure.message).toContain('PairAlgorithm');
  });

  it('has the link functions of Base and of its packages, these with their module too', () => {
    const twice = (value: unknown) => (typeof value === 'bigint' ? 2n * value : 0n);
    const linked = { ...manifest, aliases: ['OldPair'], linkFunctions: { twice } };
    const names = [...createRegistry([linked]).linkFunctions.keys()];
    expect(names).toEqual(expect.arrayContaining(['identity', 'twice', `${manifest.module}.twice`, 'OldPair.twice']));
    expect(createRegistry([linked]).linkFunctions.get('twice')?.(21n)).toBe(42n);
    // Base comes first, then the module by which the package is known, so that plan files name that one.
    expect(names.indexOf(`${manifest.module}.twice`)).toBeLessThan(names.indexOf('OldPair.twice'));
  });

  it('refuses link functions that two packages provide, or that Base has', async () => {
    const linked = { ...manifest, linkFunctions: { twice: () => 0n } };
    const other = { ...linked, name: '@lab/other', nodes: [] };
    expect((await failureOf(() => createRegistry([linked, other]))).message).toContain('"twice"');
    const again = { ...manifest, linkFunctions: { length: () => 0n } };
    expect((await failureOf(() => createRegistry([again]))).message).toContain('which Base has');
  });

  it('names the built-in plans when one is asked for that is not there', async () => {
    const withPlan = { ...manifest, plans: [{ name: 'pair/one', description: '', toml: '' }] };
    const failure = await failureOf(() => createRegistry([withPlan]).plan('pair/two'));
    expect(failure).toMatchObject({ code: 'NOT_FOUND' });
    expect(failure.message).toContain('pair/one');
  });

  it('says which properties a plan must give', () => {
    const { nodes } = createRegistry([manifest]).catalog;
    const properties = nodes.find(({ type }) => type === 'ScaleParameters')?.properties;
    expect(properties?.filter(({ optional }) => !optional).map(({ name }) => name)).toEqual(['factor']);
  });
});
