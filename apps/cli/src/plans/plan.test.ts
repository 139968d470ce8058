import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../shell/run.js';
import { capturedTerminal } from '../testing/captured-terminal.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-plan-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function rondel(...parameters: string[]) {
  const terminal = capturedTerminal();
  const code = await run(parameters, terminal);
  return { code, output: terminal.output(), errors: terminal.errors() };
}

async function hashOf(plan: string, ...options: string[]): Promise<string> {
  const { code, output } = await rondel('plan', 'check', plan, '--json', ...options);
  expect(code).toBe(0);
  return (JSON.parse(output) as { sha256: string }).sha256;
}

test('plan distribute writes a plan that says where it runs and is otherwise the same', async () => {
  const whole = join(folder, 'whole.toml');
  const step = join(folder, 'step.json');
  expect((await rondel('plan', 'distribute', 'radon/iterative', '--worker', 'gpu', '-o', whole)).code).toBe(0);
  const options = ['--worker', 'gpu=a100', '--step', 'parameter.reco', '-o', step];
  expect((await rondel('plan', 'distribute', 'radon/iterative', ...options)).code).toBe(0);
  expect(await readFile(whole, 'utf8')).toContain('worker = "gpu"');
  expect(await readFile(step, 'utf8')).toContain('"worker": "gpu=a100"');
  const set = ['--set', 'parameter.reco.iterations=7'];
  const hash = await hashOf('radon/iterative', ...set);
  expect(await hashOf(whole, ...set)).toBe(hash);
  expect(await hashOf(step, ...set)).toBe(hash);
});

test('plan distribute prints the plan, and moves one that is distributed already', async () => {
  const file = join(folder, 'moved.toml');
  await rondel('plan', 'distribute', 'radon/fbp', '--worker', 'gpu', '-o', file);
  const { output } = await rondel('plan', 'distribute', file, '--worker', 'cpu');
  expect(output.match(/worker = .*/g)).toEqual(['worker = "cpu"']);
  expect(output.match(/DaggerReconstructionAlgorithm/g)).toHaveLength(1);
});

test.each([
  ['a worker that can be none', ['--worker', '= =']],
  ['a step that is not there', ['--worker', 'gpu', '--step', 'parameter.post']],
  ['a step that is a value', ['--worker', 'gpu', '--step', 'parameter.reco.reg[1]']],
])('plan distribute refuses %s', async (_what, options) => {
  const { code, errors } = await rondel('plan', 'distribute', 'radon/iterative', ...options);
  expect(code).toBe(2);
  expect(errors).toMatch(/PLAN_(INVALID_VALUE|UNKNOWN_PROPERTY)/);
});

test('plan check warns of a field that has no effect and asks the packages’ own rules', async () => {
  const file = join(folder, 'strange.toml');
  await rondel('plan', 'distribute', 'radon/fbp', '--worker', 'gpu', '-o', file);
  await writeFile(file, `${await readFile(file, 'utf8')}verboseOutput = true\n`);
  const checked = await rondel('plan', 'check', file);
  expect(checked).toMatchObject({ code: 0, errors: '' });
  expect(checked.output).toMatch(/Warning: .*"verboseOutput"; it is kept and has no effect/);
  const { code, errors } = await rondel('plan', 'check', file, '--set', 'ringWindow=4');
  expect(code).toBe(2);
  expect(errors).toContain('ringWindow must be an odd number of bins, got 4');
});

const linked = new URL('../../../../test/parity/plans/julia/linked.toml', import.meta.url);

test('P1: plan show and convert let links follow what --set sets', async () => {
  const file = fileURLToPath(linked);
  const shown = await rondel('plan', 'show', file, '--set', 'frames=[1, 2, 3]');
  expect(shown.output).toMatch(/iterations = 3\n/);
  const byHand = await rondel('plan', 'convert', file, '--set', 'frames=[1, 2, 3]', '--set', 'iterations=9');
  expect(byHand.output).toContain('iterations = 9');
});

test('P2: plan check, and whatever sets a property, refuse a link through an unknown function', async () => {
  const file = join(folder, 'unknown.toml');
  await writeFile(file, (await readFile(linked, 'utf8')).replace('"length"', '"lenght"'));
  for (const words of [['check'], ['show', '--set', 'frames=[1]'], ['convert', '--set', 'frames=[1]']]) {
    const [command = '', ...options] = words;
    const { code, errors } = await rondel('plan', command, file, ...options);
    expect(code).toBe(2);
    expect(errors).toMatch(/"Base\.lenght", which is not registered here\. Did you mean length/);
  }
});

test('P4: plan convert names everything as in Julia when asked to', async () => {
  const { code, output } = await rondel('plan', 'convert', 'radon/iterative', '--julia-module', 'Main.OurRadonReco');
  expect(code).toBe(0);
  expect(output).toContain('_module = "Main.OurRadonReco"');
  expect(output).toContain('"λ" = 0.001');
  expect(output).not.toMatch(/RondelRadon|lambda/);
});

test('P11: plan show tells defaults from what is set, in both forms', async () => {
  const text = await rondel('plan', 'show', 'radon/fbp', '--set', 'circle=true');
  expect(text.output).toMatch(/ {6}filter = "ramp"\n/);
  expect(text.output).toMatch(/ {6}circle = true\n/);
  expect(text.output).toMatch(/ {6}numAverages = 1 {2}# default\n/);
  const json = JSON.parse((await rondel('plan', 'show', 'radon/fbp', '--set', 'circle=true', '--json')).output) as {
    _defaults: Record<string, unknown>;
  };
  expect(json).toMatchObject({ parameter: { reco: { filter: 'ramp', circle: true } } });
  expect(json._defaults).toMatchObject({ 'parameter.pre.numAverages': 1, 'parameter.pre.frames': [] });
  expect(Object.keys(json._defaults).filter((path) => path.startsWith('parameter.reco'))).toEqual([
    'parameter.reco.method',
    'parameter.reco.padding',
  ]);
});

test('P12: plans of the folders in RONDEL_PLAN_DIRS have names', async () => {
  const plans = await mkdtemp(join(folder, 'plans-'));
  const toml = '_module = "RondelRadon"\n_type = "RecoPlan{DirectRadonAlgorithm}"\n';
  await writeFile(join(plans, 'Mondays.toml'), toml);
  const terminal = capturedTerminal({ environment: { RONDEL_PLAN_DIRS: plans } });
  await run(['plan', 'check', 'Mondays'], terminal);
  // It is found, and lacks what is to run.
  expect(terminal.errors()).toContain('parameter is missing');
  expect((await rondel('plan', 'check', 'Mondays')).errors).toContain('"Mondays" is neither');
});
