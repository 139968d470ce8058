import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { clearInterval, setInterval } from 'node:timers';

/** On a terminal the line counts every second; a log gets a new line now and then. */
const tickMilliseconds = { terminal: 1000, log: 20_000 };

/**
 * Runs a command without showing its output, with a line that counts the seconds; a failure shows all of it.
 * Resolves to the exit code.
 */
export async function runQuietly(title, command, options) {
  const started = performance.now();
  const every = process.stderr.isTTY ? tickMilliseconds.terminal : tickMilliseconds.log;
  const tick = setInterval(() => showSeconds(title, started), every);
  process.stderr.write(process.stderr.isTTY ? `${title} ...` : `${title} ...\n`);
  const { code, output } = await run(command, { ...options, show: false });
  clearInterval(tick);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const verdict = code === 0 ? 'done' : 'FAILED';
  process.stderr.write(`${process.stderr.isTTY ? '\r\x1b[K' : ''}${title}: ${verdict} in ${seconds} s\n`);
  if (code !== 0) process.stderr.write(`${output.trimEnd()}\n`);
  return code;
}

/** Runs a command and shows its output as it comes. Resolves to the exit code and the output. */
export function runShown(title, command, options) {
  process.stderr.write(`\n== ${title}\n`);
  return run(command, { ...options, show: true });
}

/** Runs a command on this terminal, passes signals on and resolves to its exit code. */
export function runAttached(command, { cwd, environment = process.env }) {
  const child = spawn(command[0], command.slice(1), { cwd, env: environment, stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const pass = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, pass);
  const watch = watchShellOfNpm(() => pass('SIGTERM'));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`${command[0]} could not be started: ${error.message}\n`);
      resolve(1);
    });
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      for (const name of signals) process.off(name, pass);
      resolve(exitCode(code, signal));
    });
  });
}

/**
 * npm runs a script through a shell and passes SIGTERM to that shell alone, which dies and tells nobody: a changed
 * parent is then all that can be noticed.
 */
function watchShellOfNpm(gone) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    gone();
  }, 500);
  return watch;
}

function run(command, { cwd, environment = process.env, show }) {
  const child = spawn(command[0], command.slice(1), { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const pass = (signal) => child.kill(signal);
  process.on('SIGINT', pass).on('SIGTERM', pass);
  let output = '';
  for (const [stream, target] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
      if (show) target.write(text);
    });
  }
  return new Promise((resolve) => {
    const end = (code) => {
      process.off('SIGINT', pass).off('SIGTERM', pass);
      resolve({ code, output });
    };
    child.once('error', (error) => {
      output += `${command[0]} could not be started: ${error.message}\n`;
      end(1);
    });
    child.once('close', (code, signal) => end(exitCode(code, signal)));
  });
}

/** As shells do: 128 and the number of the signal. */
function exitCode(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0);
}

function showSeconds(title, started) {
  const line = `${title} ... ${Math.round((performance.now() - started) / 1000)} s`;
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
}
