import { readJson } from '../text/json-reader.js';
import type { PlanValue } from '../value/plan-value.js';
import { jsonText } from '../text/print-json.js';
import { valueFromTree } from '../text/tree-reader.js';

/** One value of a plan as JSON that keeps integers and floats apart; `parseValue` reads it back. */
export function printValue(value: PlanValue): string {
  return jsonText(value, '');
}

/** Inverse of `printValue`. Throws `PLAN_SYNTAX`. */
export function parseValue(text: string): PlanValue {
  return valueFromTree(readJson(text), { numbers: 'exact' });
}
