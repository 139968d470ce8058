import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isRondelError, toFailure, type JsonValue } from '@rondel/contracts';
import { findRedisProgram, namedRedis, probeRedis, requireUsable, runningRedis, withoutPassword } from '@rondel/local';
import { leastOpenFiles, openFilesLimit, tooFewOpenFiles } from '@rondel/telemetry/open-files';
import type { Context } from '../terminal/context.js';
import { bytesText } from '../terminal/quantity.js';
import { stateFolders } from './state-folder.js';

/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  /** Whether no reconstruction can run here without it. */
  readonly needed: boolean;
  /** What was found, or the exact reason why it does not work. */
  readonly detail: string;
  readonly nextStep?: string | undefined;
}

const oldestNode = [20, 19] as const;
/** Less than this is soon full: one float32 volume of 512 x 512 x 512 has half of it. */
const smallestDisk = 2 ** 30;
const largestClockDifferenceSeconds = 5;

export async function doctorChecks(context: Context): Promise<Finding[]> {
  const [redis, disk, engines, server] = await Promise.all([
    checkRedis(context),
    checkDisk(context),
    checkEngines(),
    checkServer(context),
  ]);
  return [checkNode(process.versions.node), redis, ...engines, disk, ...checkOpenFiles(openFilesLimit()), ...server];
}

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const ok = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const nextStep = ok ? undefined : `Install ${oldestNode.join('.')} or newer from https://nodejs.org/`;
  return { name: 'Node.js', ok, needed: true, detail: version, nextStep };
}

/** Nothing where the system does not tell. */
export function checkOpenFiles(limit: number): Finding[] {
  if (limit === Infinity) return [];
  const nextStep = tooFewOpenFiles('An API or a worker', leastOpenFiles.ofService, limit);
  const detail = `${limit} files and connections at once`;
  return [{ name: 'Open files', ok: nextStep === undefined, needed: true, detail, nextStep }];
}

const forgetful =
  'It keeps no append-only file, so jobs that wait are gone when it restarts: set appendonly yes there.';

async function checkRedis({ environment }: Context): Promise<Finding> {
  const name = 'Redis';
  try {
    const external = namedRedis(environment);
    const running = external ? { url: external } : await runningRedis(stateFolders(environment).redis);
    if (running === undefined) return await redisProgram(environment);
    const facts = await probeRedis(running.url);
    const detail = `${facts.program}, maxmemory-policy ${facts.evictionPolicy}, at ${withoutPassword(running.url)}`;
    await requireUsable(facts, running.url);
    return facts.appendOnly
      ? { name, ok: true, needed: true, detail }
      : { name, ok: false, needed: false, detail, nextStep: forgetful };
  } catch (error) {
    return { name, ok: false, needed: true, detail: toFailure(error).message };
  }
}

/** Without a running server it counts that `rondel up` can start one. */
async function redisProgram(environment: NodeJS.ProcessEnv): Promise<Finding> {
  const program = await findRedisProgram(environment);
  if (program !== undefined) {
    return { name: 'Redis', ok: true, needed: true, detail: `none runs; \`rondel up\` starts ${program}` };
  }
  return {
    name: 'Redis',
    ok: false,
    needed: true,
    detail: 'none runs, and neither valkey-server nor redis-server is on the PATH',
    nextStep: '`rondel up` installs it where that needs no question; otherwise set REDIS_URL to a running one.',
  };
}

async function checkDisk({ environment }: Context): Promise<Finding> {
  const { home } = stateFolders(environment);
  const free = await freeBytes(home);
  const ok = free >= smallestDisk;
  const nextStep = ok ? undefined : 'Free some, or set RONDEL_HOME to a folder on a larger disk.';
  return { name: 'Disk', ok, needed: true, detail: `${bytesText(free)} free for ${home}`, nextStep };
}

/** Of the folder, or of the nearest one above that is there already. */
async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!missing || dirname(folder) === folder) throw error;
    return freeBytes(dirname(folder));
  }
}

/** At least one engine is needed; each one that does not start is told with its reason. */
async function checkEngines(): Promise<Finding[]> {
  const { probeEngines } = await import('@rondel/worker/engines');
  const reports = await probeEngines();
  const any = reports.some(({ available }) => available);
  return reports.map(({ name, available, device, reason, nextStep }) => ({
    name: `Engine ${name}`,
    ok: available,
    needed: !any,
    detail: available ? (device ?? 'available') : (reason ?? 'not available'),
    nextStep: available ? undefined : nextStep,
  }));
}

async function checkServer(context: Context): Promise<Finding[]> {
  const client = context.client();
  const name = 'Server';
  try {
    const { status, checks, serverTime } = await client.health(context);
    const ok = status === 'ready';
    const reasons = ok ? '' : `: ${JSON.stringify(checks)}`;
    return [
      { name, ok, needed: false, detail: `${status} at ${client.url}${reasons}` },
      ...(checks.data === undefined ? [] : [{ name: 'Data', ok: false, needed: false, detail: detailOf(checks.data) }]),
      ...(await buildFindings(context)),
      ...(serverTime === undefined ? [] : [clockFinding(serverTime, new Date())]),
    ];
  } catch (error) {
    if (!isRondelError(error)) throw error;
    return [{ name, ok: false, needed: false, detail: error.message }];
  }
}

function detailOf(check: JsonValue): string {
  const detail = typeof check === 'object' && check !== null && 'detail' in check ? check.detail : check;
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}

/** Nothing when all APIs and workers run the same build. */
async function buildFindings(context: Context): Promise<Finding[]> {
  const { mixed } = await context.client().fleet(context);
  return mixed === undefined ? [] : [{ name: 'Builds', ok: false, needed: false, detail: mixed }];
}

/** The server's time comes in whole seconds. */
export function clockFinding(server: Date, here: Date): Finding {
  const seconds = Math.round(Math.abs(here.getTime() - server.getTime()) / 1000);
  const ok = seconds <= largestClockDifferenceSeconds;
  return {
    name: 'Clock',
    ok,
    needed: false,
    detail: `${seconds} s from the server's`,
    nextStep: ok ? undefined : 'Synchronize both clocks (NTP): times of jobs would not match.',
  };
}
