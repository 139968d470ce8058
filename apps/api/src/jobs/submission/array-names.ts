import { RondelError } from '@rondel/contracts';
import { didYouMean, nearestNames } from '@rondel/plan';
import type { Registry } from '@rondel/reco';
import type { StagedPlan } from './stage-placement.js';

/** What every plan may have beside the data. */
const always = ['data', 'angles'];

/**
 * Arrays of a submission that nothing would look at are slips, and would make another image than was meant. Only packages that
 * come with Rondel are known to declare all that they take.
 *
 * @param names Of the arrays of a submission, whatever its plans.
 * @returns Throws `INVALID_REQUEST` for a plan that takes no array of one of these names.
 */
export function openArrayNames(names: readonly string[], registry: Registry): (plan: StagedPlan) => void {
  const others = names.filter((name) => !always.includes(name));
  const known = others.length === 0 ? always : [...new Set([...always, ...declaredIn(registry)])];
  const unknown = others.find((name) => !known.includes(name));
  return ({ packages }) => {
    if (unknown === undefined || packages.length > 0) return;
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
