import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RondelError, type Warning } from '@rondel/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { run } from '../shell/run.js';
import { capturedTerminal } from '../testing/captured-terminal.js';
import { jobId, startSmallServer, type SmallServer } from '../testing/small-server.js';

let server: SmallServer;
let folder = '';

beforeEach(async () => {
  server = await startSmallServer();
  folder = await mkdtemp(join(tmpdir(), 'rondel-cli-'));
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function rondel(...parameters: string[]) {
  const terminal = capturedTerminal({ environment: { RONDEL_URL: server.url } });
  const code = await run(parameters, terminal);
  return { code, output: terminal.output(), errors: terminal.errors() };
}

const reference = `job:${jobId}`;

test('a submission carries plan, parameters, labels and limits as they were given', async () => {
  const options = ['--set', 'filter=hann', '--set', 'parameter.reco.angles=[0, 1.5]', '--label', 'scan=7'];
  const limits = [
    '--pool',
    'gpu',
    '--lane',
    'batch',
    '--priority',
    '3',
    '--timeout',
    '1.5',
    '--attempts',
    '2',
    '--engine',
    'webgpu',
  ];
  const { code } = await rondel('submit', 'radon/fbp', reference, ...options, ...limits);
  expect(code).toBe(0);
  expect(server.submissions).toEqual([
    {
      plan: { name: 'radon/fbp' },
      parameters: { filter: 'hann', 'parameter.reco.angles': [0, 1.5] },
      data: reference,
      labels: { scan: '7' },
      pool: 'gpu',
      engine: 'webgpu',
      lane: 'batch',
      priority: 3,
      timeoutSeconds: 1.5,
      attempts: 2,
    },
  ]);
});

test('a plan file is sent as it is, several data references by their names', async () => {
  const plan = join(folder, 'my.toml');
  await writeFile(plan, '# mine\n_type = "DirectRadonAlgorithm"\n');
  await rondel('submit', plan, `data=${reference}`, `dark=${reference}`, '--detach');
  expect(server.submissions[0]).toMatchObject({
    plan: '# mine\n_type = "DirectRadonAlgorithm"\n',
    data: { data: reference, dark: reference },
  });
});

test('a built-in plan that only the server has is submitted by its name', async () => {
  expect(await rondel('submit', 'lab/mean', reference, '--detach')).toMatchObject({ code: 0 });
  expect(server.submissions).toMatchObject([{ plan: { name: 'lab/mean' } }]);
});

test('a name that neither this machine nor the server knows is refused with the names of the server', async () => {
  const { code, errors } = await rondel('submit', 'lab/maen', reference);
  expect(code).toBe(2);
  expect(errors).toContain('NOT_FOUND "lab/maen" is neither');
  expect(errors).toContain('Built-in are lab/mean;');
  expect(server.submissions).toEqual([]);
});

test('a plan with a syntax error is refused here, with its line, before anything is sent', async () => {
  const plan = join(folder, 'bad.toml');
  await writeFile(plan, '_type = "x"\nangles = [1,\n');
  const { code, errors } = await rondel('submit', plan, reference);
  expect(code).toBe(2);
  expect(errors).toMatch(/PLAN_SYNTAX.*bad\.toml: Line \d+, column \d+/);
  expect(server.calls).toEqual([]);
});

test('local files that properties name are uploaded, in lists and nodes too', async () => {
  const [sf, noise] = [join(folder, 'sf.mdf'), join(folder, 'noise.mdf')];
  await writeFile(sf, 'matrix');
  await writeFile(noise, 'noise');
  const uploaded = (text: string) => `artifact:sha256-${createHash('sha256').update(text).digest('hex')}`;
  const set = (text: string) => ['--set', text];
  const root = 'root://scans/sf.mdf';
  const { code } = await rondel(
    ...['submit', 'radon/fbp', reference, '--detach', ...set(`parameter.reco.sf=["${sf}", "${root}"]`)],
    ...set(`weightingParams={ _type = "WhiteningWeightingParameters", whiteningMeas = "${noise}" }`),
    ...set(`filter=${sf}`),
  );
  expect(code).toBe(0);
  expect(server.submissions).toMatchObject([
    {
      parameters: {
        'parameter.reco.sf': [uploaded('matrix'), root],
        weightingParams: { whiteningMeas: uploaded('noise') },
        filter: sf,
      },
    },
  ]);
  const missing = await rondel('submit', 'radon/fbp', reference, ...set(`sf=${join(folder, 'none.mdf')}`));
  expect(missing.code).toBe(2);
  expect(missing.errors).toContain('There is no file');
  expect(server.submissions).toHaveLength(1);
});

test('a local file is uploaded once, and its dataset stays with the reference', async () => {
  const scan = join(folder, 'scan.h5');
  await writeFile(scan, 'raw data');
  await rondel('submit', 'radon/fbp', `${scan}#/entry/data`, '--detach');
  await rondel('submit', 'radon/fbp', scan, '--detach');
  expect(server.calls.filter((call) => call.startsWith('PUT'))).toHaveLength(1);
  const [first, second] = server.submissions as { data: string }[];
  expect(first?.data).toMatch(/^artifact:sha256-[0-9a-f]{64}#\/entry\/data$/);
  expect(second?.data).toBe(first?.data.split('#')[0]);
});

test('a file that the server has is not put again', async () => {
  const scan = join(folder, 'scan.npy');
  await writeFile(scan, 'raw data');
  await rondel('data', 'put', scan);
  const again = await rondel('data', 'put', scan);
  expect(again).toMatchObject({ code: 0, output: expect.stringContaining('(was there already)') as string });
  expect(server.calls.filter((call) => call.startsWith('PUT'))).toHaveLength(1);
});

test('an extension that no format has is refused before anything is sent', async () => {
  const { code, errors } = await rondel('submit', 'radon/fbp', reference, '-o', join(folder, 'image.jpg'));
  expect(code).toBe(2);
  expect(errors).toContain('.npy, .h5, .nii.gz, .tif, .dcm, .png');
  expect(server.calls).toEqual([]);
});

test('a folder that is not there is found out before anything is sent', async () => {
  const { code } = await rondel('submit', 'radon/fbp', reference, '-o', join(folder, 'no', 'image.npy'));
  expect(code).toBe(2);
  expect(server.calls).toEqual([]);
});

test('the image is written under its name alone, without leftovers', async () => {
  const { code } = await rondel('submit', 'radon/fbp', reference, '-o', join(folder, 'image.npy'));
  expect(code).toBe(0);
  expect(await readdir(folder)).toEqual(['image.npy']);
  expect(await readFile(join(folder, 'image.npy'), 'utf8')).toBe('pixels');
});

test.each([
  ['STEP_FAILED', 1],
  ['STRICT_WARNING', 1],
  ['PLAN_INVALID_VALUE', 1],
  ['TIMEOUT', 5],
] as const)(
  'a job that fails with %s makes the command exit with %i and prints the finished job',
  async (code, exit) => {
    server.ending = { state: 'failed', error: { code, message: 'It did not work.', retryable: false } };
    const result = await rondel('submit', 'radon/fbp', reference, '--json');
    expect(result.code).toBe(exit);
    expect(result.output.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(result.output)).toMatchObject({ id: jobId, state: 'failed', error: { code } });
    expect(result.errors).toBe('');
  },
);

const doubts: Warning[] = [
  { code: 'UNITS_ASSUMED', message: 'The angles have no unit.', path: 'parameter.pre.angles' },
  { code: 'AXIS_UNCERTAIN', message: 'parameter.pre found the axis at 131 ± 4.', step: 'parameter.pre' },
];
const told = [
  'warning UNITS_ASSUMED The angles have no unit. (parameter.pre.angles)',
  'warning AXIS_UNCERTAIN parameter.pre found the axis at 131 ± 4.',
];

test('warnings are told on standard error, with --json too, whose document has them', async () => {
  server.ending = { state: 'completed', warnings: doubts };
  const plain = await rondel('submit', 'radon/fbp', reference, '--strict');
  expect(plain.code).toBe(0);
  expect(server.submissions).toMatchObject([{ strict: true }]);
  for (const line of told) expect(plain.errors.split('\n')).toContain(line);
  expect(plain.output).not.toContain('UNITS_ASSUMED');
  const json = await rondel('submit', 'radon/fbp', reference, '--json');
  expect(JSON.parse(json.output)).toMatchObject({ warnings: doubts });
  expect(json.errors.trim().split('\n')).toEqual(told);
  const shown = await rondel('show', jobId);
  for (const line of told) expect(shown.output).toContain(`  ${line}`);
  server.ending = { state: 'completed' };
  expect((await rondel('submit', 'radon/fbp', reference, '--json')).errors).toBe('');
});

test('an interruption cancels the job that was submitted and exits with 4', async () => {
  server.ending = { state: 'active' };
  const interruption = new AbortController();
  const terminal = capturedTerminal({ environment: { RONDEL_URL: server.url }, signal: interruption.signal });
  const done = run(['submit', 'radon/fbp', reference, '--json'], terminal);
  while (!server.calls.includes(`GET /v1/jobs/${jobId}/events`)) await sleep(5);
  interruption.abort(new RondelError('CANCELLED', 'Interrupted.'));
  expect(await done).toBe(4);
  expect(server.calls).toContain(`DELETE /v1/jobs/${jobId}`);
  expect(JSON.parse(terminal.output())).toMatchObject({ state: 'cancelled' });
});

test('an interruption of watch leaves the job alone and exits with 4', async () => {
  server.ending = { state: 'active' };
  const interruption = new AbortController();
  const terminal = capturedTerminal({ environment: { RONDEL_URL: server.url }, signal: interruption.signal });
  const done = run(['watch', jobId], terminal);
  while (!server.calls.includes(`GET /v1/jobs/${jobId}/events`)) await sleep(5);
  interruption.abort(new RondelError('CANCELLED', 'Interrupted.'));
  expect(await done).toBe(4);
  expect(server.calls.some((call) => call.startsWith('DELETE'))).toBe(false);
});

test('watch --json prints events as JSON lines and the job as the last one', async () => {
  const { code, output } = await rondel('watch', jobId, '--json');
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
  expect(code).toBe(0);
  expect(lines.map(({ type }) => type)).toEqual(['progress', 'job']);
});

test('O18: a job that the server knows no more is no mistake of whoever waits for it, one that it never knew is', async () => {
  server.forgetful = true;
  const lost = await rondel('submit', 'radon/fbp', reference);
  expect(lost).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/NOT_FOUND The server no longer knows job .*: its Redis has lost/) as string,
  });
  for (const json of [[], ['--json']]) expect((await rondel('watch', jobId, ...json)).code).toBe(2);
});

test('H5: whoever follows a job that waits hears why', async () => {
  server.ending = { state: 'queued', waiting: { reason: 'The only worker takes nothing now: its disk is full.' } };
  const terminal = capturedTerminal({ environment: { RONDEL_URL: server.url } });
  const watched = run(['watch', jobId], terminal);
  await vi.waitFor(
    () => expect(terminal.errors()).toMatch(/^The only worker takes nothing now: its disk is full\.$/m),
    15_000,
  );
  server.ending = { state: 'completed' };
  expect(await watched).toBe(0);
}, 30_000);

test('a part of a complex image is taken in any format, a colour of a picture alone', async () => {
  for (const [name, query] of [
    ['phase.npy', 'format=npy&part=phase'],
    ['phase.png', 'format=png&part=phase&colour=1'],
  ] as const) {
    const colour = name.endsWith('.png') ? ['--colour', '1'] : [];
    const { code } = await rondel('get', jobId, '-o', join(folder, name), '--part', 'phase', ...colour);
    expect(code).toBe(0);
    expect(server.calls).toContain(`GET /v1/jobs/${jobId}/result?${query}`);
  }
  const refused = await rondel('get', jobId, '-o', join(folder, 'image.npy'), '--colour', '1');
  expect([refused.code, refused.errors]).toEqual([2, expect.stringContaining('--colour is for .png files')]);
});

test('the slice that is wanted goes with the submission, and an image without it is kept', async () => {
  server.sliceless = true;
  const file = join(folder, 'image.png');
  const { code, errors } = await rondel('submit', 'radon/fbp', reference, '-o', file, '--slice', '99');
  expect(server.submissions).toMatchObject([{ output: { slice: 99 } }]);
  expect([code, errors]).toEqual([
    2,
    expect.stringContaining(
      `No such slice. Job ${jobId} is completed and its image kept: write it with \`rondel get ${jobId} -o ${file}\`.`,
    ),
  ]);
});
