import { RondelError } from '@rondel/contracts';

/** What packages provide, by name. Throws `INVALID_REQUEST` when two claim the same one; `what` is what they provide. */
export function indexUnique<T>(what: string, entries: readonly (readonly [string, T])[]): ReadonlyMap<string, T> {
  const index = new Map<string, T>();
  for (const [name, value] of entries) {
    if (index.has(name)) {
      throw new RondelError('INVALID_REQUEST', `Two packages provide the ${what} "${name}"; load one of them only.`);
    }
    index.set(name, value);
  }
  return index;
}
