import { join } from 'node:path';
import { readMemoryGroup, readText } from '../../control-group.js';

/**
 * How many processes the kernel has killed for want of memory: in the control group of this process where that says it,
 * else on the whole machine (`/proc/vmstat`). 0 where neither is told, as on macOS.
 *
 * @param root For tests.
 */
export function countMemoryKills(root = '/'): number {
  const inGroup = killsIn(readMemoryGroup({ v2: 'memory.events', v1: 'memory.oom_control' }, root));
  return inGroup ?? killsIn(readText(join(root, 'proc/vmstat'))) ?? 0;
}

function killsIn(text: string): number | undefined {
  const count = /^oom_kill (\d+)$/m.exec(text)?.[1];
  return count === undefined ? undefined : Number(count);
}
