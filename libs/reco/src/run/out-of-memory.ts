import { isRondelError, RondelError } from '@rondel/contracts';

/** What V8 says when a typed array or WebAssembly's memory can't be had. */
const hostMessages =
  /array buffer allocation failed|invalid (typed )?array (buffer )?length|could not allocate memory/i;
/** What TensorFlow's status and its allocators say. */
const deviceMessages =
  /resource[ _]?exhausted|\bOOM when allocating\b|failed to allocate memory|CUDA_ERROR_OUT_OF_MEMORY/i;

/**
 * The failure of an allocation as `OUT_OF_MEMORY`, however the engine put it: retryable, as smaller blocks may fit.
 * Undefined for anything else.
 */
export function outOfMemoryIn(error: unknown): RondelError | undefined {
  if (isRondelError(error)) {
    const { code, message, ...rest } = error.failure;
    if (code !== 'OUT_OF_MEMORY') return undefined;
    return new RondelError(code, message, { ...rest, retryable: true, cause: error });
  }
  if (!(error instanceof Error)) return undefined;
  const isMemory =
    deviceMessages.test(error.message) || (error instanceof RangeError && hostMessages.test(error.message));
  if (!isMemory) return undefined;
  return new RondelError('OUT_OF_MEMORY', `Memory ran out: ${error.message}`, { retryable: true, cause: error });
}
