export interface Identified {
  readonly id: string;
}

/**
 * The entries that were there before, in their order, as they are now; an entry that is gone stays as it was last.
 * `waiting` counts what has come and gone meanwhile.
 */
export function steadyItems<Item extends Identified>(
  before: readonly Item[] | undefined,
  fresh: readonly Item[],
): { readonly items: readonly Item[]; readonly waiting: number } {
  // An empty list has nothing that could move.
  if (before === undefined || before.length === 0) return { items: fresh, waiting: 0 };
  const now = new Map(fresh.map((item) => [item.id, item]));
  const there = new Set(before.map(({ id }) => id));
  const come = fresh.filter(({ id }) => !there.has(id)).length;
  const gone = before.filter(({ id }) => !now.has(id)).length;
  return { items: before.map((item) => now.get(item.id) ?? item), waiting: Math.max(come, gone) };
}
