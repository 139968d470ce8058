import { mkdir, open, readdir, readFile, rm, stat, statfs, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { elementCount, float32Array, type Job, type JsonValue, type SubjobRecord } from '@rondel/contracts';
import { encodeArray } from '@rondel/formats';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mountSmallDisk, type SmallDisk } from '../faults/suite/small-disk.js';
import { haveRealData, realData } from '../support/machine/real-data.js';
import { rondel } from '../support/machine/rondel-command.js';
import { eventually, startStack, type Stack } from '../support/machine/stack.js';
import { mpiCases, scan, type MpiCase } from '../support/mpi/cases.js';
import { relativeDifference } from '../support/mpi/float64.js';
import { writeScan } from '../support/mpi/write-scan.js';

const folder = fileURLToPath(new URL('./slice-filter', import.meta.url));
const slices = 7;
const shape = [2, slices, 6, 5];

/** The second filter may run elsewhere. */
function plan(place?: string): string {
  const smooth = '_type = "RecoPlan{SliceSmoothingParameters}"';
  const wrapped = `_module = "DaggerImageReconstruction"
    _type = "RecoPlan{DaggerReconstructionUtility}"
    worker = "${place ?? ''}"
        [parameter.smooth.param]
        _module = "LabSliceFilter"
        ${smooth}`;
  return `_module = "LabSliceFilter"
_type = "RecoPlan{SliceFilterAlgorithm}"
[parameter]
_type = "RecoPlan{SliceFilters}"
    [parameter.median]
    _type = "RecoPlan{SliceMedianParameters}"
    radius = 2
    [parameter.smooth]
    ${place === undefined ? smooth : wrapped}
`;
}

function volume(extents: readonly number[]) {
  const values = Float32Array.from({ length: elementCount(extents) }, (_, index) => Math.sin(index * index));
  return float32Array(values, extents, ['frame', 'slice', 'y', 'x']);
}

describe('blocks', { timeout: 240_000 }, () => {
  let stack: Stack;
  let disk: SmallDisk | string;
  let data: string;

  beforeAll(async () => {
    vi.stubEnv('RONDEL_PACKAGES', folder);
    // The disk that is mounted below a running API is smaller than what that keeps free by itself.
    vi.stubEnv('RONDEL_MIN_FREE', '1MiB');
    stack = await startStack();
    const identity = await readFile(join(storeFolder(), 'identity'));
    disk = await mountSmallDisk(storeFolder(), 96);
    if (typeof disk === 'string') console.warn(`The test of a full disk is skipped: ${disk}.`);
    // Else it would not be the store of the API, which has started already.
    else await writeFile(join(storeFolder(), 'identity'), identity);
    await mkdir(join(stack.directory, 'scans'));
    const root = `scans=${join(stack.directory, 'scans')}`;
    await stack.startWorker('--threads', '1', '--data-root', root);
    await stack.startWorker('--threads', '1', '--label', 'side=other');
    data = await put('volume.npy', shape);
  }, 120_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stack.stopWorkers();
    if (typeof disk === 'object') await disk.remove();
    await stack.stop();
  });

  const storeFolder = () => join(stack.directory, 'store');

  /** Stores a volume; a .npy file does not name its axes. */
  async function put(name: string, extents: readonly number[]): Promise<string> {
    const file = join(stack.directory, name);
    await writeFile(file, (await encodeArray(volume(extents), 'npy')).parts);
    const [artifact = ''] = await stored([file]);
    return artifact;
  }

  async function stored(files: readonly string[]): Promise<string[]> {
    const { stdout } = await rondel(['data', 'put', ...files, '--json'], stack.environment);
    return (JSON.parse(stdout) as { stored: { artifact: string }[] }).stored.map(({ artifact }) => artifact);
  }

  async function run(submission: Parameters<Stack['client']['submit']>[0]): Promise<Job> {
    const { id } = await stack.client.submit(submission);
    return stack.client.waitForJob(id);
  }

  async function imageOf(submission: Parameters<Stack['client']['submit']>[0]): Promise<string> {
    const { error, result } = await run(submission);
    expect(error?.message).toBeUndefined();
    return result?.artifact ?? '';
  }

  it('with their neighbours give bit for bit the unsplit image, whatever their size', async () => {
    const whole = await imageOf({ plan: plan(), data });
    for (let size = 1; size <= slices; size += 1) {
      expect(await imageOf({ plan: plan(), data, split: `slice:${size}` })).toBe(whole);
    }
    expect(await imageOf({ plan: plan(), data, split: 'frame:1' })).toBe(whole);
    // Two split stages: the first leaves more than its blocks, as the second needs neighbours, too.
    expect(await imageOf({ plan: plan('side=other'), data, split: 'slice:2' })).toBe(whole);
  });

  it('carry the warnings of the whole, which are in every place where one looks for them', async () => {
    const doubtful = { data, parameters: { doubt: true } };
    const whole = await run({ plan: plan(), ...doubtful });
    const warnings = [
      {
        code: 'DETECTOR_REPAIRED',
        message: 'Outliers were taken away.',
        step: 'parameter.median',
        path: 'parameter.median.radius',
      },
      { code: 'PRECISION_REDUCED', message: 'The image is smoother than the data.', step: 'parameter.smooth' },
    ];
    expect(whole.warnings).toEqual(warnings);
    expect((await stack.client.provenance(whole.id)).warnings).toEqual(warnings);
    expect(await run({ plan: plan(), data })).not.toHaveProperty('warnings');
    for (const pieces of [
      { plan: plan(), split: 'slice:1' },
      { plan: plan('side=other'), split: 'slice:2' },
      { plan: plan('side=other') },
    ]) {
      const split = await run({ ...pieces, ...doubtful });
      expect([split.warnings, split.result?.artifact]).toEqual([warnings, whole.result?.artifact]);
      expect((await stack.client.provenance(split.id)).warnings).toEqual(warnings);
    }
    // The second filter has no worker: what the first one said is there before the image is, and stays.
    const { id } = await stack.client.submit({ plan: plan('stage=none'), ...doubtful, split: 'slice:2' });
    await eventually(async () => (await stack.client.job(id)).steps[0]?.state === 'completed', stack.log);
    expect(await stack.client.job(id)).toMatchObject({ state: 'active', warnings: warnings.slice(0, 1) });
    expect((await stack.client.cancel(id)).warnings).toEqual(warnings.slice(0, 1));
    const told: unknown[] = [];
    for await (const event of stack.client.events(whole.id)) if (event.type === 'warning') told.push(event.data);
    expect(told).toEqual(warnings);
  });

  it('and results that others left end a strict job at its first warning', async () => {
    const cached = plan().replace(
      '_type = "RecoPlan{SliceMedianParameters}"',
      `_module = "AbstractImageReconstruction"
    _type = "RecoPlan{ProcessResultCache}"
    maxsize = 2
        [parameter.median.param]
        _module = "LabSliceFilter"
        _type = "RecoPlan{SliceMedianParameters}"
        doubt = true`,
    );
    const lenient = await run({ plan: cached, data });
    expect(lenient.steps[0]?.cache?.state).toBe('stored');
    const again = await run({ plan: cached, data });
    expect(again.steps[0]?.cache?.state).toBe('hit');
    expect(again.warnings).toEqual(lenient.warnings);
    const doubtful = plan().replace('radius = 2', 'radius = 2\ndoubt = true');
    for (const [strict, split] of [
      [cached, undefined],
      [doubtful, undefined],
      [doubtful, 'slice:2'],
    ] as const) {
      const job = await run({ plan: strict, data, strict: true, ...(split && { split }) });
      expect(job).toMatchObject({ state: 'failed', strict: true, warnings: lenient.warnings });
      expect(job.error).toMatchObject({ code: 'STRICT_WARNING', details: { warning: lenient.warnings?.[0] } });
    }
    expect((await run({ plan: plan(), data, strict: true })).state).toBe('completed');
  });

  it('are read from an HDF5 file in a data root, by workers that have it', async () => {
    const file = join(stack.directory, 'scans', 'volume.h5');
    await writeFile(file, (await encodeArray(volume(shape), 'h5')).parts);
    const whole = await imageOf({ plan: plan(), data });
    const reference = 'root://scans/volume.h5';
    const split = await run({ plan: plan(), data: reference, split: 'slice:3' });
    expect(split.error?.message).toBeUndefined();
    expect(split.result?.artifact).toBe(whole);
    const { data: sources } = await stack.client.provenance(split.id);
    expect(sources).toMatchObject([{ name: 'data', reference, format: 'hdf5', bytes: (await stat(file)).size }]);
    const [withRoot] = (await stack.client.workers()).filter(({ labels }) => labels.side === undefined);
    const { steps } = split;
    expect(new Set(steps.flatMap(({ subjobs = [] }) => subjobs.map(({ worker }) => worker)))).toEqual(
      new Set([withRoot?.id]),
    );
    // Where the blocks go to workers that need not have the root, they are copied for them.
    const moved = plan('side=other').replace(
      '[parameter.median]',
      '[parameter.median]\n    _module = "LabSliceFilter"',
    );
    expect(await imageOf({ plan: moved, data: reference, split: 'slice:3' })).toBe(whole);
  });

  it.runIf(haveRealData)('of a real scan give bit for bit the image of the whole', async () => {
    await writeFile(join(stack.directory, 'scans', 'tooth.h5'), await readFile(realData.tooth));
    const tooth = { plan: { name: 'radon/fbp' }, data: 'root://scans/tooth.h5', parameters: { centerOfRotation: 296 } };
    expect(await imageOf({ ...tooth, split: 'slice:1' })).toBe(await imageOf(tooth));
  });

  it('with system matrices give what plan files of MPIReco.jl give in float64', async () => {
    const cases = mpiCases.map((prepared) => prepared());
    const submitted = cases.map(async ({ plan: file, data: given, parameters }) =>
      run({ plan: file, data: await uploaded(given), parameters }),
    );
    const [commanded, jobs] = await Promise.all([byCommand(mpiCases[0]()), Promise.all(submitted)]);
    for (const [index, job] of jobs.entries()) {
      const { name = '', expected = () => [] } = cases[index] ?? {};
      expect(job.error?.message, name).toBeUndefined();
      // Three sweeps in float32; plans of MPIReco.jl are held to 1e-4.
      expect(relativeDifference(await valuesOf(job), expected()), name).toBeLessThan(1e-4);
    }
    expect(commanded).toBe(jobs[0]?.result?.artifact);
  });

  /** The image of a plan file and data that lie where the command is run. */
  async function byCommand({ plan: file, data: given, parameters }: MpiCase): Promise<string | undefined> {
    const path = join(stack.directory, 'plan.toml');
    await writeFile(path, file);
    const { data: measured = '', ...others } = await written(given);
    const files = Object.entries(others).map(([name, other]) => `${name}=${other}`);
    const set = Object.entries(parameters).flatMap(([name, value]) => ['--set', `${name}=${tomlOf(value)}`]);
    const arguments_ = ['submit', path, measured, ...files, ...set];
    const { code, stdout, stderr } = await rondel([...arguments_, '--json'], stack.environment);
    expect(code, stdout + stderr).toBe(0);
    return (await stack.client.waitForJob((JSON.parse(stdout) as Job).id)).result?.artifact;
  }

  it('of frames cost a worker that is killed its block only, and read the system matrix once on each', async () => {
    const third = await stack.startWorker('--threads', '1');
    const data = await uploaded({ data: scan.measurement, sf: scan.calibration });
    // Half a second and more for each frame.
    const parameters = { iterations: 4000 };
    const slow = { plan: { name: 'mpi/single-patch' }, data, parameters };
    const { id } = await stack.client.submit({ ...slow, split: 'frame:1' });
    const blocksOf = ({ steps }: Job) => steps.find(({ path }) => path === 'parameter.reco')?.subjobs ?? [];
    const onThird = ({ worker, state }: SubjobRecord) => worker === third.record.id && state === 'active';
    let lost: string | undefined;
    await eventually(async () => {
      lost = blocksOf(await stack.client.job(id)).find(onThird)?.id;
      return lost !== undefined;
    }, stack.log);
    third.child.kill('SIGKILL');
    // Not before: on the third worker it would keep that one from the blocks.
    const whole = await stack.client.submit(slow);
    const job = await stack.client.waitForJob(id);
    expect(job.error?.message).toBeUndefined();
    const blocks = blocksOf(job);
    expect(blocks.map((block) => [block.id, block.attempts])).toEqual(
      blocks.map((block) => [block.id, block.id === lost ? 2 : 1]),
    );
    const held = blocks.map(({ worker, cache }) => `${worker ?? ''} ${cache?.held?.[0]?.state ?? ''}`);
    for (const worker of new Set(blocks.map((block) => block.worker))) {
      expect(held.filter((one) => one === `${worker ?? ''} stored`).length).toBeLessThanOrEqual(1);
    }
    expect(job.result?.artifact).toBe((await stack.client.waitForJob(whole.id)).result?.artifact);
  });

  async function uploaded(data: MpiCase['data']): Promise<Record<string, string>> {
    const puts = Object.entries(await written(data)).map(async ([name, path]) => {
      const { artifact } = await stack.client.putData(new Blob([await readFile(path)]));
      return [name, artifact] as const;
    });
    return Object.fromEntries(await Promise.all(puts));
  }

  /** Paths of files with arrays and scans, by name. */
  async function written(data: MpiCase['data']): Promise<Record<string, string>> {
    const files = Object.entries(data).map(async ([name, one]) => {
      const path = join(stack.directory, `${name}-${(filesWritten += 1)}.${'dtype' in one ? 'npy' : 'mdf'}`);
      if ('dtype' in one) await writeFile(path, (await encodeArray(one, 'npy')).parts);
      else await writeScan(path, one);
      return [name, path] as const;
    });
    return Object.fromEntries(await Promise.all(files));
  }
  let filesWritten = 0;

  async function valuesOf({ id }: Job): Promise<Float32Array> {
    const { body } = await stack.client.result(id, { format: 'npy' });
    const bytes = await new Response(body).arrayBuffer();
    const header = 10 + new DataView(bytes).getUint16(8, true);
    return new Float32Array(bytes.slice(header));
  }

  /** A job that waits for a worker with its first filter done and the blocks of it in the store. */
  async function halfway(reference: string, label: string, attempts = 2): Promise<string> {
    const { id } = await stack.client.submit({
      plan: plan(`stage=${label}`),
      data: reference,
      split: 'slice:2',
      attempts,
    });
    await eventually(
      async () => (await stack.client.job(id)).steps[0]?.state === 'completed',
      () => stack.log(),
      120_000,
    );
    return id;
  }

  it('that were damaged meanwhile are not used but made again, while attempts are left', async () => {
    const other = await put('other.npy', [3, slices, 4, 5]);
    const last = await halfway(other, 'damaged', 1);
    for (const path of await partsLeftBy(last)) await flipLastBit(path);
    const id = await halfway(other, 'damaged');
    // As after a power failure: what was not flushed is shorter, or not there.
    const [gone = '', ...short] = await partsLeftBy(id);
    expect(short).not.toEqual([]);
    await rm(gone);
    for (const path of short) await truncate(path, Math.floor((await stat(path)).size / 2));
    await stack.startWorker('--threads', '1', '--label', 'stage=damaged');
    const { state, error } = await stack.client.waitForJob(last);
    expect([state, error?.code]).toEqual(['failed', 'CONFLICT']);
    expect(error?.message).toMatch(/^A part of the job that the stage before left is damaged: .*SHA-256 [0-9a-f]{64}/);
    const again = await stack.client.waitForJob(id);
    expect(again.error?.message).toBeUndefined();
    expect(again.attempts.made).toBeGreaterThan(1);
    expect(again.result?.artifact).toBe(await imageOf({ plan: plan(), data: other }));
  });

  /** Files that the stages of a job have left for each other. */
  async function partsLeftBy(id: string): Promise<string[]> {
    const entries = await readdir(join(storeFolder(), 'parts', id), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  }

  it('that find no room to be joined may be tried again', async ({ skip }) => {
    if (typeof disk === 'string') return skip(disk);
    // 1.5 MiB; the blocks of the second filter fit, the image after them does not.
    const large = await put('large.npy', [1, 24, 128, 128]);
    const id = await halfway(large, 'crowded');
    const { bavail, bsize } = await statfs(storeFolder());
    const filler = await open(join(storeFolder(), 'filler'), 'w');
    await filler.writeFile(Buffer.alloc(bavail * bsize - 2.25 * 2 ** 20, 1));
    await filler.close();
    await stack.startWorker('--threads', '1', '--label', 'stage=crowded');
    const { state, error } = await stack.client.waitForJob(id);
    expect([state, error?.code, error?.retryable]).toEqual(['failed', 'QUOTA_EXCEEDED', true]);
    // The job's record is tried after its end.
    await eventually(
      async () => (await readdir(join(storeFolder(), 'incoming'))).length === 0,
      () => stack.log(),
    );
    await disk.free();
    expect(await imageOf({ plan: plan('stage=crowded'), data: large, split: 'slice:2' })).toBe(
      await imageOf({ plan: plan(), data: large }),
    );
  });
});

async function flipLastBit(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await writeFile(path, bytes);
}

/** As a value is written after `--set`. */
function tomlOf(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(tomlOf).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)} = ${tomlOf(field)}`);
  return `{ ${fields.join(', ')} }`;
}
