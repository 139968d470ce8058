/** What was found is found again without asking Redis for so long: a revoked secret may still open something meanwhile. */
const trustedMs = 500;
/** Secrets that nobody was given are remembered, too: whoever tries many costs no more than the memory of these. */
const mostRemembered = 10_000;

export interface BriefMemory<T> {
  /** What `find` gives, or gave a moment ago. */
  recall(name: string, find: () => Promise<T>): Promise<T>;
  forget(name: string): void;
}

export function openBriefMemory<T>(): BriefMemory<T> {
  const known = new Map<string, { readonly found: T; readonly until: number }>();
  return {
    async recall(name, find) {
      const remembered = known.get(name);
      const at = performance.now();
      if (remembered !== undefined && at < remembered.until) return remembered.found;
      const found = await find();
      if (known.size >= mostRemembered) known.clear();
      known.set(name, { found, until: at + trustedMs });
      return found;
    },
    forget: (name) => void known.delete(name),
  };
}
