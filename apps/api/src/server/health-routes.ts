import { setTimeout as sleep } from 'node:timers/promises';
import { isRondelError } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import type { DataRun } from '@rondel/jobs';
import { buildIdentity } from '@rondel/telemetry';
import { lossText } from './presence.js';
import type { RoutePlugin } from '../http/route-plugin.js';
import type { Services } from '../services.js';

const CheckSchema = Type.Object({ ok: Type.Boolean(), detail: Type.String() });

/** `healthz`: the process lives. `readyz`: it can do its work now. */
export const healthRoutes: RoutePlugin = async (app, { services }) => {
  const { jobs, fleet, freeBytes, storeProblem, dataRun = () => undefined, isLeaving = () => false, trail } = services;

  /** Which workers begin nothing now and why; that alone does not keep an API from doing its work. */
  const asideText = async () => {
    const { workers } = await fleet.facts().catch((error: unknown) => {
      if (isRondelError(error) && error.code === 'SERVICE_UNAVAILABLE') return { workers: [] };
      throw error;
    });
    const resting = workers.flatMap(({ aside }) => aside ?? []);
    return resting[0] && `${resting.length} of ${workers.length} workers take no jobs: ${resting[0].reason}`;
  };

  app.get(
    '/healthz',
    {
      schema: {
        tags: ['health'],
        summary: 'The process lives',
        response: {
          200: Type.Object({ status: Type.Literal('ok'), version: Type.String(), commit: Type.String() }),
        },
      },
    },
    async () => ({ status: 'ok' as const, ...buildIdentity() }),
  );

  app.get(
    '/readyz',
    {
      schema: {
        tags: ['health'],
        summary: 'Redis and the artifact store answer',
        response: {
          '2xx': Type.Object({ status: Type.String(), checks: Type.Record(Type.String(), CheckSchema) }),
          503: Type.Object({ status: Type.String(), checks: Type.Record(Type.String(), CheckSchema) }),
        },
      },
    },
    async (_request, reply) => {
      const [redis, disk] = await Promise.all([
        check(async () => {
          const { version, evictionPolicy, appendOnly } = await jobs.redis();
          return `Redis ${version}, ${evictionPolicy}, append-only file ${appendOnly ? 'on' : 'off'}`;
        }),
        check(async () => {
          const problem = await storeProblem();
          if (problem !== undefined) throw new Error(problem);
          return `${((await freeBytes()) / 2 ** 30).toFixed(1)} GiB free`;
        }),
      ]);
      const run = dataRun();
      // What else is asked of a Redis that does not answer would only keep whoever waits for this.
      const aside = redis.ok ? await asideText() : undefined;
      const checks = {
        redis,
        store: disk,
        ...(aside !== undefined && { workers: { ok: true, detail: aside } }),
        ...(run?.afterLoss === true && isRecent(run) && { data: { ok: true, detail: lossText(run) } }),
        ...auditCheck(trail),
        ...(isLeaving() && { process: { ok: false, detail: 'This API is about to end.' } }),
      };
      const ready = Object.values(checks).every(({ ok }) => ok);
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', checks });
    },
  );
};

/** Only where nothing may happen without it, nothing can happen while it is not written. */
function auditCheck(trail: Services['trail']) {
  const problem = trail?.problem();
  if (trail === undefined || problem === undefined) return {};
  return { audit: { ok: !trail.isRequired, detail: `The audit log cannot be written: ${problem}` } };
}

/** People who look whether all is well shall hear of it for a day. */
function isRecent({ since }: DataRun): boolean {
  return Date.now() - Date.parse(since) < 24 * 3_600_000;
}

/** Probes of orchestrators have hardly more patience. */
const patienceMs = 2000;

async function check(probe: () => Promise<string>): Promise<{ ok: boolean; detail: string }> {
  const late = new AbortController();
  const impatience = sleep(patienceMs, undefined, { signal: late.signal }).then(() => {
    throw new Error(`No answer within ${patienceMs / 1000} s.`);
  });
  try {
    return { ok: true, detail: await Promise.race([probe(), impatience]) };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    late.abort();
  }
}
