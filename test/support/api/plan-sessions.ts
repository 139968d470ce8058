import type { Session, SessionChange, SessionProperty } from '@rondel/contracts';
import { startPlanApi, type Answer, type PlanApi } from './plan-api.js';
import { startTestRedis, type TestRedis } from '../machine/redis.js';

export const iterations = 'parameter.reco.iterations';
export const frames = 'parameter.pre.frames';
export const averages = 'parameter.pre.numAverages';

/** Plan sessions over a Redis of their own, with two API processes that know nothing of each other. */
export interface PlanSessions {
  readonly redis: TestRedis;
  readonly api: PlanApi;
  readonly other: PlanApi;
  /** Makes a session of `radon/iterative` unless told. */
  readonly newSession: (plan?: unknown) => Promise<string>;
  /** Sets a property, if nobody has changed the plan since `tag`. */
  readonly set: (id: string, path: string, value: unknown, options?: SetOptions) => Promise<Answer<SessionChange>>;
  readonly get: (id: string, path: string, on?: PlanApi) => Promise<SessionProperty>;
  readonly stop: () => Promise<void>;
}

export interface SetOptions {
  readonly on?: PlanApi;
  readonly tag?: string;
}

/** The address of a property of a session. */
export function pathOf(id: string, path: string): string {
  return `/v1/plans/${id}/properties/${encodeURIComponent(path)}`;
}

export async function startPlanSessions(): Promise<PlanSessions> {
  const redis = await startTestRedis();
  const api = await startPlanApi(redis.url);
  const other = await startPlanApi(redis.url);
  return {
    redis,
    api,
    other,
    async newSession(plan = { name: 'radon/iterative' }) {
      const { status, body } = await api.call<Session>('POST', '/v1/plans', { body: { plan } });
      if (status !== 201) throw new Error(JSON.stringify(body));
      return body.id;
    },
    set: (id, path, value, { on = api, tag } = {}) =>
      on.call<SessionChange>('PUT', pathOf(id, path), {
        body: { value },
        headers: tag === undefined ? {} : { 'if-match': tag },
      }),
    get: async (id, path, on = api) => (await on.call<SessionProperty>('GET', pathOf(id, path))).body,
    async stop() {
      await api.close();
      await other.close();
      await redis.stop();
    },
  };
}
