import { readdir } from 'node:fs/promises';
import type { Logger } from './logger.js';
import { openFilesLimit } from './open-files.js';

const lookEveryMs = 10_000;
/** Of what is allowed. */
const tellFrom = 0.8;

/**
 * Tells once when a process comes near to the files and connections that it may have open: connections that are refused
 * then leave no other trace in its log. Returns the function that stops it. Linux only, as nobody else counts them.
 */
export function watchOpenFiles(logger: Logger, everyMs = lookEveryMs, limit = openFilesLimit()): () => void {
  if (limit === Infinity) return () => undefined;
  let told = false;
  const look = async () => {
    const open = (await readdir('/proc/self/fd')).length;
    const isNear = open > tellFrom * limit;
    if (isNear && !told) logger.warn({ open, limit }, `${open} of ${limit} files and connections are open. ${remedy}`);
    told = isNear;
  };
  const timer = setInterval(() => {
    // With none left the files cannot be counted either.
    look().catch((error: unknown) => logger.warn({ err: error, limit }, `No more files can be opened. ${remedy}`));
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

const remedy =
  'Raise the limit (ulimit -n, LimitNOFILE= of systemd, nofile of the container), or let it do less at once.';
