import { RondelError } from '@rondel/contracts';
import { exitCodes } from './exit-code.js';
import { run } from './run.js';

/** Terminal and launcher may both pass on one Ctrl-C; a second one that comes later is meant. */
const sameInterruptMilliseconds = 2000;
/** What a library left open must not keep a finished command from ending. */
const lingerMilliseconds = 2000;

const interruption = new AbortController();
let interruptedAt: number | undefined;

function interrupt(): void {
  const now = performance.now();
  if (interruptedAt !== undefined && now - interruptedAt > sameInterruptMilliseconds) process.exit(exitCodes.cancelled);
  interruptedAt ??= now;
  interruption.abort(new RondelError('CANCELLED', 'Interrupted.'));
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
process.exitCode = await run(process.argv.slice(2), { environment, stdout, stderr, signal: interruption.signal });
if (process.connected) process.disconnect();
setTimeout(() => process.exit(), lingerMilliseconds).unref();
