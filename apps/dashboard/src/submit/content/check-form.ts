import type { Catalog, Problem } from '@rondel/contracts';
import { applyParameters, checkPlan } from '@rondel/plan';
import { planProblems, type ChosenPlan } from './chosen-plan.js';
import { placeProblems, type PreparedSubmission } from './submission.js';
import type { JobFields } from './job-fields.js';
import { varyFieldName } from './vary-field.js';
import type { PreparedSweep } from './vary.js';

/** Values of one property that are tried; the server tries all of them. */
const mostTried = 100;

interface CheckedForm {
  readonly job: JobFields;
  readonly chosen: ChosenPlan;
  readonly prepared: PreparedSubmission;
  readonly sweep: PreparedSweep | undefined;
}

/**
 * All that is wrong with the form, as far as it can be known here, each at its field: what cannot be read, what the plan
 * forbids, and values of a sweep.
 */
export function checkForm({ job, chosen, prepared, sweep }: CheckedForm, catalog: Catalog) {
  const parameters = prepared.submission.parameters ?? {};
  const vary = sweep?.submission.vary ?? [];
  const varied = vary.map(({ path }) => path);
  const firsts = Object.fromEntries(vary.map(({ path, values }) => [path, values[0]]));
  const places = { groups: chosen.groups, arrays: job.arrays, varied };
  const { placed, others } = placeProblems(planProblems(chosen, { ...parameters, ...firsts }, catalog), places);
  const ofValues: Record<string, string> = {};
  for (const [position, { path, values }] of vary.entries()) {
    const wrong = values
      .slice(0, mostTried)
      .flatMap((value) => valueProblems(chosen, { ...parameters, [path]: value }, catalog));
    const own = wrong.find(({ at }) => at === path);
    if (own !== undefined) ofValues[varyFieldName(position)] = own.message;
  }
  // What cannot be read is said as it was typed.
  return { problems: { ...placed, ...ofValues, ...(sweep?.problems ?? prepared.problems) }, others };
}

function valueProblems(
  { node }: ChosenPlan,
  parameters: Readonly<Record<string, unknown>>,
  catalog: Catalog,
): readonly Problem[] {
  if (node === undefined) return [];
  const { plan, problems } = applyParameters(node, parameters, catalog);
  return [...problems, ...checkPlan(plan, catalog)];
}
