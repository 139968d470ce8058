import type { ChainableCommander, RedisOptions } from 'ioredis';
import { redisAddress } from './redis-address.js';
import { redisFacts, requireUsable, untoldFacts, type RedisFacts } from './redis-facts.js';
import { asError } from './as-error.js';
import { movedReason, noteLook, ofDamage, signOfDamage } from './damaged-keys.js';
import { keyPrefix } from './keys.js';
import { openMover } from './move-aside.js';
import { Redis } from './redis-libraries.js';
import { isRedisTrouble, mayLeadNoMore, noPrimary, redisUnavailable } from './redis-trouble.js';
import { quotaRefusal } from '../quotas/quota-refusal.js';
import { isOfOtherType } from '../stored/stored.js';

/** A server that accepts commands but does not answer is as good as none. */
const commandTimeoutMs = 5000;
/** A machine that has died without a word breaks no connection: one that owes an answer for so long is made anew. */
const socketTimeoutMs = 6000;
/** A subscription expects no answers, so it asks for one this often. */
const pingEveryMs = 10_000;
const connectTimeoutMs = 3000;
/** However long Redis was away, everybody is connected again this soon after its return. */
const longestPauseMs = 500;

const pauseMs = (times: number) => Math.min(times * 100, longestPauseMs);

const recovery = {
  retryStrategy: pauseMs,
  // Without it ioredis would give up for good.
  sentinelRetryStrategy: pauseMs,
  sentinelCommandTimeout: connectTimeoutMs,
  maxLoadingRetryTime: longestPauseMs,
  // Another server has taken over, and the address or the Sentinels lead to that one by now.
  reconnectOnError: mayLeadNoMore,
} satisfies RedisOptions;

/** A connection that knows what keeps it from serving, which ioredis does not say with the commands that it gives up. */
export class KnowingRedis extends Redis {
  /** What it is called in sentences. */
  server = 'Redis';
  /** Of the present attempt to connect. */
  trouble: Error | undefined;
  /** The trouble is an answer to the first command, which ioredis says nothing of when the server has closed with it. */
  untold = false;

  override sendCommand(...call: Parameters<Redis['sendCommand']>): unknown {
    const answer = super.sendCommand(...call);
    if (this.status !== 'ready') void this.hear(call[0]);
    return answer;
  }

  private async hear({ name, promise }: Parameters<Redis['sendCommand']>[0]): Promise<void> {
    try {
      await promise;
    } catch (error) {
      if (!(error instanceof Error)) return;
      if (error.name === 'ReplyError' && (name === 'hello' || name === 'auth')) {
        this.trouble ??= error;
        this.untold = this.trouble === error;
      } else if (error.cause === undefined && error !== this.trouble) error.cause = this.trouble;
    }
  }
}

/** @param onError Told, in a sentence, about connection trouble; commands report their own failures. */
function heard(redis: KnowingRedis, onError: (error: Error) => void): void {
  const { name, sentinels, tls } = redis.options;
  const ofSentinels = new Map<string, string>();
  const tell = (trouble: Error) => {
    redis.trouble = trouble;
    redis.untold = false;
    onError(redisUnavailable(trouble, redis.server));
  };
  let wasReady = false;
  redis.on('ready', () => (wasReady = true));
  redis.on('sentinelError', ({ message }: Error) => {
    const [, place = '', why = ''] =
      / to sentinel (\S+) (?:because|successfully, but got an) (.*)$/s.exec(message) ?? [];
    ofSentinels.set(place, why);
  });
  redis.on('connect', () => {
    redis.trouble = undefined;
    redis.untold = false;
    ofSentinels.clear();
  });
  redis.on('close', () => {
    if (redis.trouble && redis.untold) tell(redis.trouble);
  });
  redis.on('error', (error: Error) => {
    if (error.message.startsWith('All sentinels')) {
      // ioredis says so also when it begins anew with the first one after an answer that did not help.
      if (ofSentinels.size >= (sentinels?.length ?? 0)) tell(noPrimary(ofSentinels, name ?? ''));
    } else if (!wasReady && /ECONNRESET|EPIPE/.test(error.message)) tell(endedAtOnce(error, tls !== undefined));
    else if (tls && error.message === 'connect ETIMEDOUT') tell(new Error('no answer to TLS (ETIMEDOUT)'));
    // What the server said before it closed tells more than that it did; that is told when the connection has ended.
    else if (!redis.untold) tell(error);
  });
}

/** What Redis does with clients that are not those it has been set up for, without a word. */
function endedAtOnce({ message }: Error, usesTls: boolean): Error {
  return new Error(`${message}: it ended the ${usesTls ? 'TLS connection' : 'connection'} at once`);
}

function open<T extends KnowingRedis>(
  Kind: new (options: RedisOptions) => T,
  redisUrl: string,
  options: RedisOptions,
  onError: (error: Error) => void,
): T {
  const { options: address, text } = redisAddress(redisUrl);
  const redis = new Kind({ ...address, ...recovery, ...options });
  redis.server = `Redis at ${text}`;
  heard(redis, onError);
  return redis;
}

/** Told of each key that holds something else than Rondel has written. */
export type OnDamage = (key: string, reason: string) => void;

/** What Redis holds and Rondel has not written is moved aside as soon as an answer speaks of it, whoever has asked. */
function movesAside(redis: Redis, onDamage: OnDamage, onError: (error: Error) => void): void {
  const mover = openMover(redis);
  const look = async (error: Error) => {
    const moved = await mover(error);
    for (const each of moved) onDamage(each.key, movedReason(each));
    return moved;
  };
  redis.options.reconnectOnError = (error) => {
    if (signOfDamage(error) !== undefined) {
      const looked = look(error).catch((reason: unknown) => {
        onError(asError(reason));
        return [];
      });
      noteLook(error, looked);
    }
    return mayLeadNoMore(error);
  };
}

/**
 * A connection whose commands fail at once while Redis is away, for callers that have somebody waiting.
 *
 * @param onError Told about connection trouble; commands report their own failures.
 */
export function openConnection(
  redisUrl: string,
  onError: (error: Error) => void,
  onDamage: OnDamage = () => undefined,
): KnowingRedis {
  const patience = {
    maxRetriesPerRequest: 1,
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    socketTimeout: socketTimeoutMs,
  };
  const redis = open(GatheringRedis, redisUrl, patience, onError);
  movesAside(redis, onDamage, onError);
  return redis;
}

/**
 * Commands that are given in one turn of the event loop, as those of different jobs, travel together. ioredis can do that
 * by itself (`enableAutoPipelining`), but a pipeline knows all of BullMQ's scripts, and making one costs more than what is
 * in it.
 */
class GatheringRedis extends KnowingRedis {
  override sendCommand(...call: Parameters<Redis['sendCommand']>): unknown {
    holdForThisTurn(this.stream);
    return super.sendCommand(...call);
  }
}

/** @param stream Undefined before the first connection. */
function holdForThisTurn(stream: Redis['stream'] | undefined): void {
  if (!stream?.writable || stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => {
    stream.uncork();
  });
}

/** A connection for subscriptions: it waits for Redis to come back, however long that takes. */
export function openSubscription(redisUrl: string, onError: (error: Error) => void): Redis {
  const redis = open(KnowingRedis, redisUrl, { maxRetriesPerRequest: null, socketTimeout: socketTimeoutMs }, onError);
  const ping = () => {
    // What goes wrong with it is told by the connection.
    if (redis.status === 'ready') redis.ping().catch(() => undefined);
  };
  const timer = setInterval(ping, pingEveryMs);
  redis.once('end', () => clearInterval(timer));
  return redis;
}

/** A connection for commands that wait for something to come. What is under way when it breaks fails at once. */
export function openWaiting(redisUrl: string, onError: (error: Error) => void): Redis {
  const options = { maxRetriesPerRequest: 0, connectTimeout: connectTimeoutMs };
  const redis = open(KnowingRedis, redisUrl, options, onError);
  movesAside(redis, (key, reason) => onError(new Error(`The key ${key} in Redis is passed over: ${reason}.`)), onError);
  return redis;
}

/**
 * Runs commands on a connection of their own, now or never. Throws `SERVICE_UNAVAILABLE`, with the address but never the
 * password, when the server does not answer within 5 s, `INVALID_REQUEST` for an address that is none.
 */
export async function withRedis<T>(redisUrl: string, commands: (redis: Redis) => Promise<T>): Promise<T> {
  const once = {
    lazyConnect: true,
    // A server that is still loading its data shall say so.
    enableReadyCheck: false,
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: commandTimeoutMs,
    commandTimeout: commandTimeoutMs,
  };
  const redis = open(KnowingRedis, redisUrl, once, () => undefined);
  try {
    await redis.connect();
    return await commands(redis);
  } catch (error) {
    throw redisUnavailable(redis.trouble ?? error, redis.server);
  } finally {
    redis.disconnect();
  }
}

const writeAndForget = `redis.call('SET', KEYS[1], '1') return redis.call('DEL', KEYS[1])`;

/**
 * Facts of a server that Rondel can work with, after a script that writes. Throws `SERVICE_UNAVAILABLE` as `requireUsable`,
 * and when Redis does not answer or takes no writes of this user.
 */
export async function checkRedis(redis: KnowingRedis): Promise<RedisFacts> {
  try {
    const info = redis.info().catch((error: unknown) => {
      // Connected, but not ready, as it is loading its data: what was asked before that waits, what is asked now is answered.
      if (redis.status === 'connect') return redis.info();
      throw error;
    });
    const facts = await info.then(redisFacts, unlessForbidden);
    if (facts !== untoldFacts) requireUsable(facts, redis.server);
    // ioredis goes on all the same, in database 0.
    if (redis.trouble?.message.includes('DB index')) throw redis.trouble;
    await redis.eval(writeAndForget, 1, `${keyPrefix}:check`);
    return facts;
  } catch (error) {
    throw redisUnavailable(error, redis.server);
  }
}

/** Whoever gives users of Redis their rights may keep from them what it is and how it is set up. */
function unlessForbidden(error: unknown): RedisFacts {
  if (error instanceof Error && error.message.startsWith('NOPERM')) return untoldFacts;
  throw error;
}

/** What nobody can look at, in a sentence; undefined where it is told. */
export function whatIsUntold(facts: RedisFacts, server: string): string | undefined {
  if (facts !== untoldFacts) return undefined;
  return `${server} does not let its user ask for INFO, so nobody looks at its version, whether it may evict keys (maxmemory-policy must be noeviction) and whether it keeps an append-only file. Allow it: ACL SETUSER <user> +info`;
}

/**
 * Waits for a command; a connection that failed, and what Redis refuses as the key holds something else than Rondel has written,
 * becomes `SERVICE_UNAVAILABLE`, what would exceed a quota `QUOTA_EXCEEDED`, all else stays what it was.
 */
export async function guarded<T>(command: Promise<T>): Promise<T> {
  try {
    return await command;
  } catch (error) {
    throw await asOurs(error);
  }
}

async function asOurs(error: unknown): Promise<unknown> {
  return quotaRefusal(error) ?? (isRedisTrouble(error) ? redisUnavailable(error) : ofDamage(error));
}

/** Answers of a pipeline. Throws the first error among them, as `guarded` does. */
export async function executed(pipeline: ChainableCommander): Promise<unknown[]> {
  const answers = (await guarded(pipeline.exec())) ?? [];
  const failed = answers.find(([error]) => error !== null)?.[0];
  if (failed) throw await asOurs(failed);
  return answers.map(([, value]) => value);
}

/** As `executed`; what Redis could not answer, as the key is of another type, is undefined and told. */
export async function sparedAnswers<T>(
  pipeline: ChainableCommander,
  tell: (index: number, error: Error) => void,
): Promise<(T | undefined)[]> {
  const answers = (await guarded(pipeline.exec())) ?? [];
  const failed = answers.find(([error]) => error !== null && !isOfOtherType(error))?.[0];
  if (failed) throw await asOurs(failed);
  return answers.map(([error, value], index) => {
    if (!error) return value as T;
    tell(index, error);
    return undefined;
  });
}
