import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** How one process is kept running. */
export interface Supervision<T> {
  /** For log lines, e.g. `worker 1`. */
  readonly name: string;
  /** Starts the process, in a process group of its own (`detached`), so that a Ctrl-C in the terminal spares it. */
  readonly start: () => ChildProcess;
  /** Resolves when the process does its work, with what is known about it; rejects when it can't. */
  readonly ready: (child: ChildProcess) => Promise<T>;
  /** Asks the process to finish what it does and end. */
  readonly requestStop: (child: ChildProcess) => void;
  /** Time to end after the request; then the process group is killed. */
  readonly graceMilliseconds: number;
  /** Receives one line per event worth knowing. */
  readonly say: (line: string) => void;
  /** Told what `ready` gives each time the process has been started again. */
  readonly onRestart?: (facts: T) => void;
}

export interface SupervisedProcess<T> {
  /** What `ready` gave at the first start. */
  readonly facts: T;
  /** Ends the process and does not start it again. Resolves when it is gone. */
  stop(): Promise<void>;
}

const firstPauseMilliseconds = 500;
const longestPauseMilliseconds = 30_000;
/** A process that ran this long was healthy: its next restart is quick again. */
const healthyMilliseconds = 60_000;

/**
 * Starts a process and starts it again whenever it ends by itself, after a pause that doubles from 0.5 s to 30 s.
 *
 * Rejects with the failure of `ready` when the first start fails: that is a mistake in the setup, not an accident.
 */
export async function supervise<T>(supervision: Supervision<T>): Promise<SupervisedProcess<T>> {
  const stopping = new AbortController();
  let child = supervision.start();
  const facts = await firstStart(supervision, child);
  const guarded = keepRunning(supervision, child, {
    stopping: stopping.signal,
    replaced: (next) => {
      child = next;
    },
  });
  return {
    facts,
    async stop() {
      stopping.abort();
      await end(supervision, child);
      await guarded;
    },
  };
}

interface Guard {
  readonly stopping: AbortSignal;
  readonly replaced: (child: ChildProcess) => void;
}

async function firstStart<T>(supervision: Supervision<T>, child: ChildProcess): Promise<T> {
  try {
    return await supervision.ready(child);
  } catch (error) {
    await end(supervision, child);
    throw error;
  }
}

async function keepRunning<T>(supervision: Supervision<T>, first: ChildProcess, guard: Guard): Promise<void> {
  const { name, say } = supervision;
  let child = first;
  let failures = 0;
  for (;;) {
    const started = performance.now();
    await exited(child);
    if (guard.stopping.aborted) return;
    failures = performance.now() - started > healthyMilliseconds ? 1 : failures + 1;
    const pause = Math.min(firstPauseMilliseconds * 2 ** (failures - 1), longestPauseMilliseconds);
    say(`${name} ended (${exitReason(child)}): starting it again in ${pause / 1000} s`);
    if (!(await passes(pause, guard.stopping))) return;
    child = supervision.start();
    guard.replaced(child);
    await restarted(supervision, child, guard.stopping);
  }
}

/** Whether the time passed before the signal came. */
function passes(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return sleep(milliseconds, true, { signal }).catch(() => false);
}

/** A restart that fails is only told: the next round tries again. */
async function restarted<T>(supervision: Supervision<T>, child: ChildProcess, stopping: AbortSignal): Promise<void> {
  try {
    supervision.onRestart?.(await supervision.ready(child));
  } catch (error) {
    if (stopping.aborted) return;
    supervision.say(`${supervision.name} did not start: ${error instanceof Error ? error.message : String(error)}`);
    await end(supervision, child);
  }
}

async function end<T>({ requestStop, graceMilliseconds }: Supervision<T>, child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  requestStop(child);
  const grace = new AbortController();
  const late = sleep(graceMilliseconds, 'late', { signal: grace.signal, ref: false }).catch(() => 'in time');
  if ((await Promise.race([exited(child), late])) === 'late') killGroup(child);
  grace.abort();
  await exited(child);
}

/** Resolves when the process has ended or could not be started. */
export function exited(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => {
      if (child.pid === undefined) resolve();
    });
  });
}

/** Whether the process is gone, or was never started. */
export function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** Also ends what the process has started itself. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** In words, for a log line. */
export function exitReason(child: ChildProcess): string {
  if (child.pid === undefined) return 'it could not be started';
  return child.signalCode === null ? `exit code ${child.exitCode ?? 'unknown'}` : `signal ${child.signalCode}`;
}
