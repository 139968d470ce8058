import { keyPrefix, keys } from './keys.js';
import { subjobPrefix } from '../bullmq/layout.js';

// What users of Redis may do that belong to Rondel, as rules of `ACL SETUSER` of Redis 7 and Valkey. A test runs whole fleets
// with them.

/** Nothing that concerns others than Rondel, or Redis itself. */
const forNobody = [
  ...['-@admin', '-@dangerous', '-function', '-swapdb', '-script|flush', '-script|kill', '-script|debug'],
  // Which server it is, and whether it may evict keys.
  '+info',
];

/** An API writes everything, and reads everything. */
export function rulesOfApi(): string[] {
  return [`~${keyPrefix}:*`, `&${keyPrefix}:*`, '+@all', ...forNobody];
}

/** What workers of some pools take from, and who they are. */
export interface WorkerScope {
  /** Pools that they serve; empty: all. */
  readonly pools: readonly string[];
  /** What their ids begin with: names of machines as a rule. Empty: any. */
  readonly workers: string;
}

/** Commands that workers give, or their scripts. */
const commands = [
  ...['auth', 'hello', 'select', 'ping', 'info', 'time', 'client|setname', 'multi', 'exec', 'discard'],
  ...['eval', 'evalsha', 'script|load', 'publish', 'subscribe', 'unsubscribe'],
  ...['del', 'exists', 'expire', 'pexpire', 'persist', 'pttl', 'ttl', 'type', 'rename'],
  ...['get', 'getdel', 'mget', 'set', 'incr', 'incrby', 'decrby'],
  ...[
    'hdel',
    'hexists',
    'hget',
    'hgetall',
    'hincrby',
    'hincrbyfloat',
    'hkeys',
    'hlen',
    'hmget',
    'hmset',
    'hset',
    'hsetnx',
  ],
  ...['hvals', 'lindex', 'llen', 'lpop', 'lpos', 'lpush', 'lrange', 'lrem', 'ltrim', 'rpop', 'rpoplpush', 'rpush'],
  ...['sadd', 'scard', 'smembers', 'srandmember', 'srem', 'xadd', 'xrange', 'xtrim'],
  ...['bzpopmin', 'zadd', 'zcard', 'zcount', 'zpopmin', 'zrange', 'zrangebyscore', 'zrank', 'zrem', 'zremrangebyrank'],
  ...['zremrangebyscore', 'zrevrange', 'zrevrangebyscore', 'zscore'],
];

/**
 * A worker takes from the queues of its pools, of its own id and of labels, changes the jobs whose ids it has, and says what it
 * does. It cannot list jobs, nor hear whose state changes, nor take from other pools, nor read tokens, sessions and sweeps.
 */
export function rulesOfWorker({ pools, workers }: WorkerScope): string[] {
  const places = [...(pools.length === 0 ? ['*'] : pools), `@worker=${workers}*`, '@any'];
  const changed = [
    ...places.flatMap((place) => [`${subjobPrefix}:${place}:*`, `${subjobPrefix}:${place}#*`]),
    ...places.map((place) => keys.queued(place)),
    `${keyPrefix}:turns:*`,
    ...['job:*', 'worker:*', 'workers', 'needs', 'pools', 'capabilities:*', 'queues', 'queues:*', 'results:*'],
    ...['algorithm:*', 'algorithms', 'builds:*', 'questions:*', 'question:*', 'answer:*', 'drain:*', 'wake:*'],
    ...['indexed', 'ended', 'recent:*', 'check', 'damaged:*'],
    ...['running', 'computed:*', 'stored-bytes'],
    ...[keys.indexBuilt, keys.namesLost],
  ];
  const told = ['live', 'unrecorded', 'index:*', 'jobs', 'held'];
  const seen = [`${subjobPrefix}:*:meta`, `${keyPrefix}:store-identity`, `${keyPrefix}:run`, keys.quotas];
  const named = (key: string) => (key.startsWith(keyPrefix) ? key : `${keyPrefix}:${key}`);
  return [
    ...changed.map((key) => `~${named(key)}`),
    ...told.map((key) => `%W~${named(key)}`),
    ...seen.map((key) => `%R~${key}`),
    `&${keys.workerNews}`,
    ...commands.map((command) => `+${command}`),
    // What it says to people it does not hear from others.
    `(+publish &${keys.news})`,
  ];
}
