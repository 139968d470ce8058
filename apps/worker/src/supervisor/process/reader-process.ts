import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { defaultProject, failure } from '@rondel/contracts';
import type { Answer, Question } from '@rondel/jobs';
import { executorEnvironment } from './executor-environment.js';
import { messageVersion } from '../../executor/messages/messages.js';
import { otherVersion } from '../../executor/messages/other-version.js';
import type { FromReader, ReaderSettings, ToReader } from '../../executor/reader.js';

const readerScript = new URL('../../executor/reader.js', import.meta.url);

export interface ReaderLimits {
  /** A process that reads one value for longer is killed. */
  readonly answerMs: number;
  /** A process that nobody has asked for this long ends. */
  readonly idleMs: number;
}

const defaultLimits: ReaderLimits = { answerMs: 20_000, idleMs: 30_000 };

/** A process that reads remote values; there is one only while there are questions. */
export interface ReaderProcess {
  /** One question at a time. Whatever happens to the process, there is an answer. */
  ask(question: Question, project?: string): Promise<Answer>;
  close(): Promise<void>;
}

export interface ReaderOptions {
  readonly limits?: Partial<ReaderLimits>;
  readonly script?: URL;
}

export function openReaderProcess(settings: ReaderSettings, options: ReaderOptions = {}): ReaderProcess {
  const { answerMs, idleMs } = { ...defaultLimits, ...options.limits };
  let running: ChildProcess | undefined;
  let idle: NodeJS.Timeout | undefined;

  const current = () => {
    if (running) return running;
    const env = executorEnvironment(process.env, settings.environmentNames);
    const child = fork(options.script ?? readerScript, [], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env,
      detached: true,
    });
    const gone = () => {
      if (running === child) running = undefined;
    };
    child.once('exit', gone);
    child.once('error', gone);
    send(child, { kind: 'start', v: messageVersion, settings });
    return (running = child);
  };
  const end = async () => {
    const child = running;
    if (child === undefined) return;
    running = undefined;
    const exited = once(child, 'exit');
    // It keeps nothing that would have to be put in order.
    if (child.kill('SIGKILL')) await exited;
  };
  return {
    async ask(question, project = defaultProject) {
      clearTimeout(idle);
      const answer = await answerOf(current(), { question, project }, answerMs);
      if (answer === undefined) await end();
      idle = setTimeout(() => void end(), idleMs).unref();
      return answer ?? { failure: tookTooLong(question, answerMs) };
    },
    async close() {
      clearTimeout(idle);
      await end();
    },
  };
}

/** Nothing when time is up. */
async function answerOf(
  child: ChildProcess,
  { question, project }: { readonly question: Question; readonly project: string },
  answerMs: number,
): Promise<Answer | undefined> {
  const over = new AbortController();
  const { signal } = over;
  send(child, { kind: 'question', question, project });
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([answer]) => known(answer as FromReader)),
      once(child, 'exit', { signal }).then((): Answer => ({ failure: died(question) })),
      new Promise<undefined>((resolve) => {
        const timer = setTimeout(() => resolve(undefined), answerMs);
        signal.addEventListener('abort', () => clearTimeout(timer));
      }),
    ]);
  } catch {
    // It could not even be started.
    return { failure: died(question) };
  } finally {
    over.abort();
  }
}

/** Of a process of a later version no answer counts. */
function known({ v = 1, ...answer }: FromReader): Answer {
  return v <= messageVersion ? answer : { failure: otherVersion(v, messageVersion).failure };
}

function send(child: ChildProcess, message: ToReader): void {
  // A child that is already gone answers through its end.
  child.send(message, () => undefined);
}

function died({ path }: Question) {
  return failure(
    'WORKER_LOST',
    `The process that read ${path} died. Try again, or ask for its length, shape or hash.`,
    {
      at: path,
    },
  );
}

function tookTooLong({ path }: Question, answerMs: number) {
  return failure('TIMEOUT', `${path} was not read within ${answerMs / 1000} s.`, { at: path });
}
