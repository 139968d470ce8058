import type { SessionProperty } from '@rondel/contracts';
import { isRemote, transformValue, unwrapUnion, valueToTree, type PlanValue, type ValueTransform } from '@rondel/plan';

interface Property {
  readonly path: string;
  readonly version: number;
  readonly value: PlanValue | undefined;
}

/**
 * A property as it is sent: the value without the tags that Julia writes around it, *nothing* as `null`, what a transform
 * makes of it, or that it is missing.
 */
export function presentProperty(
  { path, version, value: tagged }: Property,
  transform: ValueTransform | undefined,
): SessionProperty {
  if (tagged === undefined) return { path, version, missing: true };
  const value = unwrapUnion(tagged);
  // What it stands for is known on a worker only.
  if (isRemote(value)) return { path, version, value: valueToTree(value), remote: true };
  if (transform === undefined) return { path, version, value: valueToTree(value) };
  return { path, version, transform, value: transformValue(value, transform) };
}
