import { RondelError } from '@rondel/contracts';
import { listFacts, type LookAtList } from '../value/list-facts.js';
import { planLimits } from '../value/limits.js';
import { isList, type PlanNode, type PlanValue } from '../value/plan-value.js';
import { tableEntries } from './tree-writer.js';

interface Size {
  readonly look: LookAtList;
  values: number;
  nodes: number;
  arrayNumbers: number;
}

/**
 * Holds a plan that was edited against `planLimits`: one value set on many nodes is shared in memory, but not where the
 * plan is printed or hashed. Throws `PLAN_INVALID_VALUE`.
 */
export function checkSize(plan: PlanNode, look: LookAtList = listFacts): void {
  measure(plan, { look, values: 0, nodes: 0, arrayNumbers: 0 }, 1);
}

function measure(value: PlanValue, size: Size, depth: number): void {
  size.values += 1;
  const nested = typeof value === 'object';
  if (nested && depth > planLimits.depth) throw tooMuch(`${planLimits.depth} tables and arrays inside each other`);
  if (nested) measureInside(value, size, depth);
  if (size.nodes > planLimits.nodes) throw tooMuch(`${planLimits.nodes} nodes`);
  if (size.values > planLimits.values) throw tooMuch(`${planLimits.values} values`);
  if (size.arrayNumbers > planLimits.allArrayNumbers) throw tooMuch(`${planLimits.allArrayNumbers} numbers in arrays`);
}

function tooMuch(limit: string): RondelError {
  return new RondelError('PLAN_INVALID_VALUE', `With this value the plan would have more than ${limit}.`);
}

function measureInside(value: Exclude<PlanValue, boolean | string | number | bigint>, size: Size, depth: number): void {
  if (!isList(value)) {
    if (value.kind === 'node') size.nodes += 1;
    for (const [, entry] of tableEntries(value)) measure(entry, size, depth + 1);
    return;
  }
  const { nested, numbers } = size.look(value);
  size.arrayNumbers += numbers;
  if (!nested) {
    size.values += value.length - numbers;
    return;
  }
  for (const item of value) if (typeof item !== 'number' && typeof item !== 'bigint') measure(item, size, depth + 1);
}
