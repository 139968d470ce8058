import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdtemp, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTrail, readTrails, verifyTrailFile, verifyTrails, type TrailOptions } from './index.js';
import { partsOf, plainSeal, sealedLine } from './trail-chain.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rondel-trail-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const key = Buffer.alloc(32, 7);

function open(folder: string, options: Partial<TrailOptions> = {}) {
  const onProblem = (problem: string | undefined) => expect(problem).toBeUndefined();
  return openTrail({ folder, program: 'api', onProblem, ...options });
}

/** A folder with a trail of three files, which has ended, and one that began after it. */
async function written(options: Partial<TrailOptions> = {}): Promise<string> {
  const folder = join(await mkdtemp(join(root, 'case-')), 'audit');
  const trail = await open(folder, { fileBytes: 1300, ...options });
  for (let index = 0; index < 15; index += 1) trail.note({ what: 'POST /v1/jobs', who: 'anna', status: 202 });
  await trail.close();
  await (await open(folder, options)).close();
  return folder;
}

async function filesOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort().map((name) => join(folder, name));
}

/** Changes the lines of one file, the second of the first trail unless told. */
async function edit(folder: string, change: (lines: string[]) => string[], file = 1): Promise<void> {
  const path = (await namesOf(folder))[file] ?? '';
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  await writeFile(path, `${change(lines).join('\n')}\n`);
}

/** The files of the longer trail, then that of the other. */
async function namesOf(folder: string): Promise<string[]> {
  const files = await filesOf(folder);
  const first = files.filter((path) => path.includes('.0002.')).map((path) => path.replace('.0002.jsonl', ''))[0] ?? '';
  return [...files.filter((path) => path.startsWith(first)), ...files.filter((path) => !path.startsWith(first))];
}

/** What somebody does who knows how hashes are made: all that follow are made anew. */
function rehashed(lines: readonly string[], previous: string): string[] {
  const seal = plainSeal();
  let before = previous;
  return lines.map((line) => {
    const { text = '' } = partsOf(line) ?? {};
    before = seal(before, text);
    return sealedLine(text, before);
  });
}

const causes = async (folder: string, options = {}) =>
  (await verifyTrails(folder, options)).problems.map(({ line, cause }) => `${line ?? '-'} ${cause}`);

describe('a trail', () => {
  it('is whole over several files, for its account alone, and says how it ended', async () => {
    const folder = await written();
    const { trails, problems, notes } = await verifyTrails(folder);
    expect([problems, notes]).toEqual([[], []]);
    const [longer, shorter] = trails[0]?.files === 1 ? [trails[1], trails[0]] : [trails[0], trails[1]];
    // 15 notes, an opening for each file, an end; the other one has an opening, what it saw, and an end.
    expect(longer).toMatchObject({ files: 3, lines: 19, state: 'ended', sealed: false });
    expect(shorter).toMatchObject({ files: 1, lines: 3, state: 'ended' });
    const modes = await Promise.all(
      [folder, ...(await filesOf(folder))].map(async (path) => (await stat(path)).mode & 0o777),
    );
    expect([...new Set(modes)]).toEqual([0o700, 0o600]);
    for (const path of await filesOf(folder)) {
      const name = path.slice(folder.length + 1);
      expect((await verifyTrailFile(path, name)).problems).toEqual([]);
    }
  });

  it.each([
    [
      'a line was changed',
      (lines: string[]) => lines.with(2, lines[2]?.replace('anna', 'emil') ?? ''),
      /^3 does not have the hash/,
    ],
    [
      'a line was deleted',
      (lines: string[]) => lines.toSpliced(2, 1),
      /^3 is entry \d+: entry \d+ is missing before it/,
    ],
    [
      'a line was inserted',
      (lines: string[]) => lines.toSpliced(3, 0, lines[2] ?? ''),
      /^4 is entry \d+, which has been already/,
    ],
    [
      'two lines were swapped',
      (lines: string[]) => lines.with(2, lines[3] ?? '').with(3, lines[2] ?? ''),
      /^3 is entry \d+: entry/,
    ],
    [
      'the end of a file was cut off',
      (lines: string[]) => lines.slice(0, -2),
      /^1 is entry \d+: entries \d+ to \d+ are missing/,
    ],
    ['the beginning of a file was cut off', (lines: string[]) => lines.slice(1), /^1 does not begin a file/],
    ['a line is something else', (lines: string[]) => lines.with(2, '{"n":9}'), /^3 is no line of a trail/],
  ])('is found to be broken where %s, with the line and the cause', async (_name, change, cause) => {
    const folder = await written();
    await edit(folder, change);
    const found = await causes(folder);
    expect(found[0]).toMatch(cause);
    expect(found.length).toBeLessThanOrEqual(2);
  });

  it('is found to be broken where a file was removed, the first, the last, or all of a trail', async () => {
    const wanted = [
      /^- is file 2 of its trail, and file 1 is not there/,
      /^- is file 3 .* file 2 is not/,
      /^- ends with entry \d+, and \S+, on .*: its end was cut off/,
    ];
    for (const [index, cause] of wanted.entries()) {
      const folder = await written();
      await rm((await namesOf(folder))[index] ?? '');
      expect((await causes(folder))[0]).toMatch(cause);
    }
    const folder = await written();
    for (const path of (await namesOf(folder)).slice(0, 3)) await rm(path);
    expect(await causes(folder)).toEqual([
      expect.stringMatching(/^- was removed: api-\S+, on \S+ had seen 19 lines of it/),
    ]);
  });

  it('is found to be cut off or written anew, hashes and all, by what a later one has seen, or by a head kept elsewhere', async () => {
    const cut = await written();
    await edit(cut, (lines) => lines.slice(0, -1), 2);
    expect(await causes(cut)).toEqual([
      expect.stringMatching(/^- ends with entry 17, and \S+, on \S+ had seen entry 18: its end was cut off/),
    ]);
    const anew = await written();
    const { trails } = await verifyTrails(anew);
    const names = await namesOf(anew);
    await edit(
      anew,
      (lines) => {
        const { previous } = JSON.parse(lines[0] ?? '') as { previous: string };
        return rehashed(lines.with(1, lines[1]?.replace('anna', 'emil') ?? ''), previous);
      },
      2,
    );
    expect(await causes(anew)).toEqual([
      expect.stringMatching(/^\d+ is not what \S+, on \S+ had seen as entry 18: the trail was written anew/),
    ]);
    // Without the other trail nothing in the folder tells.
    await rm(names[3] ?? '');
    expect(await causes(anew)).toEqual([]);
    const heads = trails.flatMap(({ head }) => (head === undefined ? [] : [{ ...head, by: 'kept.json' }]));
    expect((await causes(anew, { heads }))[0]).toContain('is not what kept.json had seen as entry 18');
  });

  it('that was sealed with a key cannot be written anew, nor replaced by one without', async () => {
    const folder = await written({ key });
    expect((await verifyTrails(folder, { key })).problems).toEqual([]);
    const copy = `${folder}-copy`;
    await cp(folder, copy, { recursive: true });
    await edit(
      folder,
      (lines) => {
        const { previous } = JSON.parse(lines[0] ?? '') as { previous: string };
        return rehashed(lines, previous);
      },
      2,
    );
    expect((await causes(folder, { key }))[0]).toMatch(/^1 does not have the hash/);
    expect((await causes(copy))[0]).toMatch(/sealed with a key\. Name the file that holds it with --key/);
    expect((await causes(copy, { key: Buffer.alloc(32, 8) }))[0]).toMatch(/^1 does not have the hash/);
    const path = (await namesOf(copy))[1] ?? '';
    expect((await verifyTrailFile(path, path.slice(copy.length + 1), { key })).problems).toEqual([]);
    const plain = await written();
    expect(await causes(plain, { key })).toEqual([expect.stringMatching(/^- was not sealed with the key/)]);
  });

  it('whose process is killed in the midst of it goes on with the next one, which notes how it ended', async () => {
    const folder = join(root, 'killed');
    const script = `
      import { openTrail } from ${JSON.stringify(new URL('../../dist/trail/index.js', import.meta.url).href)};
      const trail = await openTrail({ folder: ${JSON.stringify(folder)}, program: 'worker', onProblem() {} });
      setInterval(() => { for (let i = 0; i < 50; i += 1) trail.note({ what: 'DELETE /v1/jobs/:id', status: 202 }); }, 1);
      console.log(trail.name);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    const exited = once(child, 'exit');
    await once(child.stdout, 'data');
    expect((await verifyTrails(folder)).trails).toMatchObject([{ state: 'running' }]);
    await expect
      .poll(async () => (await stat((await filesOf(folder))[0] ?? '')).size, { timeout: 20_000 })
      .toBeGreaterThan(20_000);
    child.kill('SIGKILL');
    await exited;
    expect(await causes(folder)).toEqual([expect.stringMatching(/has no last line: .* No process \d+ runs here/)]);
    const [path = ''] = await filesOf(folder);
    await appendFile(path, '{"n":12345,"at":"20');
    const next = await open(folder);
    const { problems, notes, trails } = await verifyTrails(folder);
    expect(problems).toEqual([]);
    expect(trails.map(({ state }) => state).sort()).toEqual(['killed', 'running']);
    const said = notes.map(({ cause }) => cause).join('\n');
    expect(said).toMatch(/is not complete \(\d+ bytes\)/);
    expect(said).toContain(`${next.name}, on `);
    // Whoever now takes more away is found.
    await truncate(path, 10_000);
    expect((await causes(folder))[0]).toMatch(/its end was cut off/);
    await next.close();
  }, 30_000);

  it('is kept by two processes at once, each in files of its own, that see each other', async () => {
    const folder = join(root, 'two');
    const [first, second] = [
      await open(folder, { witnessMs: 20 }),
      await open(folder, { witnessMs: 20, program: 'worker' }),
    ];
    first.note({
      what: 'GET /v1/jobs/:id/result',
      who: 'anna',
      status: 200,
      project: 'ct',
      ids: ['01JD0000000000000000000000'],
    });
    second.note({ what: 'warrant.refused', code: 'FORBIDDEN', project: 'mpi' });
    await Promise.all([first.settled(), second.settled()]);
    const seen = async () =>
      (await Promise.all((await filesOf(folder)).map((path) => readFile(path, 'utf8')))).filter((text) =>
        text.includes('trail.witness'),
      );
    await expect.poll(async () => (await seen()).length, { timeout: 20_000 }).toBe(2);
    await Promise.all([first.close(), second.close()]);
    expect((await verifyTrails(folder)).problems).toEqual([]);
    const found = [];
    for await (const entry of readTrails(folder, { project: 'ct', id: '01JD' })) found.push(entry);
    expect(found).toMatchObject([{ who: 'anna', what: 'GET /v1/jobs/:id/result', project: 'ct' }]);
  });

  it('holds what cannot be written, says so once, writes it when it can, and counts what found no room', async () => {
    const folder = join(root, 'away');
    const said: (string | undefined)[] = [];
    const trail = await openTrail({
      folder,
      program: 'api',
      onProblem: (problem) => said.push(problem),
      fileBytes: 400,
      heldBytes: 1000,
      retryMs: 50,
    });
    await rename(folder, `${folder}-not`);
    for (let index = 0; index < 20; index += 1) trail.note({ what: 'POST /v1/jobs' });
    await expect(trail.settled()).rejects.toThrow('ENOENT');
    expect(trail.problem()).toContain('ENOENT');
    await rename(`${folder}-not`, folder);
    await expect.poll(() => trail.problem(), { timeout: 20_000 }).toBeUndefined();
    trail.note({ what: 'POST /v1/sweeps' });
    await trail.close();
    expect(said).toEqual([expect.stringContaining('ENOENT'), undefined]);
    expect((await verifyTrails(folder)).problems).toEqual([]);
    const text = (await Promise.all((await filesOf(folder)).map((path) => readFile(path, 'utf8')))).join('');
    const kept = text.match(/POST \/v1\/jobs/g)?.length ?? 0;
    expect(text).toContain(`"what":"trail.lost","lines":${20 - kept}`);
    expect(kept).toBeGreaterThan(2);
  });

  it('is not begun in a folder that cannot be written', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(open(join(root, 'file'))).rejects.toThrow(/--audit-log \S+ cannot be written .* Name a folder/);
  });
});
