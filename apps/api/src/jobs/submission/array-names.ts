import { isLinkedName, linkedName, RondelError } from '@rondel/contracts';
import { didYouMean, nearestNames } from '@rondel/plan';
import type { Registry } from '@rondel/reco';
import type { StagedPlan } from './stage-placement.js';

/** What every plan may have beside the data. */
const always = ['data', 'angles', linkedName];

/** Names of a submission's data, and of the properties of one plan that hold data files. */
export interface DataNames {
  readonly arrays: readonly string[];
  readonly files: readonly string[];
}

/**
 * Arrays of a submission that nothing would look at are slips, and would make another image than was meant. Only packages that
 * come with Rondel are known to declare all that they take.
 *
 * @returns Throws `INVALID_REQUEST` for a plan that takes no array of one of these names.
 */
export function openArrayNames(registry: Registry): (plan: StagedPlan, names: DataNames) => void {
  let declared: readonly string[] | undefined;
  return ({ packages }, { arrays, files }) => {
    const others = arrays.filter((name) => !always.includes(name) && !isLinkedName(name));
    if (others.length === 0 || packages.length > 0) return;
    const known = [...new Set([...always, ...(declared ??= declaredIn(registry)), ...files])];
    const unknown = others.find((name) => !known.includes(name));
    if (unknown === undefined) return;
    throw new RondelError(
      'INVALID_REQUEST',
      `data.${unknown}: no step takes an array of this name; there are ${known.join(', ')}.${didYouMean(nearestNames(unknown, known))}`,
      { at: `data.${unknown}` },
    );
  };
}

function declaredIn(registry: Registry): string[] {
  return registry.catalog.nodes.flatMap(({ type }) => {
    const node = registry.definition(type);
    return node.kind === 'step' ? Object.keys(node.companions ?? {}) : [];
  });
}
