import { RondelError } from '@rondel/contracts';

/** Facts that a Redis (or Valkey) server tells about itself. */
export interface RedisFacts {
  /** Version of the Redis protocol and command set it implements, e.g. `7.0.15`. */
  readonly version: string;
  /** e.g. `valkey 8.1.1`; the name and version of the program itself. */
  readonly program: string;
  /** `maxmemory-policy` */
  readonly evictionPolicy: string;
  /** Whether what it holds outlives it. */
  readonly appendOnly: boolean;
  readonly mode: 'standalone' | 'sentinel' | 'cluster';
  /** `host:port` of what it copies; a primary has none. */
  readonly replicaOf?: string;
  /** Per cent of its data that it has read from its disk; absent when that is done. */
  readonly loadedPercent?: number;
  readonly usedBytes: number;
  /** Zero: no limit. */
  readonly mostBytes: number;
}

/** Of a server that does not tell this user: nothing that would speak against it. */
export const untoldFacts: RedisFacts = {
  version: 'unknown',
  program: 'redis of unknown version',
  evictionPolicy: 'unknown',
  appendOnly: true,
  mode: 'standalone',
  usedBytes: 0,
  mostBytes: 0,
};

/** Oldest version that has the commands Rondel's queues need. */
const oldestVersion = [6, 2] as const;

/** Reads the answer to `INFO`. */
export function redisFacts(info: string): RedisFacts {
  const field = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim();
  const version = field('redis_version') ?? 'unknown';
  const valkey = field('valkey_version');
  const mode = field('redis_mode');
  return {
    version,
    program: valkey === undefined ? `redis ${version}` : `valkey ${valkey}`,
    evictionPolicy: field('maxmemory_policy') ?? 'unknown',
    appendOnly: field('aof_enabled') === '1',
    mode: mode === 'sentinel' || mode === 'cluster' ? mode : 'standalone',
    ...(field('role') === 'slave' && { replicaOf: `${field('master_host') ?? ''}:${field('master_port') ?? ''}` }),
    ...(field('loading') === '1' && { loadedPercent: Number(field('loading_loaded_perc') ?? 0) }),
    usedBytes: Number(field('used_memory') ?? 0),
    mostBytes: Number(field('maxmemory') ?? 0),
  };
}

/**
 * Throws `SERVICE_UNAVAILABLE` when Rondel can't work with this server: too old, no primary that stands by itself, out of
 * memory, or allowed to evict keys, which would lose jobs without a trace.
 *
 * @param server What it is called in the sentence.
 */
export function requireUsable(facts: RedisFacts, server = 'Redis'): void {
  const [major = 0, minor = 0] = facts.version.split('.').map(Number);
  if (major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1])) {
    throw unusable(
      `${server} has version ${facts.version}, which is too old: Rondel needs ${oldestVersion.join('.')} or newer. Update it, or name another one in REDIS_URL.`,
    );
  }
  if (facts.mode === 'sentinel') {
    throw unusable(
      `${server} is a Sentinel, which holds no jobs itself. Name it as one in REDIS_URL: redis+sentinel://HOST:PORT/NAME, with the NAME by which it knows the primary.`,
    );
  }
  if (facts.mode === 'cluster') {
    throw unusable(
      `${server} is a node of a Redis Cluster, on which Rondel does not run. Name a primary that stands by itself in REDIS_URL, or its Sentinels.`,
    );
  }
  if (facts.loadedPercent !== undefined) {
    throw passing(
      `${server} is still loading its data from its disk (LOADING, ${Math.floor(facts.loadedPercent)} %). Try again when it is done.`,
    );
  }
  if (facts.replicaOf !== undefined) {
    throw passing(
      `${server} is a replica of ${facts.replicaOf} and takes no writes. Name the primary in REDIS_URL, or the Sentinels that know it: redis+sentinel://HOST:PORT/NAME.`,
    );
  }
  if (facts.evictionPolicy !== 'noeviction') {
    throw unusable(
      `${server} has maxmemory-policy ${facts.evictionPolicy}: when memory runs short it would drop jobs. Run \`redis-cli config set maxmemory-policy noeviction\` there and put the same into its configuration.`,
    );
  }
  const { usedBytes, mostBytes } = facts;
  if (mostBytes > 0 && usedBytes > mostBytes) {
    throw passing(
      `${server} has no memory left (${usedBytes} of ${mostBytes} bytes used). Raise its maxmemory, or wait until what is kept of old jobs expires.`,
    );
  }
}

function unusable(message: string): RondelError {
  return new RondelError('SERVICE_UNAVAILABLE', message, { retryable: false });
}

function passing(message: string): RondelError {
  return new RondelError('SERVICE_UNAVAILABLE', message);
}
