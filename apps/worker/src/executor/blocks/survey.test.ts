import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Array, type NdArray } from '@rondel/contracts';
import { encodeArray } from '@rondel/formats';
import { sheppLoganScan, transmissionCounts } from '@rondel/radon/phantom';
import { openArtifactStore } from '@rondel/store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtScript, directPlan, unheard } from '../../supervisor/built-executor.test.support.js';
import { startExecutor, type ExecutorProcess } from '../../supervisor/process/executor-process.js';
import type { RunPart, RunRequest } from '../messages/messages.js';

const steps = ['parameter.pre', 'parameter.reco'];
const slices = 20;

let directory: string;
let executor: ExecutorProcess;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rondel-survey-'));
  executor = startExecutor(
    { storeDirectory: join(directory, 'store'), roots: { scans: directory }, packages: [], engine: 'wasm', threads: 1 },
    builtScript,
  );
  await executor.ready;
  const { data, companions } = transmissionCounts(sheppLoganScan({ size: slices, frames: 1, angles: 48 }), {
    photons: 1e5,
  });
  const { axes: _axes, spacing: _spacing, ...counts } = data;
  const arrays = {
    data: counts,
    ...companions,
    angles: companions['angles'] ?? float32Array(new Float32Array(1), [1]),
  };
  const [, , angles = 0] = counts.shape;
  // Stored [detector, slice, angle]: numbers of these axes that lie the other way round from how they are wanted.
  const turned = Float32Array.from(counts.data, (_, at) => {
    const [detector, slice, angle] = [
      Math.floor(at / (slices * angles)),
      Math.floor(at / angles) % slices,
      at % angles,
    ];
    return Number(counts.data[(slice * angles + angle) * slices + detector]);
  });
  const odd = { turned: float32Array(turned, [slices, slices, angles]) };
  for (const [name, array] of Object.entries<NdArray>({ ...arrays, ...odd })) {
    await writeFile(join(directory, `${name}.npy`), (await encodeArray(array, 'npy')).parts);
  }
}, 120_000);
afterAll(async () => {
  await executor.kill();
  await rm(directory, { recursive: true, force: true });
});

/** Runs a part of a job; an offer to divide it is taken up, in blocks of 7 slices. */
async function run(
  part: Pick<RunPart, 'inputs' | 'leaves' | 'division' | 'follows'> & Partial<Pick<RunPart, 'steps'>>,
  pre: Readonly<Record<string, number | string | string[]>> = {},
  main = 'root://scans/data.npy',
  others: Readonly<Record<string, Record<string, number | string>>> = {},
) {
  const stages = ['outliers', 'detector', 'flat', 'phase', 'pre', 'rings', 'reco'].filter(
    (name) => steps.includes(`parameter.${name}`) || name in others,
  );
  const names = ['data', 'white', 'dark', 'angles'];
  const request: RunRequest = {
    job: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    run: 0,
    attempt: 1,
    worker: 'w1',
    plan: directPlan({ _type: 'RecoPlan{TransmissionPreprocessingParameters}', ...pre }, others),
    planToml: '',
    planSha256: '0',
    parameters: {},
    data: { ...Object.fromEntries(names.map((name) => [name, `root://scans/${name}.npy`])), data: main },
    part: { subjob: '0.0', steps: stages.map((name) => `parameter.${name}`), alone: false, ...part },
  };
  const end = await executor.run(request, {
    ...unheard,
    onAsk: () => Promise.resolve({ kind: 'divided', size: 7 }),
  });
  if (end.kind !== 'done') throw new Error(JSON.stringify(end));
  return end.outcome;
}

async function imageOf(outcome: Awaited<ReturnType<typeof run>>) {
  if (outcome.kind !== 'image') throw new Error('The run left no image.');
  const store = openArtifactStore(join(directory, 'store'));
  const bytes = await readFile(await store.localPath(outcome.result.artifact.replace('artifact:sha256-', '')));
  const { found = {}, warnings = [] } = outcome.provenance;
  return { bytes, shape: outcome.result.shape, found, codes: warnings.map(({ code }) => code) };
}

it('D13: the provenance has the axis that was found, and the plan with it gives the same image', async () => {
  const whole = await imageOf(await run({ inputs: {}, leaves: { kind: 'image' } }));
  expect(whole.found).toEqual({ 'parameter.pre.centerOfRotation': expect.closeTo(slices / 2, 0) as number });
  const center = Number(whole.found['parameter.pre.centerOfRotation']);
  const again = await imageOf(await run({ inputs: {}, leaves: { kind: 'image' } }, { centerOfRotation: center }));
  expect(again.bytes.equals(whole.bytes)).toBe(true);
  expect(again.found).toEqual({});
});

it('M4: an axis is found in some slices before the data is divided, and blocks make the image of the whole', async () => {
  const whole = await imageOf(await run({ inputs: {}, leaves: { kind: 'image' } }));
  const divided = await run({ inputs: {}, leaves: { kind: 'image' }, division: { fromBytes: 1, halvings: 0 } });
  if (divided.kind !== 'part') throw new Error('The run was not divided.');
  const { parts, history } = divided.output;
  expect(parts).toHaveLength(3);
  const blocks: Awaited<ReturnType<typeof imageOf>>[] = [];
  for (const part of parts) {
    blocks.push(
      await imageOf(await run({ inputs: { parts: [part], axis: 'slice', history }, leaves: { kind: 'image' } })),
    );
  }
  expect(blocks.map(({ found }) => found)).toEqual([whole.found, whole.found, whole.found]);
  const valuesOf = ({ bytes, shape }: { bytes: Buffer; shape: number[] }) =>
    bytes.subarray(bytes.byteLength - 4 * shape.reduce((product, extent) => product * extent, 1));
  expect(Buffer.concat(blocks.map(valuesOf)).equals(valuesOf(whole))).toBe(true);
});

it('M4: an axis is found behind other stages too, and blocks make the image of the whole', async () => {
  const others = {
    outliers: { _type: 'OutlierRemovalParameters', dif: 3000 },
    flat: { _type: 'FlatFieldParameters' },
    rings: { _type: 'RingRemovalParameters', method: 'sorting', size: 3 },
  };
  const pre = { axes: 'frame,slice,angle,detector' };
  const main = 'root://scans/data.npy';
  const whole = await imageOf(await run({ inputs: {}, leaves: { kind: 'image' } }, pre, main, others));
  const division = { fromBytes: 1, halvings: 0 };
  const divided = await run({ inputs: {}, leaves: { kind: 'image' }, division }, pre, main, others);
  if (divided.kind !== 'part') throw new Error('The run was not divided.');
  const { parts, history } = divided.output;
  const values: Buffer[] = [];
  for (const part of parts) {
    const of = { inputs: { parts: [part], axis: 'slice', history }, leaves: { kind: 'image' } } as const;
    const { bytes, shape, found } = await imageOf(await run(of, pre, main, others));
    expect(found).toEqual(whole.found);
    values.push(bytes.subarray(bytes.byteLength - 4 * shape.reduce((product, extent) => product * extent, 1)));
  }
  const all = Buffer.concat(values);
  expect(all.equals(whole.bytes.subarray(whole.bytes.byteLength - all.byteLength))).toBe(true);
});

it('M4: an axis is found behind a stage that takes whole projections, and blocks make the image of the whole', async () => {
  const others = {
    flat: { _type: 'FlatFieldParameters' },
    phase: { _type: 'PaganinPhaseParameters', pixelSize: 0.01, distance: 10, energy: 20, deltaBeta: 50 },
  };
  const main = 'root://scans/data.npy?axes=frame,slice,angle,detector';
  const whole = await imageOf(await run({ inputs: {}, leaves: { kind: 'image' } }, {}, main, others));
  const stages = (...names: string[]) => names.map((name) => `parameter.${name}`);
  // By projections as far as these are whole, then by slices.
  const prepare = { steps: stages('flat', 'phase'), leaves: { kind: 'dataset', halo: 0 } } as const;
  const prepared = await run({ ...prepare, inputs: {} }, {}, main, others);
  if (prepared.kind !== 'part') throw new Error('The run left no part.');
  const { parts, history } = prepared.output;
  const rest = {
    steps: stages('pre', 'reco'),
    inputs: { parts, history },
    follows: { steps: stages('flat', 'phase'), whole: true },
    leaves: { kind: 'image' },
    division: { fromBytes: 1, halvings: 0 },
  } as const;
  const divided = await run(rest, {}, main, others);
  if (divided.kind !== 'part') throw new Error('The run was not divided.');
  expect(divided.output.parts).toHaveLength(3);
  const values: Buffer[] = [];
  for (const part of divided.output.parts) {
    const block = {
      steps: stages('pre', 'reco'),
      inputs: { parts: [part], history: divided.output.history },
      follows: { steps: stages('flat', 'phase'), whole: false },
      leaves: { kind: 'image' },
    } as const;
    const { bytes, shape, found } = await imageOf(await run(block, {}, main, others));
    expect(found).toEqual(whole.found);
    values.push(bytes.subarray(bytes.byteLength - 4 * shape.reduce((product, extent) => product * extent, 1)));
  }
  const all = Buffer.concat(values);
  expect(all.equals(whole.bytes.subarray(whole.bytes.byteLength - all.byteLength))).toBe(true);
});

it('S5: the plan names the axes of the data, for a whole job and for one in blocks', async () => {
  const main = 'root://scans/turned.npy';
  const axes = ['detector', 'slice', 'angle'];
  const given = { centerOfRotation: 10 };
  const whole = await imageOf(await run({ inputs: {}, leaves: { kind: 'image' } }, given));
  const named = await imageOf(await run({ inputs: {}, leaves: { kind: 'image' } }, { ...given, axes }, main));
  expect(named.bytes.equals(whole.bytes)).toBe(true);
  expect(named.codes).not.toContain('AXES_REPLACED');
  const pre = { ...given, axes: axes.join() };
  const division = { fromBytes: 1, halvings: 0 };
  const other = `${main}?axes=slice,detector,angle`;
  const divided = await run({ inputs: {}, leaves: { kind: 'image' }, division }, pre, other);
  if (divided.kind !== 'part') throw new Error('The run was not divided.');
  const { parts, history } = divided.output;
  const first = { inputs: { parts: parts.slice(0, 1), axis: 'slice', history }, leaves: { kind: 'image' } } as const;
  const block = await imageOf(await run(first, pre, other));
  expect(block.codes).toContain('AXES_REPLACED');
  const length = 4 * block.shape.reduce((product, extent) => product * extent, 1);
  const start = whole.bytes.byteLength - 4 * whole.shape.reduce((product, extent) => product * extent, 1);
  expect(block.bytes.subarray(-length).equals(whole.bytes.subarray(start, start + length))).toBe(true);
});

it('refuses blocks that are swapped, lacking or of another stage, whoever names them', async () => {
  const pre = { centerOfRotation: 10 };
  const [before, rest] = [steps.slice(0, 1), steps.slice(1)];
  const blockOf = { steps: [], whole: false };
  const leavesPart = { kind: 'dataset', halo: 0 } as const;
  const division = { fromBytes: 1, halvings: 0 };
  const raw = { inputs: {}, follows: { steps: [], whole: true } };
  const divided = await run({ ...raw, leaves: { kind: 'image' }, division }, pre);
  if (divided.kind !== 'part') throw new Error('The run was not divided.');
  const { parts: blocks, history } = divided.output;
  const parts: string[] = [];
  for (const block of blocks) {
    const inputs = { parts: [block], history };
    const left = await run({ steps: before, inputs, follows: blockOf, leaves: leavesPart }, pre);
    if (left.kind === 'part') parts.push(...left.output.parts);
  }
  const [first = '', second = '', third = ''] = parts;
  const joined = (taken: readonly string[], axis = 'slice', follows = { steps: steps.slice(0, 1), whole: true }) =>
    run({ steps: rest, inputs: { parts: taken, axis, history }, follows, leaves: { kind: 'image' } }, pre);
  const whole = await imageOf(await run({ inputs: {}, leaves: { kind: 'image' } }, pre));
  expect((await imageOf(await joined(parts))).bytes.equals(whole.bytes)).toBe(true);
  for (const taken of [[second, first, third], [first, second], [second, third], [first, second, second], [first]]) {
    await expect(joined(taken), taken.join()).rejects.toThrow(/WARRANT_REFUSED.*is not all that the stage before/);
  }
  await expect(joined(parts, 'angle')).rejects.toThrow(/WARRANT_REFUSED.*is not all/);
  await expect(joined([first, blocks[1] ?? '', third])).rejects.toThrow(/WARRANT_REFUSED.*other steps/);
  const again = run({ steps: before, inputs: { parts: [first], history }, follows: blockOf, leaves: leavesPart }, pre);
  await expect(again).rejects.toThrow(/WARRANT_REFUSED.*other steps/);
});
