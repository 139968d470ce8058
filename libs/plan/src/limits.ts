/** Bounds on everything that comes from outside. A plan beyond them is refused, never cut. */
export const planLimits = {
  /** UTF-16 code units of a plan file. */
  textLength: 8_388_608,
  /** Tables and arrays inside each other, the root being the first. */
  depth: 32,
  /** Values in one plan, without the numbers that lie in arrays. */
  values: 100_000,
  /** Tables with a `_type` in one plan. */
  nodes: 2_000,
  /** Numbers in one array. */
  arrayNumbers: 4_000_000,
  /** Numbers in all arrays of one plan together. */
  allArrayNumbers: 4_000_000,
  /** Characters of a path such as `parameter.reco.reg[1].lambda`. */
  pathLength: 1_000,
  /** Problems that one check reports; a last one counts the rest. */
  problems: 200,
} as const;
