import { isRondelError } from '@rondel/contracts';
import { questionNews, type Jobs } from '@rondel/jobs';
import type { Logger } from '@rondel/telemetry';
import type { ReaderProcess } from '../process/reader-process.js';
import type { Warrants } from '../warrants/warrants.js';

export interface ReaderQuestionsOptions {
  readonly jobs: Pick<Jobs, 'questions' | 'news'>;
  /** Id of this worker. */
  readonly worker: string;
  readonly reader: ReaderProcess;
  readonly warrants: Pick<Warrants, 'question'>;
  readonly logger: Logger;
}

/** Has a worker's questions answered, one after the other. */
export interface ReaderQuestions {
  /** Looks for questions; for regular use, as a message can be missed. */
  look(): void;
  close(): Promise<void>;
}

export function openReaderQuestions({
  jobs,
  worker,
  reader,
  warrants,
  logger,
}: ReaderQuestionsOptions): ReaderQuestions {
  let closed = false;
  let working: Promise<void> | undefined;
  let asked = false;

  const answerAll = async () => {
    while (asked && !closed) {
      asked = false;
      const next = await jobs.questions.take(worker);
      if (next === undefined) continue;
      const answer = await warrants.question(next).then(
        (project) => reader.ask(next.question, project),
        (error: unknown) => refused(next.id, error),
      );
      await jobs.questions.answer(next.id, answer);
      asked = true;
    }
  };
  const refused = (question: string, error: unknown) => {
    if (!isRondelError(error)) throw error;
    logger.error({ question, code: error.code }, error.message);
    return { failure: error.failure };
  };
  const look = () => {
    asked = true;
    working ??= answerAll()
      .catch((error: unknown) => logger.warn({ err: error }, 'a question was not answered'))
      .finally(() => (working = undefined));
  };
  const silence = jobs.news.listen(questionNews(worker), look);
  look();
  return {
    look,
    async close() {
      closed = true;
      silence();
      await reader.close();
      await working;
    },
  };
}
