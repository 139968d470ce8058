import { Type } from '@rondel/contracts/schema';
import type { RoutePlugin } from './route-plugin.js';

const CheckSchema = Type.Object({ ok: Type.Boolean(), detail: Type.String() });

/** `healthz`: the process lives. `readyz`: it can do its work now. */
export const healthRoutes: RoutePlugin = async (app, { services: { jobs, freeBytes, storeProblem } }) => {
  app.get(
    '/healthz',
    {
      schema: {
        tags: ['health'],
        summary: 'The process lives',
        response: { 200: Type.Object({ status: Type.Literal('ok') }) },
      },
    },
    async () => ({ status: 'ok' as const }),
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
      const ready = redis.ok && disk.ok;
      return reply
        .code(ready ? 200 : 503)
        .send({ status: ready ? 'ready' : 'not ready', checks: { redis, store: disk } });
    },
  );
};

async function check(probe: () => Promise<string>): Promise<{ ok: boolean; detail: string }> {
  try {
    return { ok: true, detail: await probe() };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
