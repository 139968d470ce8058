import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureRedisProgram, findRedisProgram } from './redis-program.js';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-path-'));
  await mkdir(join(folder, 'bin'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Programs that a machine has; what a test does not put there is not found. */
async function machine(programs: Record<string, string>): Promise<NodeJS.ProcessEnv> {
  for (const [name, script] of Object.entries(programs)) {
    const path = join(folder, 'bin', name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
  }
  for (const tool of ['cp', 'chmod', 'mkdir', 'touch', 'cat']) await symlink(`/bin/${tool}`, join(folder, 'bin', tool));
  return { PATH: join(folder, 'bin'), RONDEL_CACHE: join(folder, 'cache'), FOLDER: folder };
}

function install(environment: NodeJS.ProcessEnv, userId = 0) {
  const lines: string[] = [];
  const program = ensureRedisProgram({ environment, userId, say: (line) => lines.push(line) });
  return { program, lines };
}

const installsServer =
  'echo "$@" >> "$FOLDER/calls"; touch "$FOLDER/bin/valkey-server"; chmod +x "$FOLDER/bin/valkey-server"';

test('valkey is preferred to redis, and neither is installed when one is there', async () => {
  const environment = await machine({ 'redis-server': '', 'valkey-server': '', dnf: installsServer });
  const { program, lines } = install(environment);
  expect(await program).toBe(join(folder, 'bin', 'valkey-server'));
  expect(lines).toEqual([]);
});

test('root installs with the package manager that the machine has, and says so', async () => {
  const { program, lines } = install(await machine({ dnf: installsServer }));
  expect(await program).toBe(join(folder, 'bin', 'valkey-server'));
  expect(lines).toEqual(['Redis is not installed: installing valkey with dnf']);
});

test('a package that the distribution does not have is followed by the next name', async () => {
  const { program, lines } = install(await machine({ apk: `[ "$3" = redis ] || exit 1; ${installsServer}` }));
  await program;
  expect(lines).toHaveLength(2);
});

test('without root the command to type is told and nothing is run', async () => {
  const { program, lines } = install(await machine({ dnf: installsServer }), 1000);
  await expect(program).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
    message: expect.stringContaining('`sudo dnf install -y redis`, or set REDIS_URL') as string,
  });
  expect(lines).toEqual([]);
});

test('a failing package manager is quoted', async () => {
  const { program } = install(await machine({ apk: 'echo "network is down"; exit 1' }));
  await expect(program).rejects.toThrow(/apk: network is down/);
});

test('a machine without any known package manager is told where to look', async () => {
  const { program } = install(await machine({}));
  await expect(program).rejects.toThrow(/Install Redis \(https:/);
});

const deliversArchives = `
for word in "$@"; do case "$word" in Dir::Cache=*) cache="\${word#Dir::Cache=}";; esac; done
echo archive > "$cache/archives/redis-tools_7_amd64.deb"`;
const unpacks = `
mkdir -p "$3/usr/bin" "$3/usr/lib/x86_64-linux-gnu"
echo '#!/bin/sh' > "$3/usr/bin/redis-server"; echo 'echo "$LD_LIBRARY_PATH $@"' >> "$3/usr/bin/redis-server"
chmod +x "$3/usr/bin/redis-server"`;

test('on Debian the package is unpacked into the cache, without root, and found again', async () => {
  const environment = await machine({ 'apt-get': deliversArchives, 'dpkg-deb': unpacks });
  const { program, lines } = install(environment, 1000);
  const path = join(folder, 'cache', 'redis', 'bin', 'redis-server');
  expect(await program).toBe(path);
  expect(lines).toHaveLength(1);
  expect(await findRedisProgram(environment)).toBe(path);
  const { runProgram } = await import('./process-output.js');
  const run = await runProgram(path, ['--version'], { timeoutMilliseconds: 10_000 });
  expect(run.output.trim()).toBe(
    `${join(folder, 'cache', 'redis', 'root', 'usr/lib/x86_64-linux-gnu')}:${join(folder, 'cache', 'redis', 'root', 'usr/lib')} --version`,
  );
});

test('when the package lists of the system do not do, they are fetched into a folder of our own', async () => {
  const script = `
case "$*" in *Dir::State::Lists=*) ;; *) echo "no lists"; exit 100;; esac
case "$*" in *update*) touch "$FOLDER/updated"; exit 0;; esac
[ -e "$FOLDER/updated" ] || exit 100
${deliversArchives}`;
  const { program } = install(await machine({ 'apt-get': script, 'dpkg-deb': unpacks }));
  expect(await program).toContain('redis-server');
});

test('an apt-get that cannot deliver is quoted, and nothing half-done stays', async () => {
  const environment = await machine({ 'apt-get': 'echo "E: Unable to locate package redis-server"; exit 100' });
  const { program } = install(environment);
  await expect(program).rejects.toThrow(/Unable to locate package redis-server.*sudo apt-get install redis-server/);
  const { readdir } = await import('node:fs/promises');
  expect(await readdir(join(folder, 'cache'))).toEqual([]);
});
