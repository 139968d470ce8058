import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * How many processes the kernel has killed for want of memory: in the control group of this process where it has one
 * (cgroup v2, `memory.events`), else on the whole machine (`/proc/vmstat`). 0 where neither is told, as on macOS.
 *
 * @param root For tests.
 */
export function countMemoryKills(root = '/'): number {
  const group = /^0::(\/.*)$/m.exec(readText(join(root, 'proc/self/cgroup')))?.[1] ?? '/';
  const inGroup = killsIn(readText(join(root, 'sys/fs/cgroup', group, 'memory.events')));
  return inGroup ?? killsIn(readText(join(root, 'proc/vmstat'))) ?? 0;
}

function killsIn(text: string): number | undefined {
  const count = /^oom_kill (\d+)$/m.exec(text)?.[1];
  return count === undefined ? undefined : Number(count);
}

/** Empty for a file that this system does not have. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
