import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const rondelScript = join(createRequire(import.meta.url).resolve('@rondel/cli'), '../../bin/rondel.mjs');

/** Starts `rondel` as users do and waits until it says on stdout that it is ready. */
export async function startRondel(args, environment, nodeOptions = []) {
  const child = spawn(process.execPath, [...nodeOptions, rondelScript, ...args, '--json', '--log-level', 'warn'], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [first] = await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`rondel ${args[0]} ended with ${code}`))),
  ]);
  child.stdout.resume();
  return {
    pid: child.pid,
    facts: JSON.parse(first.toString()),
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** Milliseconds of processor time that the threads of a process have used, to the nanosecond; undefined without /proc. */
export async function processorMilliseconds(pid) {
  if (!existsSync('/proc/self/schedstat')) return undefined;
  const threads = await readdir(`/proc/${pid}/task`);
  const times = threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0'));
  return (await Promise.all(times)).reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e6, 0);
}

const ticksPerSecond = 100;

/** Seconds of processor time that each process and, the worker's children have used; undefined without /proc. */
export async function processorSeconds(pids) {
  if (!existsSync('/proc/self/stat')) return undefined;
  const rows = await Promise.all((await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(readTimes));
  const all = rows.filter((row) => row !== undefined);
  const sum = (wanted) => all.filter(wanted).reduce((total, row) => total + row.seconds, 0);
  return {
    ...Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, sum((row) => row.pid === pid)])),
    ...(pids.worker && { executors: sum((row) => row.parent === pids.worker) }),
  };
}

/** User and system time; the name before them may hold anything, but ends with the last bracket. */
async function readTimes(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined; // it ended meanwhile
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { pid: Number(pid), parent: Number(fields[1]), seconds: ticks / ticksPerSecond };
}
