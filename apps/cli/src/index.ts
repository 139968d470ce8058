export { exitCodeOfFailure, exitCodeOfJob, exitCodes, type ExitCode } from './shell/exit-code.js';
export { wholeProgram } from './shell/program.js';
export { run } from './shell/run.js';
export type { Terminal } from './terminal/context.js';
