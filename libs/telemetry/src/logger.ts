import { hidePaths } from '@rondel/contracts';
import { destination, pino, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Fields that may name a person or hold raw data; they never reach a log. */
const redacted = [
  'plan',
  '*.plan',
  'data',
  '*.data',
  'parameters',
  '*.parameters',
  'req.headers.authorization',
  'req.headers.cookie',
];

/** Messages may quote references to data roots, whose paths may name a person as well. */
function withoutPaths(line: string): string {
  return line.includes('root://') ? `${JSON.stringify(hidePaths<unknown>(JSON.parse(line)))}\n` : line;
}

/** JSON lines on stderr, so that stdout stays free for what a command answers. */
export function createLogger(name: string, level: LogLevel = 'info'): Logger {
  const hooks = { streamWrite: withoutPaths };
  return pino(
    { name, level, hooks, redact: { paths: redacted, censor: '[redacted]' } },
    destination({ fd: 2, sync: true }),
  );
}
