/**
 * Bounds on everything that comes from outside. A plan beyond them is refused, never cut. An API reads plans on the loop
 * that answers everybody, so together they keep the reading of one below a tenth of a second.
 */
export const planLimits = {
  /** UTF-16 code units of a plan file. */
  textLength: 1_048_576,
  /** Lines of a plan file. */
  lines: 50_000,
  /** Tables and arrays inside each other, the root being the first. */
  depth: 32,
  /** Values in one plan, without the numbers that lie in arrays. */
  values: 20_000,
  /** Keys of all tables in a plan file, each name of a dotted key and of a table's header for itself. */
  keys: 10_000,
  /** Tables with a `_type` in one plan. */
  nodes: 2_000,
  /** Numbers in one array. */
  arrayNumbers: 100_000,
  /** Numbers in all arrays of one plan together. */
  allArrayNumbers: 100_000,
  /** Characters of a path such as `parameter.reco.reg[1].lambda`. */
  pathLength: 1_000,
  /** Problems that one check reports; a last one counts the rest. */
  problems: 200,
} as const;
