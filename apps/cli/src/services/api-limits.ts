import type { Command } from 'commander';
import { duration, parsed, byteSize } from './store-policy.js';
import { integerBetween } from '../shell/shell.js';

/** Options of `rondel api` and variables of its environment that bound what submissions and uploads take. */
export interface LimitOptions {
  /** Seconds of an attempt whose submission sets none, above 0. @default 43200 */
  readonly defaultTime?: number;
  /** Seconds that a submission may set for an attempt, above 0, at most 604800. @default 604800 */
  readonly maxTime?: number;
  /** Bytes of an image. @default 64 GiB */
  readonly maxOutput?: number;
  /** Live plans at once, 1 to 100,000. @default 1000 */
  readonly maxSessions?: number;
  /** Bytes of all live plans together. @default 256 MiB */
  readonly maxSessionBytes?: number;
  /** Bytes of an upload. @default 64 GiB */
  readonly maxUpload?: number;
  /** Open uploads at once, 1 to 100,000. @default 512 */
  readonly maxOpenUploads?: number;
  /** Bytes of all open uploads together. @default 1 TiB */
  readonly maxOpenUploadBytes?: number;
  /** Bytes that uploads leave free on the disk of the store. @default 256 MiB, or a twentieth of a smaller disk */
  readonly minFree?: number;
}

const mostUploads = integerBetween(1, 100_000);
const mostSessions = integerBetween(1, 100_000);
/** The longest time that a submission can ask for. */
const longestSeconds = 604_800;

export function addLimitOptions(command: Command): Command {
  return command
    .option(
      '--default-time <time>',
      'time of an attempt whose submission sets none, 12h (RONDEL_DEFAULT_TIME)',
      duration,
    )
    .option(
      '--max-time <time>',
      'longest time that a submission may set for an attempt, 7d (RONDEL_MAX_TIME)',
      duration,
    )
    .option('--max-output <size>', 'largest image that a job may write, 64GiB (RONDEL_MAX_OUTPUT)', byteSize)
    .option('--max-sessions <n>', 'live plans that may exist at once, 1000 (RONDEL_MAX_SESSIONS)', mostSessions)
    .option(
      '--max-session-bytes <size>',
      'bytes of all live plans together, 256MiB, a sixteenth of that for one (RONDEL_MAX_SESSION_BYTES)',
      byteSize,
    )
    .option('--max-upload <size>', 'largest upload, 64GiB (RONDEL_MAX_UPLOAD)', byteSize)
    .option(
      '--max-open-uploads <n>',
      'uploads that may be open at once, 512, an eighth of that for one submitter (RONDEL_MAX_OPEN_UPLOADS)',
      mostUploads,
    )
    .option(
      '--max-open-upload-bytes <size>',
      'bytes that all open uploads may hold together, 1TiB, a quarter of that for one submitter (RONDEL_MAX_OPEN_UPLOAD_BYTES)',
      byteSize,
    )
    .option(
      '--min-free <size>',
      'room on the disk of the store that uploads leave, 256MiB or a twentieth of a smaller disk (RONDEL_MIN_FREE)',
      byteSize,
    );
}

/** What is set; the rest is the API's own. Throws `INVALID_REQUEST` for a variable that cannot be read. */
export function limitsOf(options: LimitOptions, environment: NodeJS.ProcessEnv) {
  const from = (option: number | undefined, name: string, parse: (text: string) => number) =>
    option ?? parsed(name, environment[name], parse);
  const maxSeconds = from(options.maxTime, 'RONDEL_MAX_TIME', duration);
  const defaultSeconds = from(options.defaultTime, 'RONDEL_DEFAULT_TIME', duration);
  const maxOutputBytes = from(options.maxOutput, 'RONDEL_MAX_OUTPUT', byteSize);
  const sessions = from(options.maxSessions, 'RONDEL_MAX_SESSIONS', mostSessions);
  const sessionBytes = from(options.maxSessionBytes, 'RONDEL_MAX_SESSION_BYTES', byteSize);
  const maxUploadBytes = from(options.maxUpload, 'RONDEL_MAX_UPLOAD', byteSize);
  const inAll = from(options.maxOpenUploads, 'RONDEL_MAX_OPEN_UPLOADS', mostUploads) ?? 512;
  const bytes = from(options.maxOpenUploadBytes, 'RONDEL_MAX_OPEN_UPLOAD_BYTES', byteSize) ?? 2 ** 40;
  const leastFreeBytes = from(options.minFree, 'RONDEL_MIN_FREE', byteSize);
  return {
    ...(maxSeconds !== undefined && { maxSeconds: Math.min(maxSeconds, longestSeconds) }),
    ...(defaultSeconds !== undefined && { defaultSeconds }),
    ...(maxOutputBytes !== undefined && { maxOutputBytes }),
    ...(sessions !== undefined && { sessions }),
    ...(sessionBytes !== undefined && { sessionBytes }),
    ...(maxUploadBytes !== undefined && { maxUploadBytes }),
    openUploads: { ofOne: Math.ceil(inAll / 8), inAll, bytes, bytesOfOne: Math.ceil(bytes / 4) },
    ...(leastFreeBytes !== undefined && { leastFreeBytes }),
  };
}
