import type { PlanValue } from './plan-value.js';

/** What has to be known of a list to walk a plan without going through all of its numbers. */
export interface ListFacts {
  /** Whether it holds lists or tables. */
  readonly nested: boolean;
  /** Integers and floats in it. */
  readonly numbers: number;
}

export type LookAtList = (list: readonly PlanValue[]) => ListFacts;

export function listFacts(list: readonly PlanValue[]): ListFacts {
  let numbers = 0;
  let nested = false;
  for (const item of list) {
    if (typeof item === 'number' || typeof item === 'bigint') numbers += 1;
    else if (typeof item === 'object') nested = true;
  }
  return { nested, numbers };
}

/**
 * Looks at every list once. Plans share the lists that an edit did not touch, so an edit looks only at new ones; what is
 * gone from all plans is forgotten.
 */
export function rememberedListFacts(): LookAtList {
  const known = new WeakMap<readonly PlanValue[], ListFacts>();
  return (list) => {
    const facts = known.get(list) ?? listFacts(list);
    known.set(list, facts);
    return facts;
  };
}
