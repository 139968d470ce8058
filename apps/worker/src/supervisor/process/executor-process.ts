import { fork, type ChildProcess } from 'node:child_process';
import { failure, type Failure } from '@rondel/contracts';
import { amountOf } from '@rondel/reco';
import type { RequestSupervisor } from '../../executor/messages/supervisor-requests.js';
import type { JobListener } from '../../executor/run/run-job.js';
import { executorEnvironment } from './executor-environment.js';
import { largestAfterJob } from '../../executor/memory/memory-room.js';
import { killGroup } from '../../process-group.js';
import { countMemoryKills } from './memory-kills.js';
import { residentBytes, watchMemory } from './memory-watch.js';
import {
  messageVersion,
  type BuildRequest,
  type EngineFacts,
  type ExecutorSettings,
  type FromExecutor,
  type RunRequest,
  type RunResult,
  type ToExecutor,
} from '../../executor/messages/messages.js';
import { otherVersion } from '../../executor/messages/other-version.js';

const executorScript = new URL('../../executor/main.js', import.meta.url);
/** What is kept of stderr to explain a crash. */
const stderrTail = 4000;

export interface RunEvents extends JobListener {
  /** Answers what the run asks: about results that others have left, and whether it shall be divided. Must not reject. */
  readonly onAsk: RequestSupervisor;
}

interface FailedEnd {
  readonly kind: 'failed';
  readonly failure: Failure;
  /** What the run took of the machine's memory, as far as that is known. */
  readonly usedBytes?: number | undefined;
}

export type RunEnd = { readonly kind: 'done'; readonly outcome: RunResult } | FailedEnd;

export type BuildEnd = { readonly kind: 'built' } | FailedEnd;

export interface ExecutorFacts {
  readonly engine: EngineFacts;
  readonly packages: Readonly<Record<string, string>>;
}

/** One executor process, living as long as it stays healthy. */
export interface ExecutorProcess {
  readonly pid: number | undefined;
  /** Resolves when the engine is open. Rejects with the failure that kept it from opening. */
  readonly ready: Promise<ExecutorFacts>;
  /** Whether it can take a job. */
  readonly alive: () => boolean;
  /** Runs one job. A death of the process is an ordinary answer: a retryable failure. */
  run(request: RunRequest, events: RunEvents): Promise<RunEnd>;
  /** Builds an algorithm and keeps it for runs of the same plan. Answers as `run` does. */
  build(request: BuildRequest): Promise<BuildEnd>;
  /** Ends the process, whatever it does. Resolves when it is gone. */
  kill(): Promise<void>;
}

export function startExecutor(settings: ExecutorSettings, script = executorScript): ExecutorProcess {
  const env = executorEnvironment(process.env, settings.environmentNames);
  // In a group of its own it hears nothing of a Ctrl-C in the terminal, nor of a signal to the group of the supervisor,
  // which decides what becomes of the job; and all that its steps have started can be ended with it.
  const child = fork(script, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env, detached: true });
  const killsBefore = countMemoryKills();
  let killedByUs = false;
  const exited = new Promise<Failure>((resolve) => {
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-stderrTail)));
    child.once('error', (error) => resolve(failure('WORKER_LOST', `An executor could not start: ${error.message}`)));
    child.once('exit', (code, signal) => {
      killGroup(child.pid);
      const byKernel = signal === 'SIGKILL' && !killedByUs && countMemoryKills() > killsBefore;
      resolve(deathFailure({ code, signal, byKernel }, stderr));
    });
  });
  let alive = true;
  /** Whoever waits for an answer. Hung upon `exited` they would stay, with their answers, as long as the process lives. */
  const bereaved = new Set<(death: Failure) => void>();
  void exited.then((death) => {
    alive = false;
    for (const tell of bereaved) tell(death);
  });
  const memory = watchMemory(child.pid);
  let ownBytes: number | undefined;
  const ready = waitUntilReady(child, exited).then((facts) => {
    if (child.pid !== undefined) ownBytes = residentBytes(child.pid);
    return facts;
  });
  send(child, { kind: 'start', v: messageVersion, settings });
  const orDeath = async <End extends RunEnd | BuildEnd>(answer: Promise<End>): Promise<End | FailedEnd> => {
    const end = await new Promise<End | FailedEnd>((resolve, reject) => {
      const tell = (death: Failure) => resolve({ kind: 'failed', failure: death });
      answer.then(resolve, reject).finally(() => bereaved.delete(tell));
      if (alive) bereaved.add(tell);
      else void exited.then(tell);
    });
    // An executor whose device is gone leaves by itself, but only after it has said so: no job may reach it meanwhile.
    if (end.kind === 'failed' && end.failure.code === 'WORKER_LOST') alive = false;
    return end;
  };

  /** What a process does not give back after a job, others would lack: a fresh one takes its place. */
  const replaceIfLarge = (kept: number | undefined, engine: EngineFacts, { onLog }: RunEvents) => {
    if (!alive || kept === undefined || ownBytes === undefined || kept <= largestAfterJob(ownBytes, engine)) return;
    alive = false;
    killedByUs = true;
    killGroup(child.pid);
    onLog('info', `The executor kept ${amountOf(kept)} after the job and is replaced by a fresh one.`);
  };

  return {
    pid: child.pid,
    ready,
    alive: () => alive,
    async run(request, events) {
      await ready;
      memory.begin();
      send(child, { kind: 'run', request });
      const end = await orDeath(runAnswer(child, events));
      const usedBytes = memory.end(ownBytes);
      replaceIfLarge(memory.lastBytes(), (await ready).engine, events);
      return end.kind === 'failed' ? { ...end, usedBytes } : end;
    },
    async build(request) {
      await ready;
      send(child, { kind: 'build', request });
      return orDeath(buildAnswer(child));
    },
    async kill() {
      killedByUs = true;
      // It has nothing to put in order.
      if (alive) killGroup(child.pid);
      await exited;
    },
  };
}

function send(child: ChildProcess, message: ToExecutor): void {
  // A child that is already gone answers through `exited`.
  child.send(message, () => undefined);
}

/** Passes on what the executor says, one message after the other; returns how to stop that. */
function hear(child: ChildProcess, listen: (message: FromExecutor) => void): () => void {
  const listenToAll = (messages: readonly FromExecutor[]) => messages.forEach(listen);
  child.on('message', listenToAll);
  return () => child.off('message', listenToAll);
}

async function waitUntilReady(child: ChildProcess, exited: Promise<Failure>): Promise<ExecutorFacts> {
  const answer = new Promise<ExecutorFacts>((resolve, reject) => {
    const deafen = hear(child, (message) => {
      if (message.kind !== 'ready' && message.kind !== 'unusable') return;
      deafen();
      const { v = 1 } = message;
      if (v > messageVersion) reject(new ExecutorUpdated(otherVersion(v, messageVersion).failure));
      else if (message.kind === 'ready') resolve({ engine: message.engine, packages: message.packages });
      else if (message.v !== undefined) reject(new ExecutorUpdated(message.failure));
      else reject(new ExecutorUnusable(message.failure));
    });
  });
  return Promise.race([
    answer,
    exited.then((death): never => {
      throw new ExecutorUnusable(death);
    }),
  ]);
}

function runAnswer(child: ChildProcess, events: RunEvents): Promise<RunEnd> {
  return new Promise((resolve) => {
    const deafen = hear(child, (message) => {
      switch (message.kind) {
        case 'progress':
          events.onProgress(message.progress);
          break;
        case 'preview':
          events.onPreview(message.preview);
          break;
        case 'step':
          events.onStep(message.step);
          break;
        case 'warning':
          events.onWarning(message.warning);
          break;
        case 'ask':
          void events.onAsk(message.ask).then((answer) => send(child, { kind: 'answer', id: message.id, answer }));
          break;
        case 'log':
          events.onLog(message.level, message.message);
          break;
        case 'done':
        case 'failed':
          deafen();
          resolve(message);
          break;
        case 'built':
        case 'ready':
        case 'unusable':
          break;
      }
    });
  });
}

function buildAnswer(child: ChildProcess): Promise<BuildEnd> {
  return new Promise((resolve) => {
    const deafen = hear(child, (message) => {
      if (message.kind !== 'built' && message.kind !== 'failed') return;
      deafen();
      resolve(message);
    });
  });
}

/** Carries the failure of an executor that never got to work. */
export class ExecutorUnusable extends Error {
  override readonly name: string = 'ExecutorUnusable';
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/** That of an executor that is of another version of Rondel than its supervisor: no executor can be started any more. */
export class ExecutorUpdated extends ExecutorUnusable {
  override readonly name = 'ExecutorUpdated';
}

interface Death {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether the kernel has killed it to free memory. */
  readonly byKernel: boolean;
}

/** What V8 and WebAssembly say before they abort for want of memory. */
const ranOut = /out of memory|heap limit/i;

function deathFailure({ code, signal, byKernel }: Death, stderr: string): Failure {
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  const details = { code, signal, stderr: stderr.slice(-1000) };
  if (byKernel) {
    const message = 'The executor took more memory than there was, and the system killed it.';
    return failure('OUT_OF_MEMORY', message, { details, retryable: true });
  }
  if ((signal === 'SIGABRT' || signal === 'SIGTRAP') && ranOut.test(stderr)) {
    const message = `The executor ran out of memory and ended ${how}.`;
    return failure('OUT_OF_MEMORY', message, { details, retryable: true });
  }
  return failure('WORKER_LOST', `The executor that computed the job ended ${how}.`, { details });
}
