import { RondelError } from '@rondel/contracts';
import { didYouMean, nearestNames } from '@rondel/plan';
import type { Registry } from '@rondel/reco';
import type { StagedPlan } from './placement.js';

/** What every plan may have beside the data. */
const always = ['data', 'angles'];

/**
 * Arrays of a submission that nothing would look at are slips, and would make another image than was meant. Only packages that
 * come with Rondel are known to declare all that they take.
 *
 * Throws `INVALID_REQUEST`.
 */
export function checkArrayNames(names: readonly string[], { packages }: StagedPlan, registry: Registry): void {
  if (names.every((name) => always.includes(name)) || packages.length > 0) return;
  const declared = registry.catalog.nodes.flatMap(({ type }) => {
    const node = registry.definition(type);
    return node.kind === 'step' ? Object.keys(node.companions ?? {}) : [];
  });
  const known = [...new Set([...always, ...declared])];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new RondelError(
    'INVALID_REQUEST',
    `data.${unknown}: no step takes an array of this name; there are ${known.join(', ')}.${didYouMean(nearestNames(unknown, known))}`,
    { at: `data.${unknown}` },
  );
}
