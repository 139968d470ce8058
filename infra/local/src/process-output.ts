import { spawn } from 'node:child_process';

export interface ProgramResult {
  readonly code: number | null;
  /** Standard output and error, interleaved; the last 64 KiB. */
  readonly output: string;
}

export interface ProgramOptions {
  readonly environment?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutMilliseconds: number;
}

const keptOutput = 65_536;

/** Runs a program to its end. A program that can't be started or runs too long has the code `null`. */
export function runProgram(
  command: string,
  parameters: readonly string[],
  { environment = process.env, cwd, timeoutMilliseconds }: ProgramOptions,
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(command, parameters, {
      env: environment,
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMilliseconds,
      killSignal: 'SIGKILL',
    });
    let output = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-keptOutput);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => resolve({ code: null, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** The end of a program's output, for a message. */
export function lastLines(output: string, count = 4): string {
  return output.trim().split('\n').slice(-count).join(' | ');
}
