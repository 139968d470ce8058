import { once } from 'node:events';
import type { Demand, WorkerRecord } from '@rondel/contracts';
import type { Stack, WorkerProcess } from '../support/machine/stack.js';

/** What an autoscaler has done, for a test to look at. */
export interface ScalingRecord {
  /** Workers that ran at the same time, at most. */
  readonly most: number;
  readonly started: number;
  /** How each worker process ended; 0 is a worker that left by itself. */
  readonly exits: readonly (number | string | null)[];
}

/**
 * A small autoscaler as KEDA is one: asks for the demand of a pool again and again and starts or drains workers until
 * there are as many as slots are wanted. Ends when work has come and gone and no worker is left.
 */
export async function autoscale(
  stack: Stack,
  { pool, atMost, signal }: { readonly pool: string; readonly atMost: number; readonly signal: AbortSignal },
): Promise<ScalingRecord> {
  const workers = new Map<string, WorkerProcess>();
  const asked = new Set<string>();
  const exits: Promise<number | string | null>[] = [];
  let most = 0;
  while (!signal.aborted) {
    const demand = await stack.client.demand(pool);
    const wanted = workersFor(demand, atMost);
    const serving = [...workers.keys()].filter((id) => !asked.has(id));
    if (wanted > serving.length) {
      const missing = Array.from({ length: wanted - serving.length }, () =>
        stack.startWorker('--pool', pool, '--threads', '1', '--grace', '60'),
      );
      for (const { child, record } of await Promise.all(missing)) {
        workers.set(record.id, { child, record });
        exits.push(once(child, 'exit').then(([code, name]) => (code as number | null) ?? (name as string)));
        child.once('exit', () => workers.delete(record.id));
      }
    }
    most = Math.max(most, workers.size);
    for (const id of await busiest(stack, serving, serving.length - wanted)) {
      asked.add(id);
      await stack.client.drainWorker(id);
    }
    if (exits.length > 0 && demand.slots === 0 && workers.size === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { most, started: exits.length, exits: await Promise.all(exits) };
}

function workersFor({ slots, needs }: Demand, atMost: number): number {
  return Math.min(atMost, Math.ceil(slots / (needs?.concurrency ?? 1)));
}

/** The busiest ones go first, as a cluster may choose them: draining has to be safe for them. */
async function busiest(stack: Stack, ids: readonly string[], count: number): Promise<string[]> {
  if (count <= 0) return [];
  const load = ({ running }: WorkerRecord) => running.length;
  const known = (await stack.client.workers()).filter(({ id }) => ids.includes(id));
  return known
    .sort((a, b) => load(b) - load(a))
    .slice(0, count)
    .map(({ id }) => id);
}
