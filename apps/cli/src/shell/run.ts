import { createContext, type GlobalOptions, type Terminal } from '../terminal/context.js';
import { exitCodes, type ExitCode } from './exit-code.js';
import { addCommands, createProgram } from './program.js';
import { reportError } from './report-error.js';
import type { RunAction } from './shell.js';

/** Runs one command line (without `node` and the script) and returns how the process has to exit. */
export async function run(parameters: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const json = wantsJson(parameters);
  let code: ExitCode = exitCodes.done;
  const runAction: RunAction = async (action) => {
    code = await action(createContext(terminal, program.opts<GlobalOptions>()));
  };
  const program = createProgram(terminal, json);
  try {
    await addCommands(program, runAction, parameters);
    await program.parseAsync([...parameters], { from: 'user' });
    return code;
  } catch (error) {
    return reportError(error, createContext(terminal, { json }));
  }
}

/** Known before parsing, as a usage error has to be reported in the form that was asked for. */
function wantsJson(parameters: readonly string[]): boolean {
  const end = parameters.indexOf('--');
  return parameters.slice(0, end < 0 ? undefined : end).includes('--json');
}
