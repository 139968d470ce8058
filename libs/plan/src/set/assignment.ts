import { isRondelError, RondelError, type JsonValue } from '@rondel/contracts';
import { planLimits } from '../value/limits.js';
import { parsePath } from '../value/path.js';
import { quote } from '../value/text.js';
import { readToml } from '../text/toml-reader.js';
import { valueFromTree } from '../text/tree-reader.js';
import { valueToTree } from '../text/tree-writer.js';

/**
 * Reads `name=value` of a command line. The name is a bare name or a path. The value is read as a TOML value (`5`, `1.0`,
 * `true`, `[1, 2]`, `{ _type = "..." }`, `"text"`, `inf`), and taken as a string when it is not one. The result is plain
 * JSON, fit for `setAll` and for the `parameters` of a submission.
 *
 * Throws `PLAN_SYNTAX` when there is no `=`, the name is no path, or the value is beyond what a plan can hold.
 */
export function parseAssignment(text: string): { readonly name: string; readonly value: JsonValue } {
  if (text.length > planLimits.textLength) {
    throw new RondelError('PLAN_SYNTAX', `An assignment has at most ${planLimits.textLength} characters.`);
  }
  const equals = equalsSign(text);
  const name = text.slice(0, Math.max(0, equals)).trim();
  if (name === '') {
    throw new RondelError('PLAN_SYNTAX', `${quote(text)} sets nothing. Write name=value, e.g. iterations=20.`);
  }
  parsePath(name);
  const value = valueFromTree(readTomlValue(text.slice(equals + 1)), { path: name, numbers: 'exact' });
  return { name, value: valueToTree(value) };
}

/** Position of the first `=` outside a quoted name. */
function equalsSign(text: string): number {
  const quoted = /^(?:[^"=]|"(?:[^"\\]|\\.)*")*=/.exec(text);
  return quoted === null ? text.indexOf('=') : quoted[0].length - 1;
}

function readTomlValue(text: string): unknown {
  try {
    const table = readToml(`value = ${text}`);
    const entries = Object.entries(typeof table === 'object' && table !== null ? table : {});
    // A line break in the text could have begun a second entry; then it was never one value.
    const [entry] = entries;
    if (entries.length === 1 && entry !== undefined && !(entry[1] instanceof Date)) return entry[1];
  } catch (error) {
    if (!isRondelError(error) || error.code !== 'PLAN_SYNTAX') throw error;
  }
  return text.trim();
}
