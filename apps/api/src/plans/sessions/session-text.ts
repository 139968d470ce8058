import { Type, type Static } from '@rondel/contracts/schema';
import { DamagedRecord, fromStored, toStored } from '@rondel/jobs';
import {
  isNode,
  parseValue,
  printValue,
  type Place,
  type PlanChange,
  type PlanNode,
  type PlanValue,
} from '@rondel/plan';

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

const SnapshotSchema = Type.Object({ released: Type.Array(Type.String()), text: Type.String() });

const PlaceSchema = Type.Array(Type.Union([Type.String(), Type.Number()]));

/** Values are exact text inside the JSON, so that 1 and 1.0 stay apart. */
const WrittenChangeSchema = Type.Object({
  at: PlaceSchema,
  text: Type.Optional(Type.String()),
  same: Type.Optional(Type.Literal(true)),
});
type WrittenChange = Static<typeof WrittenChangeSchema>;

const EntrySchema = Type.Object({
  released: Type.Array(Type.String()),
  changes: Type.Array(WrittenChangeSchema),
  cleared: Type.Optional(PlaceSchema),
});

export function printSnapshot({ tree, released }: SessionSnapshot): string {
  return toStored('plan session', { released, text: printValue(tree) });
}

/** Throws `DamagedRecord`, and `LaterVersion`. */
export function parseSnapshot(text: string): SessionSnapshot {
  const written = fromStored('plan session', SnapshotSchema, text);
  const tree = exactValue(written.text);
  if (isNode(tree)) return { tree, released: written.released };
  throw new DamagedRecord('its snapshot holds no plan');
}

export function printEntry({ changes, released, cleared }: SessionEntry): string {
  const written = changes.map(({ at, value, same }): WrittenChange => {
    if (same) return { at: [...at], same };
    return { at: [...at], ...(value !== undefined && { text: printValue(value) }) };
  });
  return toStored('plan session', { released, changes: written, cleared });
}

/** Throws `DamagedRecord`, and `LaterVersion`. */
export function parseEntry(text: string): SessionEntry {
  const { released, changes, cleared } = fromStored('plan session', EntrySchema, text);
  return {
    released,
    cleared,
    changes: changes.map(({ at, text: value, same }) => ({
      at,
      value: value === undefined ? undefined : exactValue(value),
      ...(same && { same }),
    })),
  };
}

/** Throws `DamagedRecord` for a text that is not one of a value. */
function exactValue(text: string): PlanValue {
  try {
    return parseValue(text);
  } catch (error) {
    throw new DamagedRecord('it holds a value that cannot be read', { cause: error });
  }
}
