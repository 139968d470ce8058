import type { PlanFormat } from './parse-plan.js';
import type { PlanNode } from './plan-value.js';
import { printJson } from './print-json.js';
import { printToml } from './print-toml.js';

/**
 * The text of a plan, which `parsePlan` reads back to the same plan: tags, unknown properties, number kinds and the order
 * of keys are kept. In TOML, values that need a table of their own move behind the plain ones of their node;
 * keys that are whole numbers, which no property has, move to the front when read.
 */
export function printPlan(plan: PlanNode, format: PlanFormat): string {
  return format === 'json' ? printJson(plan) : printToml(plan);
}
