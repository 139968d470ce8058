import { given, type SessionChange, type SessionProperty } from '@rondel/contracts';
import { call } from '../call.js';
import type { ChangeOptions, FollowOptions, ReadOptions, ValueTransform, WatchOptions } from './plan-property.js';
import { changeRequest, type OpenSession } from './session.js';
import { watchSession } from './watch.js';

type AnyRead = ReadOptions<ValueTransform | undefined>;

/** What `PlanProperty` does, for values of any type. */
export interface PropertyCalls {
  readonly path: string;
  get(options?: AnyRead): Promise<unknown>;
  resolved(options?: AnyRead): Promise<unknown>;
  read(options?: AnyRead): Promise<SessionProperty>;
  set(value: unknown, options?: ChangeOptions): Promise<SessionChange>;
  clear(options?: ChangeOptions): Promise<SessionChange>;
  follow(source: string | { readonly path: string }, options?: FollowOptions): Promise<SessionChange>;
  unfollow(options?: ChangeOptions): Promise<SessionChange>;
  on(
    listener: (value: unknown, change: SessionProperty) => void,
    options?: WatchOptions<ValueTransform | undefined>,
  ): () => void;
}

/** The calls for the property at a path of a session. */
export function propertyCalls(session: OpenSession, path: string): PropertyCalls {
  const { connection, id } = session;
  const place = { path: { id, path } };
  const ask = async ({ transform, signal }: AnyRead, resolve?: true) => {
    const request = { ...place, query: { transform, resolve }, signal };
    return session.saw(await call(connection, 'get /v1/plans/{id}/properties/{path}', request));
  };
  const read = (options: AnyRead = {}) => ask(options);
  return {
    path,
    read,
    resolved: async (options = {}) => (await ask(options, true)).value,
    get: async (options) => valueIn(await read(options), options?.transform),
    async set(value, options = {}) {
      const request = { ...place, body: { value }, ...changeRequest(options) };
      return session.saw(await call(connection, 'put /v1/plans/{id}/properties/{path}', request));
    },
    async clear(options = {}) {
      const request = { ...place, ...changeRequest(options) };
      return session.saw(await call(connection, 'delete /v1/plans/{id}/properties/{path}', request));
    },
    async follow(source, { function: name, ...options } = {}) {
      const body = { source: typeof source === 'string' ? source : source.path, ...given({ function: name }) };
      const request = { ...place, body, ...changeRequest(options) };
      return session.saw(await call(connection, 'put /v1/plans/{id}/links/{path}', request));
    },
    async unfollow(options = {}) {
      const request = { ...place, ...changeRequest(options) };
      return session.saw(await call(connection, 'delete /v1/plans/{id}/links/{path}', request));
    },
    on: (listener, options = {}) =>
      watchSession(session, { ...options, property: path }, (event) => {
        // Only the whole plan is told to be read again.
        if (event.type === 'change') listener(valueIn(event, options.transform), event);
      }),
  };
}

/** Nothing where the value is missing, and for what a transform can't tell of a reference. */
function valueIn({ value, remote }: SessionProperty, transform: ValueTransform | undefined): unknown {
  return transform !== undefined && remote === true ? undefined : value;
}
