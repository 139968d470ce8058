import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { missingRedis, type InstallOptions } from './missing-redis.js';
import { lastLines, runProgram, type ProgramResult } from './process-output.js';

const downloadMilliseconds = 600_000;

/**
 * Gets a Redis server on Debian and Ubuntu without root and without touching the system: apt downloads the package and
 * what it depends on (signatures checked as always), and the archives are only unpacked. No maintainer script runs, so
 * the distribution's own service is never started.
 *
 * Returns the path of a start script. Throws `SERVICE_UNAVAILABLE` when apt can't deliver.
 */
export async function unpackDebianRedis(directory: string, options: InstallOptions): Promise<string> {
  options.say('Redis is not installed: downloading the package redis-server with apt-get (no service is started)');
  await mkdir(dirname(directory), { recursive: true });
  const building = await mkdtemp(`${directory}-`);
  try {
    await downloadArchives(building, options.environment);
    await unpackArchives(building, options.environment);
    await writeStartScript(building, directory);
    await publish(building, directory);
    await requireRunnable(join(directory, 'bin', 'redis-server'), options.environment);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return join(directory, 'bin', 'redis-server');
}

/** First with the package lists of the system, then, when these are missing or stale, with freshly fetched ones. */
async function downloadArchives(building: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const own = await ownFolders(building);
  const first = await aptGet([...own.cache, ...downloadCommand], environment);
  if (first.code === 0) return;
  const update = await aptGet([...own.cache, ...own.lists, 'update'], environment);
  const second =
    update.code === 0 ? await aptGet([...own.cache, ...own.lists, ...downloadCommand], environment) : update;
  if (second.code === 0) return;
  throw missingRedis('Install it with `sudo apt-get install redis-server`', `apt-get: ${lastLines(second.output)}`);
}

const downloadCommand = ['install', '--download-only', '--yes', '--no-install-recommends', 'redis-server'];

/** apt options that keep downloads and package lists in folders of our own, where no lock of the system applies. */
async function ownFolders(building: string): Promise<{ cache: string[]; lists: string[] }> {
  const cache = join(building, 'cache');
  const lists = join(building, 'lists');
  await mkdir(join(cache, 'archives', 'partial'), { recursive: true });
  await mkdir(join(lists, 'partial'), { recursive: true });
  return {
    cache: [
      ...['-o', `Dir::Cache=${cache}`],
      ...['-o', 'Debug::NoLocking=1'],
      ...['-o', 'APT::Sandbox::User='],
      ...['-o', 'APT::Keep-Downloaded-Packages=true'],
    ],
    lists: ['-o', `Dir::State::Lists=${lists}`],
  };
}

function aptGet(parameters: readonly string[], environment: NodeJS.ProcessEnv): Promise<ProgramResult> {
  return runProgram('apt-get', parameters, {
    environment: { ...environment, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    timeoutMilliseconds: downloadMilliseconds,
  });
}

async function unpackArchives(building: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const archives = join(building, 'cache', 'archives');
  const files = (await readdir(archives)).filter((name) => name.endsWith('.deb'));
  for (const name of files) {
    const result = await runProgram('dpkg-deb', ['-x', join(archives, name), join(building, 'root')], {
      environment,
      timeoutMilliseconds: downloadMilliseconds,
    });
    if (result.code !== 0) {
      throw missingRedis('Install it with `sudo apt-get install redis-server`', lastLines(result.output));
    }
  }
  await rm(join(building, 'cache'), { recursive: true, force: true });
  await rm(join(building, 'lists'), { recursive: true, force: true });
}

/** The unpacked libraries are in folders the loader does not know, so a script names them. */
async function writeStartScript(building: string, directory: string): Promise<void> {
  const libraries = [...(await libraryFolders(building, 'usr/lib')), ...(await libraryFolders(building, 'lib'))];
  const path = libraries.map((folder) => join(directory, 'root', folder)).join(':');
  const program = join(directory, 'root', 'usr', 'bin', 'redis-server');
  const script = `#!/bin/sh\nLD_LIBRARY_PATH=${quoted(path)} exec ${quoted(program)} "$@"\n`;
  await mkdir(join(building, 'bin'), { recursive: true });
  await writeFile(join(building, 'bin', 'redis-server'), script);
  await chmod(join(building, 'bin', 'redis-server'), 0o755);
}

/** The library folder and its folder for the machine's architecture (`x86_64-linux-gnu`, ...), where there are any. */
async function libraryFolders(building: string, folder: string): Promise<string[]> {
  const path = join(building, 'root', folder);
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (!exists) return [];
  const names = await readdir(path);
  return [...names.filter((name) => name.includes('-linux-')).map((name) => join(folder, name)), folder];
}

/** Another run may have finished first: then its folder stays. */
async function publish(building: string, directory: string): Promise<void> {
  try {
    await rename(building, directory);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

async function requireRunnable(script: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const result = await runProgram(script, ['--version'], { environment, timeoutMilliseconds: 10_000 });
  if (result.code === 0) return;
  await rm(dirname(dirname(script)), { recursive: true, force: true });
  throw missingRedis(
    'Install it with `sudo apt-get install redis-server`',
    `the downloaded program does not run (${lastLines(result.output)})`,
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
