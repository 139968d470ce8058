import {
  elementSize,
  RondelError,
  toFailure,
  type CachedResult,
  type Dataset,
  type StepCache,
} from '@rondel/contracts';
import type { KeptResult } from '@rondel/jobs';
import type { ResultIdentity } from '@rondel/reco';
import type { ResultArea } from '@rondel/store';
import { encodeDataset, openDatasetFile } from '../files/dataset-file.js';
import type { RequestResult } from '../messages/supervisor-requests.js';

/** A step of a run whose results are kept. */
export interface CachePoint {
  /** Position among the steps of the run, counted from 0. */
  readonly index: number;
  readonly path: string;
  readonly type: string;
  readonly maxsize: number;
  readonly identity: ResultIdentity;
  /** See `resultFamilies`. */
  readonly family?: string | undefined;
  /** Its result is held in memory alone. */
  readonly isHeld?: true;
}

export type Found =
  | {
      readonly kind: 'hit';
      readonly dataset: Dataset;
      readonly result: Pick<KeptResult, 'data' | 'seconds'>;
      readonly seconds: number;
      readonly origin: CachedResult;
      readonly cache: StepCache;
    }
  /** It has to be computed, and kept by whoever does it. */
  | { readonly kind: 'miss'; readonly reason: string };

/** What a step has returned, and what it took from the input on. */
export interface Computed {
  readonly dataset: Dataset;
  readonly seconds: number;
  readonly data: KeptResult['data'];
}

/** The cache as an executor uses it. */
export interface KeptResults {
  /** Finds the result of a step or gets the right to compute it; waits while another job computes it. */
  find(point: CachePoint): Promise<Found>;
  /** Leaves a computed result for others; a result that cannot be kept is told in the answer and is no failure. */
  keep(point: CachePoint, reason: string, computed: Computed): Promise<StepCache>;
  /** Gives up the right to compute a result. */
  giveUp(point: CachePoint): Promise<void>;
}

export function openKeptResults(area: ResultArea, ask: RequestResult): KeptResults {
  return {
    async find(point) {
      const { key, slot, facts } = point.identity;
      const claim = () =>
        ask({ kind: 'claim', wanted: { key, slot, facts }, step: { path: point.path, type: point.type } });
      let answer = await claim();
      while (answer.kind === 'hit') {
        const found = await load(point, answer.result, area);
        if (found.kind === 'hit') return found;
        const { document } = answer.result;
        await ask({ kind: 'drop', key, document, reason: found.reason });
        answer = await claim();
      }
      return { kind: 'miss', reason: answer.kind === 'compute' ? answer.reason : 'The cache did not answer.' };
    },
    async keep(point, reason, { dataset, seconds, data }) {
      const { key, slot, facts } = point.identity;
      const missed = (problem: string): StepCache => ({ state: 'miss', key, reason: `${reason} ${problem}` });
      let document: string;
      try {
        document = (await area.files(key).put(encodeDataset(dataset).pieces)).sha256;
      } catch (error) {
        await ask({ kind: 'release', key });
        return missed(`It could not be kept: ${toFailure(error).message}`);
      }
      const { maxsize, family } = point;
      const computed = { key, slot, facts, family, document, seconds, bytes: bytesOf(dataset), maxsize, data };
      const answer = await ask({ kind: 'keep', computed });
      if (answer.kind === 'kept' && answer.problem !== undefined) return missed(answer.problem);
      return { state: 'stored', key, reason };
    },
    async giveUp({ identity: { key } }) {
      await ask({ kind: 'release', key });
    },
  };
}

/** Files that cannot be read any more are as good as none: the result is computed again. */
async function load({ path, identity: { key } }: CachePoint, result: KeptResult, area: ResultArea): Promise<Found> {
  const started = performance.now();
  try {
    const file = await area.files(key).localPath(result.document);
    const dataset = openDatasetFile(file, {
      damaged: (why) => new RondelError('CONFLICT', `It is damaged: ${why}.`),
    }).load();
    const seconds = (performance.now() - started) / 1000;
    const { job, worker } = result;
    const cache: StepCache = {
      state: 'hit',
      reason: `Computed by job ${job}.`,
      key,
      job,
      secondsSaved: Math.max(0, result.seconds - seconds),
    };
    return { kind: 'hit', dataset, result, seconds, origin: { path, key, job, worker }, cache };
  } catch (error) {
    return { kind: 'miss', reason: `What job ${result.job} had left could not be read: ${toFailure(error).message}` };
  }
}

function bytesOf({ data, companions }: Dataset): number {
  return [data, ...Object.values(companions)].reduce(
    (sum, { shape, dtype }) => shape.reduce((product, extent) => product * extent, elementSize(dtype)) + sum,
    0,
  );
}
