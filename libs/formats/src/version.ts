/** Of this package, as its `package.json` has it: what was read by other readers is told by it. */
export const formatsVersion = '0.1.0';
