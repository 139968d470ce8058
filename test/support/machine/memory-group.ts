import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A control group of the kernel with a limit to its memory, as that of a container. */
export interface MemoryGroup {
  /** Starts a process in the group; this one is in it for as long as the call takes to return. */
  start<T>(start: () => T): T;
  /** How many processes of the group the kernel has killed for want of memory. */
  kills(): number;
  /** Once its processes have ended. */
  remove(): void;
}

const root = '/sys/fs/cgroup';
const kinds = [
  { folder: join(root, 'memory'), limit: 'memory.limit_in_bytes', swap: undefined, events: 'memory.oom_control' },
  { folder: root, limit: 'memory.max', swap: 'memory.swap.max', events: 'memory.events' },
] as const;

/** Undefined where the kernel has no such groups, or this process may not make one: as a rule only root may. */
export function makeMemoryGroup(bytes: number): MemoryGroup | undefined {
  for (const { folder, limit, swap, events } of kinds) {
    const group = join(folder, `rondel-test-${randomUUID()}`);
    try {
      mkdirSync(group);
    } catch {
      continue;
    }
    try {
      writeFileSync(join(group, limit), String(bytes));
      if (swap !== undefined && existsSync(join(group, swap))) writeFileSync(join(group, swap), '0');
    } catch {
      rmdirSync(group);
      continue;
    }
    const enter = (path: string) => writeFileSync(join(path, 'cgroup.procs'), String(process.pid));
    return {
      start(start) {
        enter(group);
        try {
          return start();
        } finally {
          enter(folder);
        }
      },
      kills: () => Number(/^oom_kill (\d+)$/m.exec(readFileSync(join(group, events), 'utf8'))?.[1]),
      remove: () => rmdirSync(group),
    };
  }
  return undefined;
}
