import { Redis, type ChainableCommander, type RedisOptions } from 'ioredis';
import { RondelError } from '@rondel/contracts';
import { isOfOtherType } from './stored.js';

/** Everything Rondel keeps in Redis lies under one hash tag, so that it stays together on a cluster. */
export const keyPrefix = '{rondel}';

const oldestRedis = [6, 2] as const;

/** A server that accepts commands but does not answer is as good as none. */
const commandTimeoutMs = 5000;
/** A machine that has died without a word breaks no connection: one that owes an answer for so long is made anew. */
const socketTimeoutMs = 6000;
/** A subscription expects no answers, so it asks for one this often. */
const pingEveryMs = 10_000;

/** Facts about the server that `connect` has checked. */
export interface RedisFacts {
  readonly version: string;
  readonly evictionPolicy: string;
  readonly appendOnly: boolean;
}

/**
 * A connection whose commands fail at once while Redis is away, for callers that have somebody waiting.
 *
 * @param onError Told about connection trouble; commands report their own failures.
 */
export function openConnection(redisUrl: string, onError: (error: Error) => void): Redis {
  const patience = {
    maxRetriesPerRequest: 1,
    connectTimeout: 3000,
    commandTimeout: commandTimeoutMs,
    socketTimeout: socketTimeoutMs,
  };
  return heard(new GatheringRedis(redisUrl, { ...patience, ...recovery }), onError);
}

/**
 * Commands that are given in one turn of the event loop, as those of different jobs, travel together. ioredis can do that
 * by itself (`enableAutoPipelining`), but a pipeline knows all of BullMQ's scripts, and making one costs more than what is
 * in it.
 */
class GatheringRedis extends Redis {
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
  const redis = open(redisUrl, { maxRetriesPerRequest: null, socketTimeout: socketTimeoutMs }, onError);
  const ping = () => {
    // What goes wrong with it is told by the connection.
    if (redis.status === 'ready') redis.ping().catch(() => undefined);
  };
  const timer = setInterval(ping, pingEveryMs);
  redis.once('end', () => clearInterval(timer));
  return redis;
}

function open(redisUrl: string, options: RedisOptions, onError: (error: Error) => void): Redis {
  return heard(new Redis(redisUrl, { ...options, ...recovery }), onError);
}

function heard(redis: Redis, onError: (error: Error) => void): Redis {
  redis.on('error', onError);
  return redis;
}

/** A connection for commands that wait for something to come. What is under way when it breaks fails at once. */
export function openWaiting(redisUrl: string, onError: (error: Error) => void): Redis {
  return open(redisUrl, { maxRetriesPerRequest: 0, connectTimeout: 3000 }, onError);
}

/** However long Redis was away, everybody is connected again this soon after its return. */
const longestPauseMs = 500;

const recovery = {
  retryStrategy: (times: number) => Math.min(times * 100, longestPauseMs),
  // Another server has taken over from one that has become its replica, and the address leads to that one by now.
  reconnectOnError: ({ message }: Error) => whyNotServing(message) === 'READONLY',
} satisfies RedisOptions;

/**
 * Reads version and persistence. Throws `SERVICE_UNAVAILABLE` when Redis does not answer, is older than 6.2, has no
 * memory left, or may evict keys: a queue on such a server loses jobs silently.
 */
export async function checkRedis(redis: Redis): Promise<RedisFacts> {
  const info = await redis.info().catch((error: unknown) => {
    throw unavailable(error);
  });
  const version = infoField(info, 'redis_version') ?? 'unknown';
  const evictionPolicy = infoField(info, 'maxmemory_policy') ?? 'unknown';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldestRedis[0] || (major === oldestRedis[0] && minor < oldestRedis[1])) {
    throw new RondelError(
      'SERVICE_UNAVAILABLE',
      `Redis ${version} is too old: Rondel needs ${oldestRedis.join('.')} or newer.`,
    );
  }
  if (evictionPolicy !== 'noeviction') {
    throw new RondelError(
      'SERVICE_UNAVAILABLE',
      `Redis has maxmemory-policy ${evictionPolicy} and could drop jobs. Set maxmemory-policy noeviction.`,
      { retryable: false },
    );
  }
  const [usedBytes, mostBytes] = ['used_memory', 'maxmemory'].map((name) => Number(infoField(info, name) ?? 0));
  if (mostBytes && usedBytes && usedBytes > mostBytes) throw full(`${usedBytes} of ${mostBytes} bytes used`);
  return { version, evictionPolicy, appendOnly: infoField(info, 'aof_enabled') === '1' };
}

/** Nothing can be written down until there is room again; what waits and what runs stays as it is. */
function full(reason: string, cause?: unknown): RondelError {
  return new RondelError(
    'SERVICE_UNAVAILABLE',
    `Redis has no memory left (${reason}). Raise its maxmemory, or wait until what is kept of old jobs expires.`,
    { cause },
  );
}

/** The envelope for a command that failed because Redis did not answer, or could not do it now. */
export function unavailable(cause: unknown): RondelError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (whyNotServing(reason) === 'OOM') return full(reason.replace(/ script: .*$/, ''), cause);
  return new RondelError('SERVICE_UNAVAILABLE', `Redis does not answer (${reason}). Try again in a few seconds.`, {
    cause,
  });
}

/** Waits for a command; a connection that failed becomes `SERVICE_UNAVAILABLE`, all else stays what it was. */
export async function guarded<T>(command: Promise<T>): Promise<T> {
  try {
    return await command;
  } catch (error) {
    throw isConnectionTrouble(error) ? unavailable(error) : error;
  }
}

/** Answers of a pipeline. Throws the first error among them, as `guarded` does. */
export async function executed(pipeline: ChainableCommander): Promise<unknown[]> {
  const answers = (await guarded(pipeline.exec())) ?? [];
  return answers.map(([error, value]) => {
    if (error) throw isConnectionTrouble(error) ? unavailable(error) : error;
    return value;
  });
}

/** As `executed`; what Redis could not answer, as the key is of another type, is undefined and told. */
export async function sparedAnswers<T>(
  pipeline: ChainableCommander,
  tell: (index: number, error: Error) => void,
): Promise<(T | undefined)[]> {
  const answers = (await guarded(pipeline.exec())) ?? [];
  return answers.map(([error, value], index) => {
    if (!error) return value as T;
    if (!isOfOtherType(error)) throw isConnectionTrouble(error) ? unavailable(error) : error;
    tell(index, error);
    return undefined;
  });
}

/** What ioredis calls commands that it gave up because the connection broke under them. */
const givenUp = new Set(['AbortError', 'MaxRetriesPerRequestError']);

const brokenConnection =
  /ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|Command timed out|Socket timeout|Connection is closed|Stream isn't writeable/;

/** A server that starts, that has become a replica, that cannot write to its disk, or that has no memory left. */
const notServing = /(?:^|: -?)(LOADING|READONLY|MISCONF|MASTERDOWN|OOM)\b/;

/** The word for it that an error of Redis begins with; before Redis 7 one of a script has it in the middle. */
export function whyNotServing(message: string): string | undefined {
  return notServing.exec(message)?.[1];
}

function isConnectionTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return givenUp.has(error.name) || brokenConnection.test(error.message) || whyNotServing(error.message) !== undefined;
}

function infoField(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim();
}
