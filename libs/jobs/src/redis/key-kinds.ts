import { keyPrefix } from './keys.js';

/** What Redis calls what a key holds. */
export type KeyType = 'hash' | 'list' | 'set' | 'stream' | 'string' | 'zset';

export interface KeyKind {
  readonly type: KeyType;
  /** Scripts count with it, or with all values of the hash. */
  readonly counts?: 'whole' | 'any';
  /** With whole numbers in these fields of the hash alone. */
  readonly fields?: readonly string[];
}

/** What BullMQ's scripts count with among the settings of a queue. */
const queueSettings = ['opts.maxLenEvents', 'concurrency', 'max', 'duration'] as const;

/** `*` stands for anything without a colon, `**` for anything. The first that fits counts. */
const kinds: readonly (readonly [name: string, kind: KeyKind])[] = [
  ['job:*', { type: 'hash' }],
  ['job:*:events', { type: 'stream' }],
  ['jobs', { type: 'zset' }],
  ['live', { type: 'zset' }],
  ['unrecorded', { type: 'set' }],
  ['followers:*', { type: 'set' }],
  ['indexed', { type: 'hash' }],
  ['index:whole', { type: 'string' }],
  ['index:lost', { type: 'string' }],
  ['index:**', { type: 'zset' }],
  ['queued:**', { type: 'zset' }],
  ['turns:let-through', { type: 'hash', counts: 'whole' }],
  ['turns:long', { type: 'set' }],
  ['turns:**', { type: 'hash' }],
  ['pools', { type: 'set' }],
  ['needs', { type: 'hash' }],
  ['capabilities:**', { type: 'zset' }],
  ['queues', { type: 'hash' }],
  ['queues:owners', { type: 'hash' }],
  ['queues:used', { type: 'zset' }],
  ['recent:**', { type: 'list' }],
  ['ended', { type: 'hash', counts: 'any' }],
  ['drain:**', { type: 'string' }],
  ['wake:**', { type: 'zset' }],
  ['workers', { type: 'zset' }],
  ['worker:**', { type: 'string' }],
  ['apis', { type: 'hash' }],
  ['run', { type: 'hash' }],
  ['idempotency:**', { type: 'string' }],
  ['algorithms', { type: 'zset' }],
  ['algorithm:*', { type: 'hash' }],
  ['algorithm:*:tickets', { type: 'list' }],
  ['builds:**', { type: 'set' }],
  ['questions:**', { type: 'list' }],
  ['question:**', { type: 'string' }],
  ['answer:**', { type: 'string' }],
  ['sessions', { type: 'zset' }],
  ['session:*', { type: 'hash' }],
  ['session:*:log', { type: 'stream' }],
  ['session:*:snapshot', { type: 'string' }],
  ['session-bytes', { type: 'hash', counts: 'whole' }],
  ['sweeps', { type: 'zset' }],
  ['sweeps:unsettled', { type: 'zset' }],
  ['sweep:*', { type: 'hash' }],
  ['sweep:*:jobs', { type: 'list' }],
  ['lease:**', { type: 'string' }],
  ['login:*', { type: 'string' }],
  ['login-code:*', { type: 'string' }],
  ['login-seal', { type: 'string' }],
  ['login-spent:*', { type: 'string' }],
  ['tokens', { type: 'hash' }],
  ['tokens:hashes', { type: 'hash' }],
  ['tokens:uses', { type: 'hash' }],
  ['uploads', { type: 'hash' }],
  ['quotas', { type: 'hash' }],
  ['held', { type: 'zset' }],
  ['running', { type: 'hash', counts: 'any' }],
  ['stored-bytes', { type: 'hash', counts: 'any' }],
  ['computed:*', { type: 'hash', counts: 'any' }],
  ['store', { type: 'string' }],
  ['store-identity', { type: 'string' }],
  ['results:entry:*', { type: 'hash' }],
  ['results:slot:*', { type: 'zset' }],
  ['results:family:*', { type: 'set' }],
  ['results:used', { type: 'zset' }],
  ['results:bytes', { type: 'string', counts: 'whole' }],
  ['results:lease:*', { type: 'string' }],
  ['results:gone:*', { type: 'string' }],
  // BullMQ's own.
  ['legs:**:id', { type: 'string', counts: 'whole' }],
  ['legs:**:pc', { type: 'string', counts: 'whole' }],
  ['legs:**:meta', { type: 'hash', fields: queueSettings }],
  ['legs:**:events', { type: 'stream' }],
  ['legs:**:stalled', { type: 'set' }],
  ['legs:**:stalled-check', { type: 'string' }],
  ['legs:**:limiter', { type: 'string' }],
  ['legs:**:lock', { type: 'string' }],
  ['legs:**:wait', { type: 'list' }],
  ['legs:**:paused', { type: 'list' }],
  ['legs:**:active', { type: 'list' }],
  ['legs:**:prioritized', { type: 'zset' }],
  ['legs:**:delayed', { type: 'zset' }],
  ['legs:**:completed', { type: 'zset' }],
  ['legs:**:failed', { type: 'zset' }],
  ['legs:**:marker', { type: 'zset' }],
  ['legs:**:*.*.*.*', { type: 'hash' }],
];

const patterns = kinds.map(([name, kind]) => {
  const parts = name.split(/(\*\*?)/).map((part) => (part === '**' ? '.+' : part === '*' ? '[^:]+' : escaped(part)));
  return [new RegExp(`^${parts.join('')}$`, 's'), kind] as const;
});

function escaped(text: string): string {
  return text.replace(/[.\\]/g, '\\$&');
}

/** What a key of Redis holds; undefined for one that Rondel and BullMQ do not know. */
export function kindOf(key: string): KeyKind | undefined {
  if (!key.startsWith(`${keyPrefix}:`)) return undefined;
  const name = key.slice(keyPrefix.length + 1);
  return patterns.find(([pattern]) => pattern.test(name))?.[1];
}
