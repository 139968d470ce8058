import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTrail } from '@rondel/telemetry/trail';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../shell/run.js';
import { capturedTerminal } from '../../testing/captured-terminal.js';

let home: string;
let folder: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'rondel-audit-'));
  folder = join(home, 'audit');
  const trail = await openTrail({ folder, program: 'api', onProblem: () => undefined });
  trail.note({ what: 'POST /v1/jobs', who: 'anna', project: 'knee', status: 202, ids: ['01JD0000000000000000000000'] });
  trail.note({
    what: 'DELETE /v1/jobs/:id',
    deed: 'erase',
    who: 'emil',
    project: 'heart',
    status: 403,
    from: '10.0.0.7',
  });
  await trail.close();
});
afterAll(() => rm(home, { recursive: true, force: true }));

async function rondel(...parameters: string[]) {
  const terminal = capturedTerminal({ environment: { RONDEL_AUDIT_LOG: folder } });
  const code = await run(['audit', ...parameters], terminal);
  return { code, output: terminal.output(), errors: terminal.errors() };
}

describe('rondel audit', () => {
  it('shows what is asked for, as lines and as JSON', async () => {
    const all = await rondel('show');
    expect(all.output.split('\n').filter((line) => line.includes('/v1/'))).toEqual([
      expect.stringMatching(/ {2}anna knee {2}POST \/v1\/jobs {2}202 {2}01JD/),
      expect.stringMatching(/ {2}emil heart {2}DELETE \/v1\/jobs\/:id \(erase\) {2}403 {2}10\.0\.0\.7$/),
    ]);
    const refused = await rondel('show', '--refused', '--since', '1h', '--who', 'emil', '--json');
    expect(
      refused.output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([{ who: 'emil', status: 403 }]);
    expect((await rondel('show', '--until', '1h ago', '--json')).output).toBe('');
  });

  it('tells by its exit code whether somebody has changed a line, and which', async () => {
    const whole = await rondel('verify', '--json');
    expect([whole.code, JSON.parse(whole.output)]).toMatchObject([0, { ok: true, problems: [] }]);
    const heads = join(home, 'heads.json');
    await writeFile(heads, whole.output);
    expect((await rondel('verify', '--heads', heads)).code).toBe(0);
    const [name = ''] = await readdir(folder);
    const path = join(folder, name);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('emil', 'otto'));
    const changed = await rondel('verify');
    expect(changed.code).toBe(1);
    expect(changed.output).toMatch(/broken \S+\.0001\.jsonl, line 3, does not have the hash that it should/);
    await rm(path);
    const removed = await rondel('verify', '--heads', heads);
    expect([removed.code, removed.output]).toEqual([1, expect.stringContaining('had seen 4 lines of it')]);
  });

  it('says what is wrong with its arguments', async () => {
    const sealed = join(home, 'sealed');
    const trail = await openTrail({
      folder: sealed,
      program: 'api',
      key: Buffer.alloc(32),
      onProblem: () => undefined,
    });
    await trail.close();
    const keyless = await rondel('verify', sealed);
    expect([keyless.code, keyless.errors]).toEqual([
      2,
      expect.stringContaining('name the file that holds it with --key'),
    ]);
    const nowhere = await rondel('verify', join(home, 'nowhere'));
    expect([nowhere.code, nowhere.errors]).toEqual([2, expect.stringContaining('There is no audit log')]);
    expect((await rondel('show', '--since', 'yesterday')).code).toBe(2);
    await writeFile(join(home, 'short'), 'short');
    expect((await rondel('verify', home, '--key', join(home, 'short'))).errors).toContain('a key has at least 32');
  });
});
