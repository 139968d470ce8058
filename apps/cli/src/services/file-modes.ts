import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { RondelError } from '@rondel/contracts';

export interface UmaskOption {
  readonly umask?: number;
}

/** Nobody but the account that runs Rondel: raw data and images are somebody's. */
const privateUmask = 0o077;

export function addUmask(command: Command): Command {
  return command.option(
    '--umask <octal>',
    'permissions that files in the store do not get: 0077 keeps them to this account, 0027 lets its group read, 0007 shares them with it (RONDEL_UMASK)',
    octal,
  );
}

/** All that this process and those it starts write from now on. Throws `INVALID_REQUEST` for a variable that is no mask. */
export function applyUmask({ umask }: UmaskOption, { RONDEL_UMASK: text }: NodeJS.ProcessEnv): void {
  process.umask(umask ?? variable(text) ?? privateUmask);
}

export function umaskParameters({ umask }: UmaskOption): string[] {
  return umask === undefined ? [] : ['--umask', umask.toString(8).padStart(4, '0')];
}

function variable(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  try {
    return octal(text.trim());
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new RondelError('INVALID_REQUEST', `RONDEL_UMASK=${text}: ${error.message}`, { cause: error });
  }
}

function octal(text: string): number {
  // What the account itself may not read would be of no use to it.
  if (/^0?0[0-7]{2}$/.test(text)) return parseInt(text, 8);
  throw new InvalidArgumentError('It must be octal and take nothing from the account itself, such as 0077 or 0027.');
}
