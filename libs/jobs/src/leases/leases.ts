import type { Redis } from 'ioredis';
import { guarded } from '../redis/connection.js';
import { keys } from '../redis/keys.js';
import { asNumber, asYesOrNo } from '../lua/answers.js';
import { luaScript } from '../lua/lua-script.js';

/** What only one process does at a time. A lease that is not renewed ends by itself. */
export interface Leases {
  /** False when somebody else has it. Whoever has it may take it again, which renews it. */
  take(name: string, holder: string, milliseconds: number): Promise<boolean>;
  /** Harmless when it is not (any longer) the holder's. */
  release(name: string, holder: string): Promise<void>;
}

export const takeLease = luaScript('leases/take.lua', {
  keys: ['lease'],
  args: ['holder', 'milliseconds'],
  read: asYesOrNo,
});

export const releaseLease = luaScript('leases/release.lua', {
  keys: ['lease'],
  args: ['holder'],
  read: asNumber,
});

export function openLeases(redis: Redis): Leases {
  return {
    take: (name, holder, milliseconds) =>
      guarded(takeLease.run(redis, { keys: { lease: keys.lease(name) }, args: { holder, milliseconds } })),
    async release(name, holder) {
      await guarded(releaseLease.run(redis, { keys: { lease: keys.lease(name) }, args: { holder } }));
    },
  };
}

export interface HeldLease {
  /** Aborted when the lease could not be renewed in time: somebody else may have it. */
  readonly lost: AbortSignal;
}

/**
 * Does something while nobody else does it, and renews the lease meanwhile. `busy` is the answer when somebody else has
 * it. Whatever `work` does after `lost` is aborted may happen beside another holder.
 */
export async function whileHeld<T, B>(
  leases: Leases,
  { name, holder, milliseconds }: { readonly name: string; readonly holder: string; readonly milliseconds: number },
  { work, busy }: { readonly work: (held: HeldLease) => Promise<T>; readonly busy: B },
): Promise<T | B> {
  if (!(await leases.take(name, holder, milliseconds))) return busy;
  const lost = new AbortController();
  let until = performance.now() + milliseconds;
  const renew = async () => {
    const asked = performance.now();
    // While Redis is away the lease lasts as long as it was taken for.
    const held = await leases.take(name, holder, milliseconds).catch(() => asked < until);
    if (!held || performance.now() > until) lost.abort();
    else until = Math.max(until, asked + milliseconds);
  };
  const timer = setInterval(() => void renew(), milliseconds / 3);
  try {
    return await work({ lost: lost.signal });
  } finally {
    clearInterval(timer);
    // It ends by itself where this fails.
    await leases.release(name, holder).catch(() => undefined);
  }
}
