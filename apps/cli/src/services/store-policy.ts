import { InvalidArgumentError } from 'commander';
import { RondelError, type StorePolicy } from '@rondel/contracts';

const secondsPer = { m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
const bytesPer = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;

/** Options of `rondel api` and variables of its environment that say how long things stay. */
export interface KeepOptions {
  /** Seconds after its last use that an image stays, above 0. @default for ever */
  readonly keepResults?: number;
  /** Seconds after its last use that an upload stays, above 0. @default for ever */
  readonly keepUploads?: number;
  /** Seconds that the record of an ended job stays, above 0. @default for ever */
  readonly keepRecords?: number;
  /** Bytes above which the oldest go. @default none */
  readonly storeLimit?: number;
}

/** `90m`, `36h`, `30d`, `52w` as seconds. */
export function duration(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(text.trim()) ?? [];
  const seconds = Number(number) * secondsPer[unit as keyof typeof secondsPer];
  if (number !== '' && seconds > 0) return seconds;
  throw new InvalidArgumentError('It must be a time above 0 such as 90m, 36h, 30d or 52w.');
}

/** `500GiB` as bytes; B, KiB, MiB, GiB and TiB are known. */
export function byteSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s?(B|KiB|MiB|GiB|TiB)$/.exec(text.trim()) ?? [];
  const bytes = Math.floor(Number(number) * bytesPer[unit as keyof typeof bytesPer]);
  if (number !== '' && Number.isSafeInteger(bytes)) return bytes;
  throw new InvalidArgumentError('It must be a size such as 800MiB, 500GiB or 2TiB.');
}

/** What is neither an option nor in the environment stays for ever. Throws `INVALID_REQUEST` for a variable that is neither time nor size. */
export function storePolicy(options: KeepOptions, environment: NodeJS.ProcessEnv): StorePolicy {
  const variable = (name: string, parse: (text: string) => number) => parsed(name, environment[name], parse);
  const keepResultsSeconds = options.keepResults ?? variable('RONDEL_KEEP_RESULTS', duration);
  const keepUploadsSeconds = options.keepUploads ?? variable('RONDEL_KEEP_UPLOADS', duration);
  const keepRecordsSeconds = options.keepRecords ?? variable('RONDEL_KEEP_RECORDS', duration);
  const storeLimitBytes = options.storeLimit ?? variable('RONDEL_STORE_LIMIT', byteSize);
  return {
    ...(keepResultsSeconds !== undefined && { keepResultsSeconds }),
    ...(keepUploadsSeconds !== undefined && { keepUploadsSeconds }),
    ...(keepRecordsSeconds !== undefined && { keepRecordsSeconds }),
    ...(storeLimitBytes !== undefined && { storeLimitBytes }),
  };
}

/** Throws `INVALID_REQUEST` with the name of the variable for what `parse` refuses. */
export function parsed<T>(name: string, text: string | undefined, parse: (text: string) => T): T | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new RondelError('INVALID_REQUEST', `${name}=${text}: ${error.message}`, { cause: error });
  }
}
