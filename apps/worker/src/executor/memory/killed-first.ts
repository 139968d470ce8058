import { existsSync, writeFileSync } from 'node:fs';

/** From 0, as other processes, to 1000, always the first. */
const score = '800';

/**
 * When memory runs out the kernel shall kill what computes, which is tried again in smaller blocks, and neither what
 * remembers, as supervisor and Redis, nor a stranger's process (proc(5), `oom_score_adj`). Of Linux; raising one's own
 * score needs no rights.
 *
 * @param file For tests.
 * @param complain Hears why it was not possible: the kernel then takes the largest process, which is nearly always this one.
 */
export function beKilledFirst(complain: (problem: string) => void, file = '/proc/self/oom_score_adj'): void {
  if (!existsSync(file)) return;
  try {
    writeFileSync(file, score);
  } catch (error) {
    complain(`This executor is not the first to be killed when memory runs out: ${String(error)}`);
  }
}
