import { parse, TomlError } from 'smol-toml';
import { planLimits } from '../value/limits.js';
import { textError } from './text-position.js';

const greekLetter = /\p{Script=Greek}|µ/u;

/**
 * Reads TOML 1.0 for plans: integers become `bigint` and floats `number`, so `1` and `1.0` stay apart. Tables have no
 * prototype; a key given twice and keys such as `__proto__` are refused.
 *
 * Throws `PLAN_SYNTAX` with `details.line` and `details.column`.
 */
export function readToml(text: string): unknown {
  try {
    return parse(text, { integersAsBigInt: true, unsafeKeyBehaviour: 'throw', maxDepth: planLimits.depth });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw textError({ text, line: error.line, column: error.column, reason: reasonOf(error, text) });
  }
}

function reasonOf(error: TomlError, text: string): string {
  const reason = (error.message.split('\n', 1)[0] ?? '').replace(/^Invalid TOML document: /, '');
  const character =
    text
      .split('\n', error.line)
      .at(-1)
      ?.slice(error.column - 1) ?? '';
  if (!reason.includes('character in key') || character.search(greekLetter) !== 0) return reason;
  return `${reason} (TOML wants a Greek name in quotes: "λ" = 0.1; or spell it out: lambda = 0.1)`;
}
