import { expect, test } from 'vitest';
import { run } from './run.js';
import { capturedTerminal } from '../testing/captured-terminal.js';

async function rondel(...parameters: string[]) {
  const terminal = capturedTerminal();
  const code = await run(parameters, terminal);
  return { code, output: terminal.output(), errors: terminal.errors() };
}

test.each([
  ['an unknown command', ['frobnicate'], /unknown command 'frobnicate'/],
  ['an unknown option', ['ls', '--frob'], /unknown option '--frob'/],
  ['a missing argument', ['show'], /missing required argument 'id'/],
  ['a sweep of nothing', ['sweep', 'a', 'b'], /required option '--vary/],
  ['a missing option', ['get', 'x'], /required option '-o, --output <file>' not specified/],
  ['a number out of its range', ['ls', '--limit', '0'], /whole number from 1 to 500/],
  ['a number that is none', ['submit', 'a', 'b', '--timeout', 'soon'], /a number above 0/],
  ['an empty window', ['submit', 'a', 'b', '--window', '2,1'], /lo,hi with lo < hi/],
  ['an unknown engine', ['worker', '--engine', 'cuda'], /Allowed choices are auto, tensorflow, webgpu, wasm/],
  ['a label without a value', ['submit', 'radon/fbp', 'job:01JD0000000000000000000000', '--label', 'x'], /key=value/],
  ['a data root without a folder', ['up', '--data-root', 'scans'], /name=dir/],
  ['an assignment without a value', ['plan', 'check', 'radon/fbp', '--set', 'filter'], /name=value/],
  ['an address that is none', ['ls', '--server', 'nowhere'], /write http:\/\/HOST:PORT/],
])('%s exits with 2 and a sentence on standard error', async (_what, parameters, sentence) => {
  const { code, output, errors } = await rondel(...parameters);
  expect(code).toBe(2);
  expect(errors).toMatch(sentence);
  expect(output).toBe('');
});

test('a usage error with --json is one problem document on standard output and nothing else', async () => {
  const { code, output, errors } = await rondel('--json', 'frobnicate');
  expect(code).toBe(2);
  expect(JSON.parse(output)).toMatchObject({
    code: 'INVALID_REQUEST',
    detail: expect.stringContaining('frobnicate') as string,
  });
  expect(errors).toBe('');
});

test('a server that does not answer exits with 3 and says how to start one', async () => {
  const { code, errors } = await rondel('ls');
  expect(code).toBe(3);
  expect(errors).toContain('`rondel up`');
});

test('a server that does not answer is a problem document with --json', async () => {
  const { code, output } = await rondel('ls', '--json');
  expect(code).toBe(3);
  expect(JSON.parse(output)).toMatchObject({
    type: 'urn:rondel:problem:SERVICE_UNAVAILABLE',
    code: 'SERVICE_UNAVAILABLE',
  });
});

test('help and version exit with 0, and the help lists the exit codes', async () => {
  expect(await rondel('--version')).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
  });
  const help = await rondel('--help');
  expect(help.code).toBe(0);
  expect(help.output).toContain('Exit codes: 0 done, 1 the job failed');
});

test('all problems of a plan are reported, each with its code, and exit with 2', async () => {
  const { code, errors } = await rondel('plan', 'check', 'radon/fbp', '--set', 'filer=ramp', '--set', 'filter=3');
  expect(code).toBe(2);
  expect(errors.trim().split('\n')).toHaveLength(2);
  expect(errors).toMatch(/PLAN_UNKNOWN_PROPERTY.*filer/);
  expect(errors).toMatch(/PLAN_INVALID_VALUE.*filter/);
});

test('a plan in order is told with its hash', async () => {
  const { code, output } = await rondel('plan', 'check', 'radon/iterative', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({ ok: true, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
});

test('a plan is shown as a tree with what is set', async () => {
  const { output } = await rondel('plan', 'show', 'radon/fbp', '--set', 'filter=hann');
  expect(output).toMatch(/^DirectRadonAlgorithm\n {2}parameter: DirectRadonParameters\n/);
  expect(output).toContain('filter = "hann"');
});

test('the node types of one module are listed, and an unknown module is named', async () => {
  const { output } = await rondel('plan', 'types', '--module', 'RondelRadon', '--json');
  const { nodes } = JSON.parse(output) as { nodes: { type: string }[] };
  expect(nodes.map(({ type }) => type)).toContain('RadonFilteredBackprojectionParameters');
  expect((await rondel('plan', 'types', '--module', 'Nope')).output).toContain('No package provides the module "Nope"');
});

test('a name that is neither a file nor a built-in plan is answered with what there is', async () => {
  const { code, errors } = await rondel('submit', 'radon/fpb', 'job:01JD0000000000000000000000');
  expect(code).toBe(2);
  expect(errors).toMatch(/radon\/fbp.*plan types/);
});
