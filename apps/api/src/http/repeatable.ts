import { RondelError } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import type { Jobs } from '@rondel/jobs';
import type { FastifyReply } from 'fastify';

/** The header of a request that may be sent again when its answer did not arrive. */
export function idempotencyHeader(what: string) {
  return {
    'idempotency-key': Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: `The same key and body of the same submitter give the same ${what} for a day, with \`Idempotent-Replayed: true\`; with another body the answer is 422.`,
      }),
    ),
  };
}

export interface RepeatableRequest {
  /** What the client has sent; undefined: the request is not to be recognised. */
  readonly key: string | undefined;
  /** Whose the key is: keys of others stand for other requests. */
  readonly owner: string;
  readonly body: unknown;
}

/**
 * The key of a request that is in order, which nobody else's equals. Throws `IDEMPOTENCY_MISMATCH` when it was sent with
 * another body before.
 */
export async function claimKey(
  { idempotency }: Pick<Jobs, 'idempotency'>,
  { key, owner, body }: RepeatableRequest,
): Promise<string | undefined> {
  if (key === undefined) return undefined;
  const own = JSON.stringify([owner, key]);
  if (await idempotency.claim(own, canonical(body))) return own;
  throw new RondelError(
    'IDEMPOTENCY_MISMATCH',
    `The Idempotency-Key "${key}" was sent with another body before. Send each request under a key of its own.`,
  );
}

/** The answer is that to an earlier request. */
export function markReplayed(reply: FastifyReply): void {
  void reply.header('idempotent-replayed', 'true');
}

/** The same text for bodies that mean the same, in whatever order they were written. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
