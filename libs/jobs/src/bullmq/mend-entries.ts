import type { Redis } from 'ioredis';
import { asNumber } from '../lua/answers.js';
import { luaScript } from '../lua/lua-script.js';
import { guarded } from '../redis/connection.js';
import { queueLayout, subjobPrefix } from './layout.js';

export const mendEntriesScript = luaScript('bullmq/mend-entries.lua', {
  keys: ['first', 'given', 'waiting', 'later'],
  args: ['prefix'],
  rest: true,
  read: asNumber,
});

const entryKey = new RegExp(`^${subjobPrefix}:(.+):([^:]+\\.\\d+\\.\\d+\\.\\d+)$`);

/**
 * Looks whether the entries among some keys still lie on their queues. One that does not, as a list of the queue was lost, would be
 * taken for one that waits for ever.
 */
export async function mendEntries(redis: Redis, found: readonly string[]): Promise<void> {
  const entries = new Map<string, string[]>();
  for (const key of found) {
    const [, queue = '', id = ''] = entryKey.exec(key) ?? [];
    if (id !== '') entries.set(queue, [...(entries.get(queue) ?? []), id]);
  }
  for (const [queue, ids] of entries) {
    const { prefix, first, given, waiting, later } = queueLayout(queue);
    const call = { keys: { first, given, waiting, later }, args: { prefix }, rest: ids };
    await guarded(mendEntriesScript.run(redis, call));
  }
}
