import { randomUUID } from 'node:crypto';
import {
  FailureSchema,
  projectOf,
  RondelError,
  type Failure,
  type JsonValue,
  type WarrantSigner,
} from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import type { Redis } from 'ioredis';
import { executed, guarded } from '../redis/connection.js';
import { answerNews, keys, questionNews } from '../redis/keys.js';
import { fromStored, type Damage } from '../stored/stored.js';
import { LaterVersion, toStored } from '../stored/versions.js';
import { questionToSign } from '../warrants/to-sign.js';

/** Questions that one worker may have to answer. */
const mostQuestions = 64;
/** Longest text of an answer that passes through Redis, in characters; arrays never do. */
const longestAnswer = 128 * 1024;
/** An answer is there for this long; whoever asked waits for it. */
const answerSeconds = 60;

/** What a `_remote` table of a plan stands for, or what `transform` says of that. */
export interface ValueQuestion {
  /** Path of the property, for messages. */
  readonly path: string;
  readonly table: Readonly<Record<string, JsonValue>>;
  readonly transform?: 'length' | 'shape' | 'hash' | undefined;
}

/** What the file holds that a data reference leads to; the answer is a `RemoteLook`. */
export interface LookQuestion {
  /** The reference. */
  readonly path: string;
  readonly look: true;
}

export type Question = ValueQuestion | LookQuestion;

/** What a question says beside itself. */
const around = { project: Type.Optional(Type.String()), warrant: Type.Optional(Type.String()) };
const QuestionSchema = Type.Union([
  Type.Object({
    ...around,
    path: Type.String(),
    table: Type.Record(Type.String(), Type.Unknown()),
    transform: Type.Optional(Type.Enum(['length', 'shape', 'hash'])),
  }),
  Type.Object({ ...around, path: Type.String(), look: Type.Literal(true) }),
]);

export interface AskedQuestion {
  readonly id: string;
  readonly question: Question;
  /** For which it is asked. */
  readonly project: string;
  /** What an API has signed of it; absent where nobody signs. */
  readonly warrant?: string;
}

export type Answer = { readonly value: JsonValue } | { readonly failure: Failure };

const AnswerSchema = Type.Union([Type.Object({ value: Type.Unknown() }), Type.Object({ failure: FailureSchema })]);

/** For whom a worker is asked, and how long they wait. */
export interface AskedFor {
  readonly project: string;
  readonly seconds: number;
}

/** Short questions that only a worker can answer, as it has the data roots. Nobody keeps what nobody waits for. */
export interface Questions {
  /**
   * Asks a worker for a project; the answer is wanted within these seconds. Returns the id of the question. Throws
   * `WORKER_UNAVAILABLE` for a worker that has too many to answer.
   */
  ask(worker: string, question: Question, facts: AskedFor): Promise<string>;
  /** The answer, once; `undefined` as long as there is none. `answerNews` of the id is published when it comes. */
  answerTo(id: string): Promise<Answer | undefined>;
  /** Nobody waits for the answer any more. */
  forget(id: string): Promise<void>;
  /** The oldest question to a worker that somebody waits for; each is given out once. */
  take(worker: string): Promise<AskedQuestion | undefined>;
  answer(id: string, answer: Answer): Promise<void>;
}

/** Both came out of JSON, so what is unknown in them is a JSON value. Throw `DamagedRecord`, and `LaterVersion`. */
function questionFrom(text: string): Omit<AskedQuestion, 'id'> {
  const { warrant, project, ...question } = fromStored('question', QuestionSchema, text);
  return { question: question as Question, project: projectOf({ project }), ...(warrant !== undefined && { warrant }) };
}
function answerFrom(text: string): Answer {
  return fromStored('answer', AnswerSchema, text) as Answer;
}

/** @param signer Absent where nobody signs. */
export function openQuestions(redis: Redis, damage: Damage, signer?: WarrantSigner): Questions {
  const answer = async (id: string, said: Answer) => {
    const text = toStored('answer', said);
    if (text.length > longestAnswer) throw new RondelError('INTERNAL', `An answer has ${text.length} characters.`);
    await executed(redis.multi().set(keys.answer(id), text, 'EX', answerSeconds).publish(keys.news, answerNews(id)));
  };
  /** A question of a later version is answered with that. */
  const read = async (id: string, text: string): Promise<Omit<AskedQuestion, 'id'> | undefined> => {
    try {
      return damage.spareDamaged('question', id, () => questionFrom(text));
    } catch (error) {
      if (!(error instanceof LaterVersion)) throw error;
      await answer(id, { failure: error.failure });
      return undefined;
    }
  };
  return {
    async ask(worker, question, { project, seconds }) {
      if ((await guarded(redis.llen(keys.questions(worker)))) >= mostQuestions) throw tooBusy(worker);
      const id = randomUUID();
      const signed = await signer?.sign(questionToSign(question, { id, worker, project }));
      const asked = { ...question, project, ...(signed !== undefined && { warrant: signed }) };
      await executed(
        redis
          .multi()
          .set(keys.question(id), toStored('question', asked), 'EX', seconds)
          .rpush(keys.questions(worker), id)
          // With the last question that somebody waits for goes the list.
          .expire(keys.questions(worker), seconds)
          .publish(keys.workerNews, questionNews(worker)),
      );
      return id;
    },
    async answerTo(id) {
      const text = await guarded(redis.getdel(keys.answer(id)));
      return text === null ? undefined : damage.spareDamaged('answer', id, () => answerFrom(text));
    },
    async forget(id) {
      await guarded(redis.del(keys.question(id), keys.answer(id)));
    },
    async take(worker) {
      for (;;) {
        const id = await guarded(redis.lpop(keys.questions(worker)));
        if (id === null) return undefined;
        const text = await guarded(redis.getdel(keys.question(id)));
        const asked = text === null ? undefined : await read(id, text);
        if (asked !== undefined) return { id, ...asked };
      }
    },
    answer,
  };
}

function tooBusy(worker: string): RondelError {
  return new RondelError(
    'WORKER_UNAVAILABLE',
    `Worker ${worker} has ${mostQuestions} questions to answer. Try again in a moment.`,
  );
}
