import { isRondelError, RondelError, toFailure } from '@rondel/contracts';
import type { BuiltStep } from '../build/build.js';

/** A step that throws something of its own becomes `STEP_FAILED`; a coded failure keeps its code and gains the path. */
export function stepFailure(error: unknown, { path, definition }: Pick<BuiltStep, 'path' | 'definition'>): RondelError {
  if (!isRondelError(error)) {
    const { code, message } = toFailure(error, 'STEP_FAILED');
    return new RondelError(code, `${path} (${definition.type}) failed: ${message}`, {
      at: path,
      cause: error,
    });
  }
  const { code, message, at, ...rest } = error.failure;
  const inside = at !== undefined && !at.startsWith('parameter') ? `${path}.${at}` : at;
  return new RondelError(code, message, { ...rest, at: inside ?? path, cause: error });
}
