import { Type, type Static } from '../schema.js';
import { maxWarnings, shortened, WarningSchema, type Warning } from './warning.js';

/** How much of the data a warning is about, so that it can be told of the whole when blocks saw a part each. */
export const WarningAmountSchema = Type.Object({
  /** What is counted; `{count}` in the message. */
  count: Type.Number({ minimum: 0 }),
  /** Of how many; `{of}` in the message. */
  of: Type.Optional(Type.Number({ minimum: 0 })),
  /** The share of `of` above which it is worth a warning; any count is unless given. */
  above: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  /** Of a quantity over what is counted; over `count` it is `{mean}` in the message. */
  sum: Type.Optional(Type.Number()),
});
export type WarningAmount = Static<typeof WarningAmountSchema>;

/** A warning as data carries it, as long as it may still be a part of a whole. */
export const CarriedWarningSchema = Type.Object({
  ...WarningSchema.properties,
  amount: Type.Optional(WarningAmountSchema),
});
export type CarriedWarning = Static<typeof CarriedWarningSchema>;

export const CarriedWarningsSchema = Type.Array(CarriedWarningSchema, { maxItems: maxWarnings });

type Lists = readonly (readonly CarriedWarning[] | undefined)[];

/**
 * All lists as one, each warning once, in the order in which they came. What is beyond `maxWarnings` is left out, and
 * texts end where the schema has them end.
 */
export function joinWarnings(...lists: Lists): CarriedWarning[] {
  return united(lists, (first) => first);
}

/** As `joinWarnings`, of parts of one whole: the amounts of the same warning are added. */
export function addWarnings(...lists: Lists): CarriedWarning[] {
  return united(lists, (first, other) => {
    const [one, two] = [first.amount, other.amount];
    if (one === undefined || two === undefined) return first;
    const of = one.of === undefined || two.of === undefined ? {} : { of: one.of + two.of };
    const sum = one.sum === undefined || two.sum === undefined ? {} : { sum: one.sum + two.sum };
    return { ...first, amount: { ...one, ...of, ...sum, count: one.count + two.count } };
  });
}

function united(lists: Lists, both: (first: CarriedWarning, other: CarriedWarning) => CarriedWarning) {
  const seen = new Map<string, CarriedWarning>();
  for (const warning of lists.flatMap((list) => list ?? [])) {
    const bounded = shortened(warning);
    const { code, message, path = '', step = '' } = bounded;
    const key = [code, step, path, message].join('\n');
    const first = seen.get(key);
    seen.set(key, first === undefined ? bounded : both(first, bounded));
  }
  return [...seen.values()].slice(0, maxWarnings);
}

/** A dataset, or whatever carries warnings, with further ones. */
export function withWarnings<T extends { readonly warnings?: readonly CarriedWarning[] | undefined }>(
  carrier: T,
  ...lists: Lists
): T {
  const warnings = joinWarnings(carrier.warnings, ...lists);
  return warnings.length > 0 ? { ...carrier, warnings } : carrier;
}

/** Warnings as people see them, once the whole is known: with their numbers, and without those that are too small. */
export function settledWarnings(warnings: readonly CarriedWarning[]): Warning[] {
  return warnings.flatMap(({ amount, ...warning }) => {
    if (amount === undefined) return [warning];
    const { count, of = Infinity, above = 0 } = amount;
    if (count === 0 || (above > 0 && count <= above * of)) return [];
    return [shortened({ ...warning, message: countedMessage(warning.message, amount) })];
  });
}

/** A message with the numbers of an amount in their places. */
export function countedMessage(message: string, { count, of, sum = 0 }: WarningAmount): string {
  return message
    .replaceAll('{count}', String(count))
    .replaceAll('{of}', String(of ?? ''))
    .replaceAll('{mean}', (sum / Math.max(1, count)).toFixed(2));
}
