import { getEventListeners } from 'node:events';
import { RondelError } from '@rondel/contracts';
import { exitCodes } from './shell/exit-code.js';
import { run } from './shell/run.js';

/** Terminal and launcher may both pass on one Ctrl-C; a second one that comes later is meant. */
const sameInterruptMilliseconds = 2000;
/** What a library left open must not keep a finished command from ending. */
const lingerMilliseconds = 2000;

const interruption = new AbortController();
const haste = new AbortController();
let interruptedAt: number | undefined;

function interrupt(): void {
  const now = performance.now();
  if (interruptedAt !== undefined && now - interruptedAt <= sameInterruptMilliseconds) return;
  const again = interruptedAt !== undefined;
  interruptedAt = now;
  if (!again) interruption.abort(new RondelError('CANCELLED', 'Interrupted.'));
  // A service hands back what it runs; a command has nothing to put in order, nor has a service that was told twice.
  else if (!haste.signal.aborted && getEventListeners(haste.signal, 'abort').length > 0) haste.abort();
  else process.exit(exitCodes.cancelled);
}

process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
process.on('SIGHUP', interrupt);
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader, e.g. `head`, has seen enough.
  if (error.code === 'EPIPE') process.exit(exitCodes.done);
  throw error;
});

const { env: environment, stdout, stderr } = process;
process.exitCode = await run(process.argv.slice(2), {
  environment,
  stdin: () => process.stdin,
  stdout,
  stderr,
  signal: interruption.signal,
  haste: haste.signal,
});
if (process.connected) process.disconnect();
setTimeout(() => process.exit(), lingerMilliseconds).unref();
