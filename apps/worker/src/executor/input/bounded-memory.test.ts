import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elementCount, float32Array } from '@rondel/contracts';
import { npyHeader } from '@rondel/formats';
import { openArtifactStore, openPartArea } from '@rondel/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtScript, directPlan, unheard } from '../../supervisor/built-executor.test.support.js';
import { startExecutor, type ExecutorProcess } from '../../supervisor/process/executor-process.js';
import { putDataset } from '../files/dataset-parts.js';
import type { RunPart, RunRequest } from '../messages/messages.js';
import type { SupervisorRequest } from '../messages/supervisor-requests.js';

/** 384 MiB in 16 blocks of 24 MiB. */
const slices = 96;
const blocks = 16;
const plane = 1024;
const blockBytes = (4 * slices * plane * plane) / blocks;
/** What dividing and joining may take: two blocks, and 64 MiB for pieces, libraries and what the collector leaves. */
const bound = 2 * blockBytes + 64 * 2 ** 20;

/** Resident memory since the last call, at most; Linux only. */
async function peakBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  // Lets the peak begin anew, see proc(5).
  await writeFile(`/proc/${pid}/clear_refs`, '5');
  return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1]) * 1024;
}

async function residentBytes(pid: number): Promise<number> {
  await peakBytes(pid);
  return Number(/VmRSS:\s*(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

const job = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

describe.runIf(process.platform === 'linux')('an executor', { timeout: 300_000 }, () => {
  let directory: string;
  let executor: ExecutorProcess;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rondel-bounded-'));
    executor = startExecutor(
      {
        storeDirectory: join(directory, 'store'),
        roots: { scans: directory },
        packages: [],
        engine: 'wasm',
        threads: 1,
      },
      builtScript,
    );
    await executor.ready;
  }, 120_000);
  afterAll(async () => {
    await executor.kill();
    await rm(directory, { recursive: true, force: true });
  });

  async function run(part: Pick<RunPart, 'inputs' | 'leaves'>) {
    const request: RunRequest = {
      job,
      run: 0,
      attempt: 1,
      worker: 'w1',
      plan: directPlan({ _type: 'RecoPlan{RadonPreprocessingParameters}' }),
      planToml: '',
      planSha256: '0',
      parameters: {},
      data: { data: 'root://scans/volume.npy' },
      part: { subjob: '0.0', steps: [], alone: false, ...part },
    };
    const before = await residentBytes(executor.pid ?? 0);
    const end = await executor.run(request, unheard);
    if (end.kind !== 'done') throw new Error(JSON.stringify(end));
    return { outcome: end.outcome, grown: (await peakBytes(executor.pid ?? 0)) - before };
  }

  it('divides a volume of several times what it may take', async () => {
    const shape = [slices, plane, plane];
    const file = await open(join(directory, 'volume.npy'), 'w');
    const header = npyHeader({ dtype: 'float32', shape });
    await file.write(header);
    // A hole: reads as zeros and takes no space on the disk.
    await file.truncate(header.byteLength + 4 * elementCount(shape));
    await file.close();
    const leaves = { kind: 'blocks', axis: 'angle', size: plane / blocks, halo: 1 } as const;
    const described = await run({ inputs: {}, leaves: { ...leaves, byReference: true } });
    if (described.outcome.kind !== 'part') throw new Error('unreachable');
    expect(described.outcome.output.parts).toHaveLength(blocks);
    expect(described.grown).toBeLessThan(bound);
    const copied = await run({ inputs: {}, leaves: { ...leaves, byReference: false } });
    if (copied.outcome.kind !== 'part') throw new Error('unreachable');
    expect(new Set(copied.outcome.output.parts).size).toBe(blocks);
    expect(copied.grown).toBeLessThan(bound);
  });

  it('joins a volume of several times what it may take, along the first axis and along another', async () => {
    const store = openArtifactStore(join(directory, 'store'));
    const left = openPartArea(join(directory, 'store')).files({ job, run: 0 });
    const history = { data: [], legs: [], timings: {} };
    for (const axis of ['slice', 'y']) {
      const axes = ['slice', 'y', 'x'];
      const at = axes.indexOf(axis);
      const shape = [slices, plane, plane].map((extent, index) => (index === at ? extent / blocks : extent));
      const parts: string[] = [];
      for (let index = 0; index < blocks; index += 1) {
        const values = new Float32Array(blockBytes / 4).fill(index);
        parts.push(putDataset({ data: float32Array(values, shape, axes), companions: {}, attributes: {} }, left));
      }
      const { outcome, grown } = await run({ inputs: { parts, axis, history }, leaves: { kind: 'image' } });
      if (outcome.kind !== 'image') throw new Error('unreachable');
      const { result } = outcome;
      expect(result).toMatchObject({ shape: [slices, plane, plane], axes, min: 0, max: blocks - 1 });
      expect(result.mean).toBe((blocks - 1) / 2);
      expect(grown).toBeLessThan(bound);
      const artifact = result.artifact.replace('artifact:sha256-', '');
      const hash = createHash('sha256');
      for await (const piece of await store.open(artifact)) hash.update(piece as Buffer);
      expect(hash.digest('hex')).toBe(artifact);
    }
  });
});

describe.runIf(process.platform === 'linux')('an executor with 256 MiB', { timeout: 120_000 }, () => {
  const mib = 2 ** 20;
  let directory: string;
  let executor: ExecutorProcess;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rondel-claims-'));
    const unwritten = new URL('../../../../../libs/formats/src/testing/unwritten.h5', import.meta.url).pathname;
    await copyFile(unwritten, join(directory, 'unwritten.h5'));
    const settings = {
      storeDirectory: join(directory, 'store'),
      roots: { scans: directory },
      packages: [],
      engine: 'wasm',
      threads: 1,
      memoryBytes: 256 * mib,
    } as const;
    executor = startExecutor(settings, builtScript);
    await executor.ready;
  }, 120_000);
  afterAll(async () => {
    await executor.kill();
    await rm(directory, { recursive: true, force: true });
  });

  async function run(data: RunRequest['data'], division?: RunPart['division']) {
    const offers: SupervisorRequest[] = [];
    const request: RunRequest = {
      ...{ job, run: 0, attempt: 1, worker: 'w1', planToml: '', planSha256: '0', parameters: {}, data },
      plan: directPlan({ _type: 'RecoPlan{RadonPreprocessingParameters}' }),
      part: {
        subjob: '0.0',
        steps: ['parameter.pre', 'parameter.reco'],
        inputs: {},
        leaves: { kind: 'image' },
        alone: true,
        ...(division && { division }),
      },
    };
    const before = await residentBytes(executor.pid ?? 0);
    const end = await executor.run(request, {
      ...unheard,
      onAsk: (ask) => {
        offers.push(ask);
        return Promise.resolve({ kind: 'divided', size: 1 });
      },
    });
    return { end, offers, grown: (await peakBytes(executor.pid ?? 0)) - before };
  }

  it('H4: refuses small files that claim gigabytes, or reads them in blocks', async () => {
    const unwritten = 'root://scans/unwritten.h5';
    const angles = `${unwritten}#/angles`;
    const claims: [string, RunRequest['data']][] = [
      [unwritten, { data: unwritten }],
      [angles, { data: `${unwritten}#/half?axes=slice,angle,detector`, angles }],
    ];
    for (const [reference, data] of claims) {
      const { end, grown } = await run(data);
      expect(end).toMatchObject({ kind: 'failed', failure: { code: 'OUT_OF_MEMORY' } });
      if (end.kind === 'failed') expect(end.failure.message).toContain(`${reference} says that`);
      expect(grown).toBeLessThan(256 * mib);
    }
    const { end, offers, grown } = await run({ data: unwritten }, { fromBytes: 2 ** 30, halvings: 0 });
    expect(offers).toMatchObject([{ kind: 'divide', axis: 'slice', extent: 64, done: [] }]);
    expect(end).toMatchObject({ kind: 'done', outcome: { kind: 'part' } });
    expect(grown).toBeLessThan(256 * mib);
    expect(executor.alive()).toBe(true);
  });
});
