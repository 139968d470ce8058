import { useEffect, useRef } from 'preact/hooks';
import { steadyItems, type Identified } from './steady-items.js';

interface SteadyOptions {
  /** Whether somebody points at the list or has the focus in it. */
  readonly held: boolean;
  /** Names the list: another one is not held to the order of the one before. */
  readonly list: string;
}

/** A list that stands still under the pointer: its entries are fresh, but none moves, comes or goes. */
export function useSteadyOrder<Item extends Identified>(fresh: readonly Item[] | undefined, options: SteadyOptions) {
  const { held, list } = options;
  const shown = useRef<{ readonly list: string; readonly items: readonly Item[] } | undefined>(undefined);
  const before = held && shown.current?.list === list ? shown.current.items : undefined;
  const steady = fresh === undefined ? undefined : steadyItems(before, fresh);
  useEffect(() => {
    if (steady !== undefined) shown.current = { list, items: steady.items };
  });
  return { items: steady?.items, waiting: steady?.waiting ?? 0 };
}
