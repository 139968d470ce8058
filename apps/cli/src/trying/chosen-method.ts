import type { Catalog } from '@rondel/contracts';
import { applyParameters, nodeAt, valueAt, type PlanNode } from '@rondel/plan';
import type { TrialSettings } from './trial-settings.js';

const property = 'parameter.reco.method';

/**
 * From where on sums keep whoever looks waiting: half a second on two processor cores, of which the Fourier grid takes a tenth. Below
 * it both take less than reading the slice and writing its picture.
 */
const mostSums = 2 ** 30;

/** What `rondel try` sets beside what it was told, by path; nothing where the plan or the values decide. */
export type ChosenValues = Readonly<Record<string, 'grid'>>;

/**
 * The Fourier grid for a slice that takes many sums, as a picture is looked at before the next value: where the plan with these
 * values reconstructs by filtered backprojection, says nothing of the method, and has no rays of its own.
 *
 * @param plan That of newcomers, who have not thought about methods.
 */
export function chosenMethod(
  plan: PlanNode,
  { sums = 0, catalog }: { readonly sums: number | undefined; readonly catalog: Catalog },
): (values: TrialSettings['values']) => ChosenValues {
  return (values) => {
    if (sums < mostSums) return {};
    const applied = applyParameters(plan, values, catalog);
    // What cannot be set the server says, of what was asked for.
    if (applied.problems.length > 0) return {};
    const reco = nodeAt(applied.plan, 'parameter.reco');
    const isOpen =
      reco?.type === 'RadonFilteredBackprojectionParameters' &&
      valueAt(reco, 'method') === undefined &&
      valueAt(reco, 'geometry') === undefined;
    return isOpen ? { [property]: 'grid' } : {};
  };
}

/** What a person is told of it. */
export const chosenMethodText = `For a slice as large as this one the method is a Fourier grid (${property}=grid): many times as fast as sums, and within 1 % (RMS) of them. For sums set ${property}=sums.`;
