import type { WorkerRecord } from '@rondel/contracts';
import type { Logger } from '@rondel/telemetry';
import type { DiskWatch } from './disk-watch.js';
import { openTimeOut, type TimeOut } from './time-out.js';

/** Whether a worker takes no jobs for a while: as job after job has failed on it, or as the disk of the store is full. */
export interface Aside {
  /** As the worker says it of itself; undefined when it takes jobs. */
  readonly now: () => WorkerRecord['aside'];
  readonly note: TimeOut['note'];
  /** Looks at the disk; for regular use. */
  readonly look: () => Promise<void>;
  /**
   * Why nothing can be written, as far as is known since a moment ago; undefined when there is room.
   *
   * @param fresh Looks now.
   */
  readonly fullDisk: (options: { readonly fresh: boolean }) => Promise<string | undefined>;
  readonly close: () => void;
}

export interface AsideEvents {
  readonly onBegin: () => void;
  readonly onEnd: () => void;
}

export function openAside(
  { disk, logger }: { readonly disk: DiskWatch; readonly logger: Logger },
  { onBegin, onEnd }: AsideEvents,
): Aside {
  const timeOut = openTimeOut({
    onBegin(milliseconds, reason) {
      onBegin();
      logger.warn(`takes no jobs for ${milliseconds / 1000} s: ${reason}`);
    },
    onEnd,
  });
  const look = async () => {
    const changed = await disk.look().catch((error: unknown) => {
      logger.warn({ err: error }, 'could not ask how much room the disk of the store has');
      return false;
    });
    if (!changed) return;
    const full = disk.now();
    if (full === undefined) {
      logger.info('the disk of the store has room again; takes jobs');
      onEnd();
    } else {
      logger.warn(`takes no jobs: ${full.reason}`);
      onBegin();
    }
  };
  return {
    now: () => timeOut.now() ?? disk.now(),
    note: timeOut.note,
    look,
    async fullDisk({ fresh }) {
      if (fresh || !disk.isFresh()) await look();
      return disk.now()?.reason;
    },
    close: timeOut.close,
  };
}
