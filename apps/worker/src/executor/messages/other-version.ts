import { RondelError } from '@rondel/contracts';

/** One of two processes of a worker has been updated, the other runs as it was. Nothing that they tell each other counts. */
export function otherVersion(theirs: number, known: number): RondelError {
  return new RondelError(
    'WORKER_UNAVAILABLE',
    `Rondel was updated while the worker runs: its processes speak versions ${theirs} and ${known} of their messages. It gives back what it runs, which costs no attempt, and leaves; start it again.`,
  );
}
