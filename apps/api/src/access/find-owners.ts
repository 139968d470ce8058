import { projectOf, RondelError, seesProject } from '@rondel/contracts';
import {
  algorithmNotFound,
  jobNotFound,
  sessionNotFound,
  sweepFromJson,
  sweepNotFound,
  unlessGone,
} from '@rondel/jobs';
import { LRUCache } from 'lru-cache';
import { noArtifact } from '../data/send-artifact.js';
import { findRecordedJob } from '../jobs/job-view.js';
import type { Services } from '../services.js';
import type { Owners } from './owners.js';
import type { Thing } from './rules.js';
import { projectOfOwner } from './submitter.js';

/** Nothing ever changes its project, so what was found once is remembered. */
const mostRemembered = 20_000;
/** But for artifacts, which their projects may erase. */
const heldMs = 10_000;

export function openOwners(services: Services): Owners {
  const { store } = services;
  const owners = new LRUCache<string, string>({ max: mostRemembered });
  const held = new LRUCache<string, true>({ max: mostRemembered, ttl: heldMs });
  const finders = ownerFinders(services);
  const ownerOf = async (thing: Exclude<Thing, 'artifact'>, id: string) => {
    const name = `${thing} ${id}`;
    const known = owners.get(name) ?? (await finders[thing](id));
    if (known !== undefined) owners.set(name, known);
    return known;
  };
  return {
    async isSeen({ role, project }, thing, id) {
      if (role === 'admin') return true;
      if (thing !== 'artifact') {
        const owner = await ownerOf(thing, id);
        return owner === undefined || seesProject({ role, project }, owner);
      }
      const name = `${project} ${id}`;
      if (held.has(name)) return true;
      // What nobody has is the default project's, and stays it if somebody gets it who has not brought it.
      const stays = project !== projectOf({}) || (await store.stat(id)) !== undefined;
      const has = await store.isHeldBy(id, project);
      if (has && stays) held.set(name, true);
      return has;
    },
    missing: (thing, id) => missing[thing](id),
  };
}

const missing: Record<Thing, (id: string) => RondelError> = {
  job: jobNotFound,
  sweep: sweepNotFound,
  plan: sessionNotFound,
  algorithm: algorithmNotFound,
  artifact: noArtifact,
  upload: (id) =>
    new RondelError('NOT_FOUND', `There is no upload ${id}: it is finished or was given up. Begin a new one.`),
};

type Finder = (id: string) => Promise<string | undefined>;

function ownerFinders(services: Services): Record<Exclude<Thing, 'artifact'>, Finder> {
  const { jobs, store } = services;
  return {
    async job(id) {
      const found = (await jobs.ledger.get(id)) ?? (await findRecordedJob(id, services));
      return found === undefined ? store.erasedFrom(id) : projectOf(found);
    },
    async sweep(id) {
      const record = (await jobs.sweeps.get(id)) ?? sweepFromJson((await store.getRecord(id)) ?? '');
      return record && projectOf(record);
    },
    plan: (id) => jobs.sessions.owner(id),
    algorithm: async (id) => {
      const found = await jobs.algorithms.head(id).catch(unlessGone);
      return found && projectOf(found);
    },
    async upload(id) {
      const by = await jobs.uploads.owner(id);
      return by === undefined ? undefined : projectOfOwner(by);
    },
  };
}
