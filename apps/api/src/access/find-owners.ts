import { projectOf, RondelError } from '@rondel/contracts';
import { jobNotFound, sweepFromJson, sweepNotFound } from '@rondel/jobs';
import { LRUCache } from 'lru-cache';
import { findRecordedJob } from '../jobs/job-view.js';
import type { Services } from '../services.js';
import type { Owners } from './owners.js';
import type { Thing } from './rules.js';

/** Nothing ever changes its project, so what was found once is remembered. */
const mostRemembered = 20_000;

export function openOwners(services: Services): Owners {
  const remembered = new LRUCache<string, string>({ max: mostRemembered });
  const finders = ownerFinders(services);
  return {
    async find(thing, id) {
      const name = `${thing} ${id}`;
      const known = remembered.get(name);
      if (known !== undefined) return known;
      const found = await finders[thing]?.(id);
      if (found !== undefined) remembered.set(name, found);
      return found;
    },
    missing(thing, id) {
      if (thing === 'job') return jobNotFound(id);
      if (thing === 'sweep') return sweepNotFound(id);
      return new RondelError('NOT_FOUND', `There is no ${thing} ${id}.`);
    },
  };
}

type Finder = (id: string) => Promise<string | undefined>;

function ownerFinders(services: Services): Partial<Record<Thing, Finder>> {
  const { jobs, store } = services;
  return {
    async job(id) {
      const found = (await jobs.ledger.get(id)) ?? (await findRecordedJob(id, services));
      return found && projectOf(found);
    },
    async sweep(id) {
      const record = (await jobs.sweeps.get(id)) ?? sweepFromJson((await store.getRecord(id)) ?? '');
      return record && projectOf(record);
    },
  };
}
