/** Of this package, as its `package.json` has it: what was computed with other kernels and solvers is told by it. */
export const computeVersion = '0.1.0';
