import { RondelError, SessionIdSchema, type Session, type SessionChange } from '@rondel/contracts';
import type { FastifyReply } from 'fastify';
import { Type } from '@rondel/contracts/schema';
import type { SessionEdited, SessionView } from './sessions/plan-sessions.js';

export const SessionParams = Type.Object({ id: SessionIdSchema });

/** Headers of calls that change a session. */
export const EditHeaders = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      maxLength: 100,
      description:
        'The `ETag` that the change is meant for; another version is answered with 412. Without it the change is made on the newest version.',
    }),
  ),
});

/** The version that a request wants to change; `undefined` for any. Throws `INVALID_REQUEST`. */
export function expectedVersion({ 'if-match': tag }: { 'if-match'?: string }): number | undefined {
  if (tag === undefined || tag === '*') return undefined;
  const version = /^"(\d{1,15})"$/.exec(tag)?.[1];
  if (version !== undefined) return Number(version);
  throw new RondelError('INVALID_REQUEST', 'If-Match must be an ETag as the session answers it, e.g. "7", or *.');
}

export function tagVersion(reply: FastifyReply, { version }: { readonly version: number }): FastifyReply {
  return reply.header('etag', `"${version}"`);
}

export function presentSession({ id, version, createdAt, expiresAt }: Omit<SessionView, 'plan'>): Session {
  const self = `/v1/plans/${id}`;
  return {
    id,
    version,
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    links: { self, tree: `${self}/tree`, toml: `${self}/toml`, build: `${self}/build`, events: `${self}/events` },
  };
}

export function presentChange({ id, version, expiresAt, changed }: SessionEdited): SessionChange {
  return { id, version, expiresAt: new Date(expiresAt).toISOString(), changed: [...changed] };
}
