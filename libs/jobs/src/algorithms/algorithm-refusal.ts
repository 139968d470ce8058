import { RondelError, type Failure } from '@rondel/contracts';
import type { AlgorithmPlace } from './algorithm-worker.js';
import { needsIn } from '../places/requirements.js';

/** Inputs of one algorithm that were not taken yet. */
export const mostTickets = 1000;

/** For a look at something that may go away meanwhile. */
export function unlessGone(error: unknown): undefined {
  if (error instanceof RondelError && error.code === 'NOT_FOUND') return undefined;
  throw error;
}

export function algorithmNotFound(id: string): RondelError {
  return new RondelError('NOT_FOUND', `There is no algorithm ${id}: it was never there, or closed long ago.`);
}

export function nobody({ place, requires = {} }: AlgorithmPlace): RondelError {
  const needs = needsIn(requires).map(({ text }) => text);
  const having = needs.length === 0 ? '' : ` and has ${needs.join(', ')}`;
  return new RondelError(
    'WORKER_UNAVAILABLE',
    `No worker that runs now serves "${place}"${having}, and a warm algorithm needs one to stay on. Start one and try again.`,
  );
}

export function tooMany(message: string): RondelError {
  return new RondelError('QUOTA_EXCEEDED', message);
}

function notBuilt(id: string, text: string): RondelError {
  const { code, message, at } = JSON.parse(text) as Failure;
  return new RondelError(
    'CONFLICT',
    `Algorithm ${id} could not be built: ${message} Create another one when that is mended.`,
    { at, details: { code } },
  );
}

/** What a script has answered instead of doing its work. */
export function refusal(id: string, answer: string): RondelError {
  const [word, milliseconds] = answer.split(' ');
  switch (word) {
    case 'missing':
      return algorithmNotFound(id);
    case 'closed':
      return new RondelError('CONFLICT', `Algorithm ${id} is closed. Create another one from the same plan.`);
    case 'failed':
      return notBuilt(id, answer.slice('failed '.length));
    case 'locked': {
      const remainingSeconds = Math.ceil(Number(milliseconds) / 1000);
      const message = `Somebody else has locked algorithm ${id}, for another ${remainingSeconds} s unless it is used. Wait, or ask its holder to unlock it.`;
      return new RondelError('CONFLICT', message, { details: { remainingSeconds } });
    }
    case 'unlocked':
      return new RondelError(
        'CONFLICT',
        `The lock on algorithm ${id} has expired, so others may have used it since. Look at its state and lock it again.`,
      );
    case 'full':
      return tooMany(`${mostTickets} inputs of algorithm ${id} wait to be taken. Take some before you put more.`);
    default:
      return new RondelError('INTERNAL', `Algorithm ${id} answered "${answer}".`);
  }
}
