import { RondelError } from '@rondel/contracts';
import type { StepContext } from '../node/package.js';

/**
 * Around a step that runs by itself, outside of a plan, as in tests and benchmarks: nobody hears what it says, no properties are known,
 * there are neither files nor checkpoints, as much memory as it asks for, and what it holds is made each time.
 *
 * @param given What is otherwise.
 */
export function loneContext(given: Partial<StepContext> = {}): StepContext {
  return {
    signal: new AbortController().signal,
    progress: () => undefined,
    preview: () => undefined,
    warn: () => undefined,
    found: () => undefined,
    known: () => undefined,
    file: ({ reference }) =>
      Promise.reject(new RondelError('DATA_NOT_FOUND', `${reference} cannot be opened: the step runs by itself.`)),
    held: (_node, _from, make) => make(),
    requireMemory: () => undefined,
    checkpoint: { restore: () => Promise.resolve(undefined), save: () => Promise.resolve() },
    log: () => undefined,
    ...given,
  };
}
