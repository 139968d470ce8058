import { given, RondelError, type NewSession, type Session } from '@rondel/contracts';
import { call } from '../call.js';
import type { CallOptions } from '../call-options.js';
import type { Connection } from '../connection.js';
import type { PlanTable } from '../plan-table.js';
import type { LivePlan, LivePlanCalls, LivePlanSource, OpenOptions } from './live-plan.js';
import { nameProxy } from './name-proxy.js';
import { appendName, joinPath } from './plan-path.js';
import { propertyCalls } from './property-calls.js';
import { reconstruct, submitFrom } from './reconstruct.js';
import { changeRequest, openSession, type OpenSession } from './session.js';
import { watchSession } from './watch.js';

/** Opens a session, or makes one of a plan. Throws what the server says of the plan. */
export async function openLivePlan<T>(
  connection: Connection,
  source: LivePlanSource,
  { parameters, signal }: OpenOptions = {},
): Promise<LivePlan<T>> {
  const plan = planOf(source);
  if ('session' in plan && parameters !== undefined) {
    throw new RondelError(
      'INVALID_REQUEST',
      'A session that exists is opened as it is. Set its properties with setAll.',
    );
  }
  const session =
    'session' in plan
      ? await call(connection, 'get /v1/plans/{id}', { path: { id: plan.session }, signal })
      : await call(connection, 'post /v1/plans', { body: { plan: plan.made, ...given({ parameters }) }, signal });
  return livePlanOn(connection, session);
}

type Made = NewSession['plan'];

function planOf(source: LivePlanSource): { readonly session: string } | { readonly made: Made } {
  if (typeof source === 'string') {
    if (/^[0-9A-HJKMNP-TV-Z]{26}$/.test(source)) return { session: source };
    return { made: /[\n=]/.test(source) ? source : { name: source } };
  }
  if (isTree(source)) return { made: { ...source } };
  if ('session' in source) return source;
  return { made: 'toml' in source ? source.toml : source };
}

function isTree(source: object): source is PlanTable {
  return '_type' in source;
}

function livePlanOn<T>(connection: Connection, { id, version }: Session): LivePlan<T> {
  const session = openSession(connection, { id, version });
  const own = Object.defineProperties(planCalls(session), {
    version: { get: () => session.version, enumerable: true },
  });
  // The proxy has every name; the types say which of them the plan has.
  return nameProxy(own, (name) => liveProperty(session, appendName('', name))) as LivePlan<T>;
}

function liveProperty(session: OpenSession, path: string): object {
  const own = {
    ...propertyCalls(session, path),
    property: (inner: string) => liveProperty(session, joinPath(path, inner)),
  };
  return nameProxy(own, (name) => liveProperty(session, appendName(path, name)));
}

function planCalls(session: OpenSession): object {
  const { connection, id } = session;
  const here = { path: { id } };
  const calls: Omit<LivePlanCalls, 'version' | 'property' | 'fork'> = {
    id,
    async setAll(values, options = {}) {
      const request = { ...here, body: values, ...changeRequest(options) };
      return session.saw(await call(connection, 'post /v1/plans/{id}/set-all', request));
    },
    async clear({ path, keepStructure, ...options } = {}) {
      const request = { ...here, body: given({ path, keepStructure }), ...changeRequest(options) };
      return session.saw(await call(connection, 'post /v1/plans/{id}/clear', request));
    },
    empty: ({ path, signal } = {}) =>
      call(connection, 'delete /v1/plans/{id}/cache', { ...here, query: { path }, signal }),
    build: async ({ signal } = {}) =>
      session.saw(await call(connection, 'post /v1/plans/{id}/build', { ...here, signal })),
    async toToml(options) {
      return (await connection.send(`/v1/plans/${encodeURIComponent(id)}/toml`, options)).text();
    },
    tree: async ({ signal } = {}) =>
      (await call(connection, 'get /v1/plans/{id}/tree', { ...here, signal })) as PlanTable,
    session: async ({ signal } = {}) => session.saw(await call(connection, 'get /v1/plans/{id}', { ...here, signal })),
    on: (listener, options = {}) => watchSession(session, options, listener),
    reconstruct: (data, options) => reconstruct(session, data, options),
    submit: (data, options) => submitFrom(session, data, options),
    async close({ signal } = {}) {
      session.leave();
      await connection.send(`/v1/plans/${encodeURIComponent(id)}`, { method: 'DELETE', signal });
    },
  };
  return {
    ...calls,
    property: (path: string) => liveProperty(session, path),
    fork: async ({ signal }: CallOptions = {}) =>
      livePlanOn(connection, await call(connection, 'post /v1/plans/{id}/fork', { ...here, signal })),
  };
}
