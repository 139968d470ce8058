import { asideOf, keyPrefix, keys } from './keys.js';
import { subjobPrefix } from '../bullmq/layout.js';
import { subjobPlace } from '../places/subjob-queue.js';
import { idPattern } from '../record/reach.js';

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
 * A worker takes from the queues of its pools, of its own id and of labels, changes the jobs of its pools and those that may run
 * anywhere, and says what it does. It cannot list jobs, nor hear whose state changes, nor take from other pools or open their
 * jobs, nor read tokens, sessions and sweeps.
 */
export function rulesOfWorker({ pools, workers }: WorkerScope): string[] {
  const served = pools.length === 0 ? ['*'] : pools;
  const places = [...served, `@worker=${workers}*`, subjobPlace.anywhere];
  const ids = pools.length === 0 ? ['*'] : [...pools, subjobPlace.anywhere].map((reach) => `${idPattern(reach)}*`);
  const changed = [
    ...ids.map(keys.job),
    ...places.flatMap((place) => [`${subjobPrefix}:${place}:*`, `${subjobPrefix}:${place}#*`]),
    ...places.flatMap((place) => [keys.queued(place), `${keyPrefix}:turns:*:${place}`]),
    ...[keys.letThrough, keys.longLines],
    ...[keys.worker(`${workers}*`), 'workers', 'needs', 'pools', ...served.map(keys.capabilities)],
    ...['queues', 'queues:*', 'results:*', ...ids.map(keys.algorithm), 'algorithms', 'builds:*'],
    ...[keys.questions(`${workers}*`), 'question:*', 'answer:*', keys.drain(`${workers}*`), 'wake:*'],
    ...['ended', 'recent:*', 'check', 'running', 'computed:*', 'stored-bytes'],
    ...[keys.indexBuilt, keys.namesLost],
  ];
  const told = ['live', 'unrecorded', 'index:*', 'jobs', 'held'];
  const seen = [
    ...[`${subjobPrefix}:*:meta`, keys.storeIdentity, keys.dataRun, keys.quotas],
    // Which workers have nothing to do.
    keys.worker('*'),
  ];
  const named = (key: string) => (key.startsWith(keyPrefix) ? key : `${keyPrefix}:${key}`);
  return [
    // What is damaged of these goes aside.
    ...changed.map(named).flatMap((key) => [`~${key}`, `~${asideOf(key)}`]),
    ...told.map((key) => `%W~${named(key)}`),
    ...seen.map((key) => `%R~${key}`),
    `&${keys.workerNews}`,
    ...commands.map((command) => `+${command}`),
    // What it says to people it does not hear from others.
    `(+publish &${keys.news})`,
  ];
}
