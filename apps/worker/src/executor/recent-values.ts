/** Values that a process has used lately, so that the next job which wants the same need not make them again. */
export interface RecentValues<Value> {
  get(key: string): Value | undefined;
  /** Those that were not used for longest go. A value that is larger than all of it is not kept. */
  set(key: string, value: Value, bytes: number): void;
}

/** @param mostBytes That they may take together, as `set` is told. */
export function openRecentValues<Value>(mostBytes: number): RecentValues<Value> {
  const kept = new Map<string, { readonly value: Value; readonly bytes: number }>();
  let total = 0;
  const remove = (key: string) => {
    total -= kept.get(key)?.bytes ?? 0;
    kept.delete(key);
  };
  return {
    get(key) {
      const found = kept.get(key);
      if (found === undefined) return undefined;
      kept.delete(key);
      kept.set(key, found);
      return found.value;
    },
    set(key, value, bytes) {
      remove(key);
      kept.set(key, { value, bytes });
      total += bytes;
      for (const oldest of kept.keys()) {
        if (total <= mostBytes) break;
        remove(oldest);
      }
    },
  };
}
