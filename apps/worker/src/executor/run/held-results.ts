import type { Provenance } from '@rondel/contracts';
import { LRUCache } from 'lru-cache';
import { bytesOfDataset, copyOfDataset } from '../input/copied-dataset.js';
import { mostHeldBytes } from '../memory/held-bytes.js';
import type { Computed, KeptResults } from './kept-results.js';

interface Held extends Computed {
  readonly job: string;
  readonly worker: string;
  readonly data: Provenance['data'];
}

/** What is held beside the values. */
const entryBytes = 4096;

/**
 * Results of steps in the memory of an executor: whoever tries values on one slice changes those of its last step more often than
 * those of the steps before, and waits for each picture.
 *
 * @param hostBytes Memory that one job may take.
 */
export function openHeldResults(hostBytes: number): (by: { job: string; worker: string }) => KeptResults {
  const mostBytes = mostHeldBytes(hostBytes);
  const held = new LRUCache<string, Held>({ maxSize: mostBytes });
  return ({ job, worker }) => ({
    find({ path, identity: { key } }) {
      const started = performance.now();
      const found = held.get(key);
      if (found === undefined) return Promise.resolve({ kind: 'miss', reason: 'No job before has left it here.' });
      const dataset = copyOfDataset(found.dataset);
      const seconds = (performance.now() - started) / 1000;
      const { job, worker } = found;
      const secondsSaved = Math.max(0, found.seconds - seconds);
      const reason = `Computed by job ${job}, and held in memory.`;
      return Promise.resolve({
        kind: 'hit',
        dataset,
        result: found,
        seconds,
        origin: { path, key, job, worker },
        cache: { state: 'hit', reason, key, job, secondsSaved },
      });
    },
    keep({ identity: { key } }, reason, computed) {
      const size = bytesOfDataset(computed.dataset) + entryBytes;
      if (size > mostBytes) {
        return Promise.resolve({ state: 'miss', key, reason: `${reason} It takes more than is held in memory.` });
      }
      held.set(key, { ...computed, dataset: copyOfDataset(computed.dataset), job, worker }, { size });
      return Promise.resolve({ state: 'stored', key, reason: `${reason} It is held in memory.` });
    },
    giveUp: () => Promise.resolve(),
  });
}
