import { isRondelError } from '@rondel/contracts';
import type { Logger } from './logger.js';

const sayAgainMs = 10_000;
const mostRemembered = 100;

/**
 * Logs what goes wrong around a process, as a server that is away, for whoever tries again several times a second: the same
 * sentence every 10 s at most. What has a code is a sentence for people, and goes without a stack.
 */
export function openTroubleLog(logger: Logger, everyMs = sayAgainMs): (error: Error) => void {
  const saidAt = new Map<string, number>();
  return (error) => {
    const now = performance.now();
    if (now - (saidAt.get(error.message) ?? -Infinity) < everyMs) return;
    if (saidAt.size >= mostRemembered) saidAt.clear();
    saidAt.set(error.message, now);
    logger.warn(isRondelError(error) ? { code: error.code } : { err: error }, error.message);
  };
}
