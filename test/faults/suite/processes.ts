import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRondel } from '../../support/machine/rondel-command.js';

/** Variable in the environment of all processes of a run, by which those that outlive it are found. */
const runVariable = 'RONDEL_FAULTS_RUN';
/** What a service manager waits before it starts a process that has ended. */
const restartAfterMs = 300;
const stopAfterMs = 30_000;
const readyWithinMs = 60_000;
const logTail = 20_000;

/** A process that is started again whenever it ends, as by a service manager. */
export interface KeptProcess {
  readonly name: string;
  readonly pid: () => number | undefined;
  /** Whether it has said that it is ready since it was started last. */
  readonly isReady: () => boolean;
  /** Resolves when it has said that it is ready, this time or after being started again. */
  ready(): Promise<void>;
  kill(): void;
  /** Asks it to leave and waits; it is not started again. */
  stop(): Promise<void>;
}

export interface Processes {
  keep(name: string, args: readonly string[], environment: NodeJS.ProcessEnv): KeptProcess;
  /** Those that ended by themselves after they had been ready. */
  readonly crashes: readonly string[];
  readonly log: () => string;
  /** Processes of this run that still live, as `<pid> <command>`; a reason where the machine cannot tell. */
  survivors(): Promise<readonly string[] | { readonly reason: string }>;
  killAll(): void;
}

/** @param run Tells the processes of this run from all others. */
export function openProcesses(run: string): Processes {
  const all = new Set<ChildProcess>();
  const crashes: string[] = [];
  let log = '';
  const killAll = () => all.forEach((child) => child.kill('SIGKILL'));
  // Whatever ends the suite, nobody else would end them.
  process.once('exit', killAll);
  const note = (name: string, text: string) => (log = `${log}[${name}] ${text}`.slice(-logTail));

  return {
    crashes,
    log: () => log,
    keep(name, args, environment) {
      const kept: Kept = { wanted: true, isReady: false };
      const start = () => {
        const child = startRondel([...args, '--json'], { ...environment, [runVariable]: run });
        Object.assign(kept, { child, isReady: false });
        all.add(child);
        // The first line says where it listens, or why it could not start.
        child.stdout?.once('data', (line: Buffer) => (kept.isReady = !line.toString().includes('"code"')));
        child.stdout?.resume();
        child.stderr?.on('data', (chunk: Buffer) => note(name, chunk.toString()));
        child.once('exit', (code, signal) => {
          all.delete(child);
          if (kept.isReady && kept.wanted) crashes.push(`${name} ended (${signal ?? code})`);
          if (kept.wanted) setTimeout(() => kept.wanted && start(), restartAfterMs);
        });
      };
      start();
      return {
        name,
        pid: () => kept.child?.pid,
        isReady: () => kept.isReady,
        async ready() {
          const deadline = Date.now() + readyWithinMs;
          while (!kept.isReady && Date.now() < deadline) await sleep(50);
          if (!kept.isReady) throw new Error(`${name} was not ready within ${readyWithinMs} ms:\n${log.slice(-3000)}`);
        },
        kill() {
          kept.isReady = false;
          kept.child?.kill('SIGKILL');
        },
        async stop() {
          kept.wanted = false;
          if (kept.child !== undefined && all.has(kept.child)) await stopChild(kept.child);
        },
      };
    },
    survivors: () => survivorsOf(run),
    killAll,
  };
}

interface Kept {
  child?: ChildProcess;
  wanted: boolean;
  isReady: boolean;
}

async function stopChild(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopAfterMs);
  await exited;
  clearTimeout(timer);
}

async function survivorsOf(run: string): Promise<readonly string[] | { readonly reason: string }> {
  if (process.platform !== 'linux') return { reason: 'orphans are looked for in /proc, which needs Linux' };
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    // Processes come and go meanwhile, and those of others cannot be read.
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (!environment.split('\0').includes(`${runVariable}=${run}`)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    found.push(`${pid} ${command.replaceAll('\0', ' ').trim()}`);
  }
  return found;
}
