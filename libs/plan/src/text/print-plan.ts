import type { PlanFormat } from './parse-plan.js';
import type { PlanNode } from '../value/plan-value.js';
import { printJson } from './print-json.js';
import { printToml } from './print-toml.js';
import { withoutPlacement } from '../value/without-placement.js';

export interface PrintOptions {
  /** Write the property `worker` of wrappers too: for files that say where a plan runs. @default false */
  readonly keepPlacement?: boolean;
}

/**
 * The text of a plan, which `parsePlan` reads back to the same plan: tags, unknown properties, number kinds and the order
 * of keys are kept. In TOML, values that need a table of their own move behind the plain ones of their node;
 * keys that are whole numbers, which no property has, move to the front when read. As in Julia, a saved plan does not
 * say where it runs: `worker` of a wrapper is left out unless `keepPlacement` is set.
 */
export function printPlan(plan: PlanNode, format: PlanFormat, options: PrintOptions = {}): string {
  const kept = options.keepPlacement === true ? plan : withoutPlacement(plan);
  return format === 'json' ? printJson(kept) : printToml(kept);
}
