import { RondelError, type JsonValue, type Requirements, type WorkerRecord } from '@rondel/contracts';
import { answerNews, meets, needsIn, type Question } from '@rondel/jobs';
import { holdAnswer, type Hold } from '../http/hold-answer.js';
import type { Services } from '../services.js';

/** A worker has so long to answer; reading one value takes it 20 s at most. */
const answerSeconds = 30;

export interface Asking {
  readonly services: Pick<Services, 'jobs'>;
  /** The request; when its client goes away nobody waits any more. */
  readonly raw: Hold['raw'];
  /** Whose data roots the worker may read for it. */
  readonly project: string;
}

/** A question, and which workers can answer it. */
export interface AskedOfWorker {
  readonly question: Question;
  readonly requires: Requirements;
  /** What is asked for, at the start of a sentence. */
  readonly what: string;
}

/**
 * What a worker says to a question that only one with the right data roots and packages can answer, and which one it was. Throws
 * `WORKER_UNAVAILABLE` where none runs, or the one that was asked is silent, and the failure that it answers with.
 */
export async function askWorker(
  asked: AskedOfWorker,
  { services: { jobs }, raw, project }: Asking,
): Promise<{ readonly value: JsonValue; readonly worker: string }> {
  const { questions, news } = jobs;
  const worker = await ableWorker(asked, jobs);
  const id = await questions.ask(worker, asked.question, { project, seconds: answerSeconds });
  const hold = { id: answerNews(id), seconds: answerSeconds, raw };
  const answer = await holdAnswer(news, hold, () => questions.answerTo(id));
  if (answer === undefined) {
    await questions.forget(id);
    throw silent(asked, worker);
  }
  if ('failure' in answer) throw RondelError.from(answer.failure);
  return { value: answer.value, worker };
}

async function ableWorker({ question, requires, what }: AskedOfWorker, jobs: Services['jobs']): Promise<string> {
  const able = (await jobs.fleet.workers()).filter((worker) => worker.state === 'running' && meets(worker, requires));
  const [best] = able.sort((a, b) => load(a) - load(b));
  if (best !== undefined) return best.id;
  const needs = needsIn(requires).map(({ text }) => text);
  const having = needs.length === 0 ? 'runs now' : `that runs now has ${needs.join(' and ')}`;
  const roots = (requires.roots ?? []).map((root) => ` --data-root ${root}=FOLDER`).join('');
  throw new RondelError(
    'WORKER_UNAVAILABLE',
    `${what} can be read on a worker only, and none ${having}. Start one with: rondel worker${roots}`,
    { at: question.path },
  );
}

function load({ running, concurrency }: WorkerRecord): number {
  return running.length / concurrency;
}

function silent({ question, what }: AskedOfWorker, worker: string): RondelError {
  return new RondelError(
    'WORKER_UNAVAILABLE',
    `${what} was asked of worker ${worker}, which has not answered within ${answerSeconds} s. Try again.`,
    { at: question.path },
  );
}
