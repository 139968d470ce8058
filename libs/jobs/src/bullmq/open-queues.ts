import type { QueueOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { Queue } from '../redis/redis-libraries.js';
import { subjobPrefix } from './layout.js';

/** BullMQ's queues by their names, each opened when it is first asked for. */
export interface OpenQueues<Data> {
  get(name: string): Queue<Data>;
  close(): Promise<void>;
}

/** Works over the given connection, which stays the caller's to close. */
export function openQueues<Data>(
  redis: Redis,
  settings: Omit<QueueOptions, 'connection' | 'prefix'>,
  onError: (error: Error) => void,
): OpenQueues<Data> {
  const queues = new Map<string, Queue<Data>>();
  return {
    get(name) {
      const open = queues.get(name);
      if (open) return open;
      const queue = new Queue<Data>(name, {
        ...settings,
        connection: redis,
        prefix: subjobPrefix,
        // It was checked when the connection was opened.
        skipVersionCheck: true,
      });
      queue.on('error', onError);
      queues.set(name, queue);
      return queue;
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}
