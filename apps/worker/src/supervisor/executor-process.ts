import { fork, type ChildProcess } from 'node:child_process';
import { failure, type Failure, type Preview, type Progress } from '@rondel/contracts';
import type { StepReport } from '@rondel/reco';
import type { AskForResult } from '../executor/result-asks.js';
import type {
  EngineFacts,
  ExecutorSettings,
  FromExecutor,
  RunRequest,
  RunResult,
  ToExecutor,
} from '../executor/messages.js';

const executorScript = new URL('../executor/main.js', import.meta.url);
/** A process that ignores SIGTERM this long is killed. */
const killAfterMs = 500;
/** What is kept of stderr to explain a crash. */
const stderrTail = 4000;

export interface RunEvents {
  readonly onProgress: (progress: Progress) => void;
  readonly onPreview: (preview: Preview) => void;
  readonly onStep: (step: StepReport) => void;
  readonly onLog: (level: 'info' | 'warn', message: string) => void;
  /** Answers what the run asks about results that others have left. Must not reject. */
  readonly onAsk: AskForResult;
}

export type RunEnd =
  { readonly kind: 'done'; readonly outcome: RunResult } | { readonly kind: 'failed'; readonly failure: Failure };

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
  /** Ends the process, whatever it does. Resolves when it is gone. */
  kill(): Promise<void>;
}

export function startExecutor(settings: ExecutorSettings, script = executorScript): ExecutorProcess {
  const child = fork(script, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const exited = new Promise<Failure>((resolve) => {
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-stderrTail)));
    child.once('error', (error) => resolve(failure('WORKER_LOST', `An executor could not start: ${error.message}`)));
    child.once('exit', (code, signal) => resolve(deathFailure(code, signal, stderr)));
  });
  let alive = true;
  void exited.then(() => (alive = false));
  const ready = waitUntilReady(child, exited);
  send(child, { kind: 'start', settings });

  return {
    pid: child.pid,
    ready,
    alive: () => alive,
    async run(request, events) {
      await ready;
      send(child, { kind: 'run', request });
      const end = await Promise.race([
        runAnswer(child, events),
        exited.then((death): RunEnd => ({ kind: 'failed', failure: death })),
      ]);
      // An executor whose device is gone leaves by itself, but only after it has said so: no job may reach it meanwhile.
      if (end.kind === 'failed' && end.failure.code === 'WORKER_LOST') alive = false;
      return end;
    },
    async kill() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function send(child: ChildProcess, message: ToExecutor): void {
  // A child that is already gone answers through `exited`.
  child.send(message, () => undefined);
}

async function waitUntilReady(child: ChildProcess, exited: Promise<Failure>): Promise<ExecutorFacts> {
  const answer = new Promise<ExecutorFacts>((resolve, reject) => {
    child.on('message', (message: FromExecutor) => {
      if (message.kind === 'ready') resolve({ engine: message.engine, packages: message.packages });
      if (message.kind === 'unusable') reject(new ExecutorUnusable(message.failure));
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
    const listen = (message: FromExecutor) => {
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
        case 'ask':
          void events.onAsk(message.ask).then((answer) => send(child, { kind: 'answer', id: message.id, answer }));
          break;
        case 'log':
          events.onLog(message.level, message.message);
          break;
        case 'done':
        case 'failed':
          child.off('message', listen);
          resolve(message);
          break;
        case 'ready':
        case 'unusable':
          break;
      }
    };
    child.on('message', listen);
  });
}

/** Carries the failure of an executor that never got to work. */
export class ExecutorUnusable extends Error {
  override readonly name = 'ExecutorUnusable';
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

function deathFailure(code: number | null, signal: NodeJS.Signals | null, stderr: string): Failure {
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  const details = { code, signal, stderr: stderr.slice(-1000) };
  if (signal === 'SIGABRT' && /out of memory|heap limit/i.test(stderr)) {
    return failure('OUT_OF_MEMORY', `The executor ran out of memory and ended ${how}.`, { details });
  }
  return failure('WORKER_LOST', `The executor that computed the job ended ${how}.`, { details });
}
