export { exitCodeOfFailure, exitCodeOfJob, exitCodes, type ExitCode } from './exit-code.js';
export { run } from './run.js';
export { type Terminal } from './context.js';
