import { toFailure, type Catalog, type Problem, type Submission } from '@rondel/contracts';
import { applyParameters, checkPlan, ignoredProperties, parsePlan, printPlan, type PlanNode } from '@rondel/plan';
import { formOfPlan, type FieldGroup, type FieldTexts } from '../../fields/plan-fields.js';
import type { JobFields } from './job-fields.js';

/** What `JobFields` has for the plan when it is none of the built-in ones. */
export const ownPlan = '';
/** What it has for a live plan. */
export const livePlanChoice = 'live plan';

/** A live plan as it was when the form was opened. */
export interface SessionPlan {
  readonly id: string;
  readonly node: PlanNode;
}

/** The plan that the form is about. */
export interface ChosenPlan {
  /** What is submitted; absent while the text is no plan. */
  readonly source?: Submission['plan'];
  readonly node?: PlanNode;
  readonly groups: readonly FieldGroup[];
  /** Why the text is no plan. */
  readonly problems: readonly Problem[];
}

/** A built-in plan, a live one, or what a person has written. */
export function choosePlan(
  { plan, planText }: Pick<JobFields, 'plan' | 'planText'>,
  catalog: Catalog,
  session?: SessionPlan,
): ChosenPlan {
  if (plan === ownPlan) return readOwnPlan(planText, catalog);
  if (plan === livePlanChoice && session !== undefined) {
    const { id, node } = session;
    return { source: { session: id }, node, groups: formOfPlan(node, catalog), problems: [] };
  }
  const toml = catalog.plans.find(({ name }) => name === plan)?.toml;
  if (toml === undefined) return { groups: [], problems: [] };
  const node = parsePlan(toml, { format: 'toml' });
  return { source: { name: plan }, node, groups: formOfPlan(node, catalog), problems: [] };
}

/** The plan with the fields that there are once the form says this: what is chosen decides which others there are. */
export function withTexts(chosen: ChosenPlan, texts: FieldTexts, catalog: Catalog): ChosenPlan {
  const { node } = chosen;
  return node === undefined ? chosen : { ...chosen, groups: formOfPlan(node, catalog, texts) };
}

function readOwnPlan(text: string, catalog: Catalog): ChosenPlan {
  if (text.trim() === '') return { groups: [], problems: [] };
  try {
    const node = parsePlan(text);
    // JSON would lose which numbers are floats on its way through the API.
    return { source: printPlan(node, 'toml'), node, groups: formOfPlan(node, catalog), problems: [] };
  } catch (error) {
    const failure = toFailure(error);
    return { groups: [], problems: failure.problems ?? [failure] };
  }
}

/** All that keeps a plan from running once the parameters are set; the API will say the same. */
export function planProblems(
  { node, problems }: ChosenPlan,
  parameters: Readonly<Record<string, unknown>>,
  catalog: Catalog,
): readonly Problem[] {
  if (node === undefined) return problems;
  const applied = applyParameters(node, parameters, catalog);
  return [
    ...applied.problems.filter((problem) => !followedByServer(problem, catalog)),
    ...checkPlan(applied.plan, catalog),
  ];
}

/** Functions of packages that links name are at the server, which knows them by name. */
function followedByServer({ details }: Problem, { linkFunctions = [] }: Catalog): boolean {
  const name = details?.function;
  return typeof name === 'string' && linkFunctions.includes(name);
}

/** Fields of the plan that no package knows: they stay in it and have no effect. */
export function planWarnings({ node }: ChosenPlan, catalog: Catalog): readonly Problem[] {
  return node === undefined ? [] : ignoredProperties(node, catalog);
}
