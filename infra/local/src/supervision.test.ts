import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { superviseProgram, type ChildFacts } from './program-child.js';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-child-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function program(source: string) {
  const script = join(folder, 'program.mjs');
  await writeFile(script, source);
  const lines: string[] = [];
  return {
    lines,
    start: (onRestart?: (facts: ChildFacts) => void, graceMilliseconds = 5000) =>
      superviseProgram({
        name: 'worker 1',
        script,
        parameters: [],
        environment: process.env,
        graceMilliseconds,
        say: (line) => lines.push(line),
        ...(onRestart !== undefined && { onRestart }),
      }),
  };
}

const reportsReady = `process.send({ kind: 'ready', facts: { pid: String(process.pid) } }); setInterval(() => {}, 1000);`;

function runs(pid: unknown): boolean {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
}

test('a program that dies is started again, until it is stopped', { timeout: 30_000 }, async () => {
  const { start, lines } = await program(reportsReady);
  let restarted: (facts: ChildFacts) => void = () => undefined;
  const again = new Promise<ChildFacts>((resolve) => {
    restarted = resolve;
  });
  const child = await start((facts) => restarted(facts));
  process.kill(Number(child.facts.pid), 'SIGKILL');
  const { pid } = await again;
  expect(pid).not.toBe(child.facts.pid);
  expect(lines).toEqual(['worker 1 ended (signal SIGKILL): starting it again in 0.5 s']);
  await child.stop();
  expect(runs(pid)).toBe(false);
});

test('a failure that the program reports at its first start is thrown', async () => {
  const { start } = await program(
    `process.send({ kind: 'failed', failure: { code: 'CONFLICT', message: 'Port 1 is taken.', retryable: false } });`,
  );
  await expect(start()).rejects.toMatchObject({ code: 'CONFLICT', message: 'Port 1 is taken.' });
});

test('a program that ends without a report is named with its exit code', async () => {
  const { start } = await program('process.exit(7)');
  await expect(start()).rejects.toMatchObject({
    code: 'INTERNAL',
    message: expect.stringContaining('exit code 7') as string,
  });
});

test('a program that ignores the request to stop is killed after its grace', { timeout: 30_000 }, async () => {
  const { start } = await program(`process.on('SIGTERM', () => {}); ${reportsReady}`);
  const child = await start(undefined, 200);
  await child.stop();
  expect(runs(child.facts.pid)).toBe(false);
});

test('a program learns that its parent was killed', { timeout: 30_000 }, async () => {
  const entry = new URL('../dist/index.js', import.meta.url).href;
  const childScript = join(folder, 'child.mjs');
  await writeFile(
    childScript,
    `import { onParentGone, reportToParent } from ${JSON.stringify(entry)};
     const alive = setInterval(() => {}, 1000);
     onParentGone(() => clearInterval(alive));
     reportToParent({ kind: 'ready', facts: { pid: String(process.pid) } });`,
  );
  const parent = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { superviseProgram } from ${JSON.stringify(entry)};
       const child = await superviseProgram({ name: 'child', script: ${JSON.stringify(childScript)}, parameters: [],
         environment: process.env, graceMilliseconds: 1000, say: () => {} });
       console.log(child.facts.pid);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const pid = await new Promise<string>((resolve) =>
    parent.stdout.once('data', (chunk: Buffer) => resolve(String(chunk))),
  );
  expect(runs(pid)).toBe(true);
  parent.kill('SIGKILL');
  for (let round = 0; runs(pid) && round < 100; round += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(runs(pid)).toBe(false);
});
