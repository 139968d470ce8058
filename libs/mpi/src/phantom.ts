export type { MpiPhantomOptions } from './phantom/options.js';
export { simulateMpi, type MpiScan } from './phantom/simulation.js';
