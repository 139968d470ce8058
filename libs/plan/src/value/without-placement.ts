import { isList, isNode, isTable, isUnion, type PlanNode, type PlanValue } from './plan-value.js';
import { wrapperOf } from './wrapper.js';

/** A plan without the property `worker` of its wrappers: where it runs is no part of what is saved. */
export function withoutPlacement(plan: PlanNode): PlanNode {
  const places = wrapperOf(plan)?.places === true;
  const kept = places ? [...plan.properties].filter(([key]) => key !== 'worker') : [...plan.properties];
  return { ...plan, properties: new Map(strippedEntries(kept)) };
}

function stripped(value: PlanValue): PlanValue {
  if (isNode(value)) return withoutPlacement(value);
  if (isList(value)) return value.some((item) => typeof item === 'object') ? value.map(stripped) : value;
  if (isUnion(value)) return { ...value, value: stripped(value.value) };
  return isTable(value) ? { ...value, entries: new Map(strippedEntries([...value.entries])) } : value;
}

function strippedEntries(entries: readonly (readonly [string, PlanValue])[]) {
  return entries.map(([key, value]): readonly [string, PlanValue] => [key, stripped(value)]);
}
