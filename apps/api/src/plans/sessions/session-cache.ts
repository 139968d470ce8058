import type { HeldSession } from './held-session.js';

/** The sessions that a process worked on lately. */
export interface SessionCache {
  get(id: string): Promise<HeldSession>;
  put(id: string, held: HeldSession): void;
  drop(id: string): void;
}

const most = { sessions: 200, bytes: 512 * 2 ** 20 };

interface Entry {
  readonly loading: Promise<HeldSession>;
  held?: HeldSession;
}

/** Keeps what was used last and drops the rest; who still works on a dropped session keeps it until done. */
export function createSessionCache(load: (id: string) => Promise<HeldSession>): SessionCache {
  const entries = new Map<string, Entry>();

  const insert = (id: string, entry: Entry) => {
    entries.delete(id);
    entries.set(id, entry);
    let bytes = 0;
    for (const { held } of entries.values()) bytes += held?.bytes ?? 0;
    for (const [oldest, { held }] of entries) {
      if (oldest === id || (entries.size <= most.sessions && bytes <= most.bytes)) break;
      entries.delete(oldest);
      bytes -= held?.bytes ?? 0;
    }
  };
  const begin = (id: string): Entry => {
    const entry: Entry = { loading: load(id) };
    entry.loading.then(
      (held) => {
        entry.held = held;
      },
      () => {
        // Whoever waits for it hears of the failure; the next one tries anew.
        if (entries.get(id) === entry) entries.delete(id);
      },
    );
    return entry;
  };

  return {
    get(id) {
      const entry = entries.get(id) ?? begin(id);
      insert(id, entry);
      return entry.loading;
    },
    put: (id, held) => insert(id, { loading: Promise.resolve(held), held }),
    drop: (id) => void entries.delete(id),
  };
}
