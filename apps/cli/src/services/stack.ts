import { close, mkdirSync, openSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ensureRedis, requireFreePort, superviseProgram, type AvailableRedis, type ChildFacts } from '@rondel/local';
import type { StateFolders } from './state-folder.js';

export interface StackOptions {
  readonly folders: StateFolders;
  readonly environment: NodeJS.ProcessEnv;
  /** Where the API listens. */
  readonly host: string;
  /** 1 to 65535; must be free. */
  readonly port: number;
  /** Further parameters of `rondel api`, the host it listens on among them. */
  readonly apiParameters: readonly string[];
  /** Number of worker processes, 0 to 64; the cores are shared among them. */
  readonly workers: number;
  /** Further parameters of every `rondel worker`, such as `--pool gpu`. */
  readonly workerParameters: readonly string[];
  /** Receives one line per event worth knowing. */
  readonly say: (line: string) => void;
}

/** Redis, API and workers on this machine, each in a process of its own. */
export interface RunningStack {
  readonly url: string;
  /** What to open in a browser, which logs in by it where that is needed; once. */
  readonly link: string;
  readonly redis: AvailableRedis;
  readonly workers: readonly ChildFacts[];
  /** Ends workers, API and Redis, in this order, so that nothing loses what it stands on. */
  stop(): Promise<void>;
  /** Asks the workers that are stopping a second time: they hand back what they run. */
  hurry(): Promise<void>;
}

const program = fileURLToPath(new URL('../../bin/rondel.mjs', import.meta.url));

/** A worker gives its jobs back 20 s after it has to stop, which takes a moment; after this time it is killed. */
const workerGraceMilliseconds = 30_000;
/** An API lets requests under way end for 20 s. */
const apiGraceMilliseconds = 25_000;

interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Starts everything. What runs already is stopped again when a part fails.
 *
 * Throws `CONFLICT` when the port or the state folder is taken, and what `ensureRedis` and the parts throw.
 */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const { folders, environment, say } = options;
  await requireFreePort(options.port, options.host);
  mkdirSync(folders.store, { recursive: true });
  const log = openSync(folders.log, 'w', 0o600);
  const closeLog = () => new Promise<void>((resolve) => close(log, () => resolve()));
  const started: Stoppable[] = [{ stop: closeLog }];
  try {
    const redis = await ensureRedis({ directory: folders.redis, environment, say });
    started.unshift(redis);
    const child = childOf(options, { redis, log });
    const api = await child(
      'api',
      ['api', '--port', String(options.port), '--signing-key', folders.signingKey, ...options.apiParameters],
      apiGraceMilliseconds,
      // Browsers that had logged in are logged out with the token of the one that died.
      (facts) => say(`The dashboard is at ${linkOf(facts)}`),
    );
    started.unshift(api);
    const { facts, part } = await startWorkers(options, child);
    started.unshift(part);
    return {
      url: api.facts.url ?? '',
      link: linkOf(api.facts),
      redis,
      workers: facts,
      stop: () => stopInOrder(started),
      hurry: () => part.stop(),
    };
  } catch (error) {
    await stopInOrder(started);
    throw error;
  }
}

function linkOf({ url = '', loginPath = '' }: ChildFacts): string {
  return `${url}${loginPath}`;
}

type StartChild = ReturnType<typeof childOf>;

function childOf({ folders, environment, say }: StackOptions, { redis, log }: { redis: AvailableRedis; log: number }) {
  return (
    name: string,
    parameters: readonly string[],
    graceMilliseconds: number,
    onRestart?: (facts: ChildFacts) => void,
  ) =>
    superviseProgram({
      name,
      ...(onRestart && { onRestart }),
      script: program,
      parameters: [...parameters, '--store', folders.store],
      // The address may hold a password, which a command line would show to every user of the machine.
      environment: { ...environment, REDIS_URL: redis.url, RONDEL_HOME: folders.home },
      graceMilliseconds,
      say,
      log,
    });
}

interface StartedWorkers {
  readonly facts: readonly ChildFacts[];
  readonly part: Stoppable;
}

async function startWorkers(options: StackOptions, child: StartChild): Promise<StartedWorkers> {
  const threads = Math.max(1, Math.floor(availableParallelism() / Math.max(1, options.workers)));
  const { trust } = options.folders;
  const parameters = ['worker', '--threads', String(threads), '--trust-key', trust, ...options.workerParameters];
  const starts = await Promise.allSettled(
    Array.from({ length: options.workers }, (_, index) =>
      child(`worker ${index + 1}`, parameters, workerGraceMilliseconds),
    ),
  );
  const running = starts.filter((start) => start.status === 'fulfilled').map(({ value }) => value);
  const part = { stop: () => stopTogether(running) };
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed !== undefined) {
    await part.stop();
    throw failed.reason;
  }
  return { facts: running.map(({ facts }) => facts), part };
}

async function stopTogether(parts: readonly Stoppable[]): Promise<void> {
  await Promise.all(parts.map((part) => part.stop()));
}

async function stopInOrder(parts: readonly Stoppable[]): Promise<void> {
  for (const part of parts) await part.stop();
}
