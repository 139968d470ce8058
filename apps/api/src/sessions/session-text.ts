import { RondelError } from '@rondel/contracts';
import { isNode, parseValue, printValue, type Place, type PlanChange, type PlanNode } from '@rondel/plan';

/** A plan with the links that no longer follow, as Redis keeps it. */
export interface SessionSnapshot {
  readonly tree: PlanNode;
  readonly released: readonly string[];
}

/** One change of a session, as Redis keeps it. */
export interface SessionEntry {
  readonly changes: readonly PlanChange[];
  /** Links that no longer follow after it. */
  readonly released: readonly string[];
  /** A node that was cleared, empty for the whole plan: who watches inside it hears of this and of nothing after it. */
  readonly cleared?: Place | undefined;
}

/** Values are exact text inside the JSON, so that 1 and 1.0 stay apart. */
interface WrittenChange {
  readonly at: PlanChange['at'];
  readonly text?: string;
  readonly same?: true;
}

export function printSnapshot({ tree, released }: SessionSnapshot): string {
  return JSON.stringify({ released, text: printValue(tree) });
}

export function parseSnapshot(text: string): SessionSnapshot {
  const written = JSON.parse(text) as { released: string[]; text: string };
  const tree = parseValue(written.text);
  if (isNode(tree)) return { tree, released: written.released };
  throw new RondelError('INTERNAL', 'The snapshot of a plan session does not hold a plan.');
}

export function printEntry({ changes, released, cleared }: SessionEntry): string {
  const written = changes.map(({ at, value, same }): WrittenChange => {
    if (same) return { at, same };
    return value === undefined ? { at } : { at, text: printValue(value) };
  });
  return JSON.stringify({ released, changes: written, cleared });
}

export function parseEntry(text: string): SessionEntry {
  const { released, changes, cleared } = JSON.parse(text) as {
    released: string[];
    changes: WrittenChange[];
    cleared?: Place;
  };
  return {
    released,
    cleared,
    changes: changes.map(({ at, text: value, same }) => ({
      at,
      value: value === undefined ? undefined : parseValue(value),
      ...(same && { same }),
    })),
  };
}
