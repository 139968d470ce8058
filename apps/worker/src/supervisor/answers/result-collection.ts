import type { ResultLimits, Results } from '@rondel/jobs';
import type { ResultArea } from '@rondel/store';
import type { Logger } from '@rondel/telemetry';
import { removeFiles } from './result-claims.js';

const collectEveryMs = 10 * 60_000;
/** Files are in place before the index knows them; whoever puts them there is long done after this. */
const settleMs = 3600_000;

/** Removes kept results that are too old or too much, and files that the index does not know (any more). */
export async function collectResults(
  { results, area, limits, logger }: ResultCollection,
  now: number = Date.now(),
): Promise<readonly string[]> {
  const evicted = await results.trim(limits);
  const settled = (await area.list()).filter(({ changedAt }) => now - changedAt > settleMs);
  const stray = await results.unknown(settled.map(({ key }) => key));
  const removed = [...new Set([...evicted, ...stray])];
  await removeFiles(area, removed, logger);
  return removed;
}

export interface ResultCollection {
  readonly results: Pick<Results, 'trim' | 'unknown'>;
  readonly area: ResultArea;
  readonly limits: ResultLimits;
  readonly logger: Logger;
}

/** Collects now and then until it is stopped. Every worker does; doing it twice is harmless. */
export function collectResultsRegularly(collection: ResultCollection): () => void {
  const once = () => {
    collectResults(collection).catch((error: unknown) =>
      collection.logger.warn({ err: error }, 'kept results were not collected'),
    );
  };
  const timer = setInterval(once, collectEveryMs);
  once();
  return () => clearInterval(timer);
}
