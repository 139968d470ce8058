import { readJson } from '../json-reader.js';
import type { PlanValue } from '../plan-value.js';
import { jsonText } from '../print-json.js';
import { valueFromTree } from '../tree-reader.js';

/** One value of a plan as JSON that keeps integers and floats apart; `parseValue` reads it back. */
export function printValue(value: PlanValue): string {
  return jsonText(value, '');
}

/** Inverse of `printValue`. Throws `PLAN_SYNTAX`. */
export function parseValue(text: string): PlanValue {
  return valueFromTree(readJson(text), { numbers: 'exact' });
}
