import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { heartbeatMs, type DataRun, type Jobs } from '@rondel/jobs';
import { buildIdentity, type Logger } from '@rondel/telemetry';

/** How this process and Redis know each other. */
export interface Presence {
  /** What Redis holds, as far as it was seen; undefined before that. */
  readonly dataRun: () => DataRun | undefined;
  /** Tells the others that this process lives, and looks whether Redis still holds what it did; for regular use. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export interface PresenceOptions {
  /** Where it is reached, known for sure once it listens. */
  readonly url: () => string;
  /** Identity of its artifact store, once that is the one that all share. */
  readonly store: () => string | undefined;
  readonly logger: Logger;
  /** Before each heartbeat. */
  readonly onBeat: () => Promise<void>;
  /** Redis has lost all that it held. */
  readonly onLoss: () => Promise<void>;
}

export function openPresence(jobs: Jobs, { url, store, logger, onBeat, onLoss }: PresenceOptions): Presence {
  const host = hostname();
  const id = `${host.toLowerCase()}-${randomBytes(2).toString('hex')}-${process.pid}`;
  const startedAt = new Date().toISOString();
  let run: DataRun | undefined;
  const look = async () => {
    await onBeat();
    const identity = store();
    const record = { id, host, pid: process.pid, url: url(), startedAt, ...buildIdentity() };
    await jobs.apis.beat({ ...record, ...(identity !== undefined && { store: identity }) });
    const found = await jobs.dataRun(run?.id);
    const isLost = run !== undefined && run.id !== found.id;
    run = found;
    if (!isLost) return;
    logger.error({ since: found.since }, lossText(found));
    await onLoss();
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => logger.warn({ err: error }, 'heartbeat was not stored'));
  }, heartbeatMs);
  return {
    dataRun: () => run,
    look,
    async close() {
      clearInterval(timer);
      // Should Redis be away it forgets by itself.
      await jobs.apis.leave(id).catch((error: unknown) => logger.warn({ err: error }, 'heartbeat was not removed'));
    },
  };
}

export function lossText({ since }: DataRun): string {
  return `Redis lost all that it held before ${since} (FLUSHALL, or a restart without its append-only file): jobs that had not ended are gone and must be submitted again; those that had are listed by their records.`;
}
