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

/** JSON lines on stderr, so that stdout stays free for what a command answers. */
export function createLogger(name: string, level: LogLevel = 'info'): Logger {
  return pino({ name, level, redact: { paths: redacted, censor: '[redacted]' } }, destination({ fd: 2, sync: true }));
}
