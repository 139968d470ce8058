import { isRondelError, RondelError } from '@rondel/contracts';

/** A key whose value, or a part of it, Rondel has not written, and where that lies now. */
export interface MovedKey {
  readonly key: string;
  readonly aside: string;
  /** As 'a string', or 'no number'. */
  readonly held: string;
}

/** Redis was asked for a hash, say, where there is a string. Before Redis 7, what a script meets stands in the middle. */
const otherType = /(?:^|: -?)WRONGTYPE\b/;
const noNumber =
  /value is not an integer|value is not a valid float|value is not a float|not an integer or out of range/;
/** What a script does with values ends where these are not what it counts with. */
const inScript = /\buser_script\b/;

export type DamageSign = 'other-type' | 'no-number' | 'in-script';

/** What an answer of Redis says of what it holds; undefined where it says nothing of the kind. */
export function signOfDamage({ name, message }: Error): DamageSign | undefined {
  if (name !== 'ReplyError') return undefined;
  if (otherType.test(message)) return 'other-type';
  if (noNumber.test(message)) return 'no-number';
  return inScript.test(message) ? 'in-script' : undefined;
}

/** The words of the command that an answer was for, as ioredis notes them. */
export function commandWords(error: Error): { readonly name: string; readonly args: readonly unknown[] } {
  const command: unknown = 'command' in error ? error.command : undefined;
  if (typeof command !== 'object' || command === null) return { name: '', args: [] };
  const { name, args }: { name?: unknown; args?: unknown } = command;
  return { name: typeof name === 'string' ? name : '', args: Array.isArray(args) ? args : [] };
}

const lookedFor = Symbol('what was moved aside');

/** Lets whoever handles the error wait for what is done about it. */
export function noteLook(error: Error, look: Promise<readonly MovedKey[]>): void {
  Object.assign(error, { [lookedFor]: look });
}

/** What was moved aside for an error; nothing for one that is of something else. */
export async function movedFor(error: unknown): Promise<readonly MovedKey[]> {
  if (!(error instanceof Error) || !(lookedFor in error)) return [];
  return error[lookedFor] as Promise<readonly MovedKey[]>;
}

/** An answer of Redis that says that what it holds is damaged, as an error of ours; any other one as it is. */
export async function ofDamage(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || signOfDamage(error) === undefined) return error;
  const moved = await movedFor(error);
  const keys = [...new Set(moved.map(({ key }) => key))];
  if (keys.length > 0) {
    return new RondelError(
      'SERVICE_UNAVAILABLE',
      `${moved.map((each) => `The key ${each.key} in Redis is passed over: ${movedReason(each)}.`).join(' ')} Try again.`,
      {
        cause: error,
        details: { damagedKeys: keys },
      },
    );
  }
  const named = commandWords(error).args.filter((arg) => typeof arg === 'string' && arg.startsWith('{rondel}:'));
  const what = named.length === 0 ? 'a key' : named.slice(0, 3).join(' or ');
  return new RondelError(
    'SERVICE_UNAVAILABLE',
    `Redis holds something else at ${what} than Rondel has written there (${said(error)}). Look at it with redis-cli, and delete it or move it away with RENAME.`,
    { cause: error, details: { damagedKeys: named }, retryable: false },
  );
}

/** Why a key is passed over. */
export function movedReason({ aside, held }: MovedKey): string {
  return `it held ${held}, which Rondel has not written, and that lies at ${aside} now; look at it there and delete it`;
}

/** Keys of which an error says that they hold something else than they should. */
export function damagedKeysOf(error: unknown): readonly unknown[] {
  const keys = isRondelError(error) ? error.failure.details?.damagedKeys : undefined;
  return Array.isArray(keys) ? keys : [];
}

function said({ message }: Error): string {
  return message.replace(/\.? script: .*$/, '');
}
