import { throwProblems, type Catalog } from '@rondel/contracts';
import type { PlanNode } from '../value/plan-value.js';
import { assignOne, assignParameters, type AppliedParameters, type Parameter } from '../set/set-parameters.js';
import { parsePath } from '../value/path.js';
import { problemsOf } from '../links/check-links.js';
import type { PlanRules } from './follow-links.js';
import { baseLinkFunctions, type LinkFunctions } from '../links/link-functions.js';
import { hasLinks } from '../links/links.js';
import { placeInPlan } from '../value/place.js';
import { followEdit, parameterPlaces, planRules, type Performed, type PlanState } from './plan-edit.js';

/** How links follow what is set. */
export interface LinkOptions {
  /** What links may compute. @default functions of `Base` */
  readonly functions?: LinkFunctions | undefined;
  /** Keys of links that follow no more, as a live plan or `applyParameters` has given them. @default none */
  readonly released?: Iterable<string> | undefined;
}

export interface LinkedParameters extends AppliedParameters {
  /** Keys of the links whose target was set by hand, now or before. */
  readonly released: readonly string[];
}

/**
 * Sets a property of a plan, as `setAll!` does in Julia. A bare name is set on every node that has it, at any depth; a
 * path such as `parameter.reco.reg[1].lambda` sets one. A table with `_type` replaces a node, `null` makes a property
 * *nothing*. The plan may be incomplete before and after. What follows the property through a link is set too.
 *
 * Throws `PLAN_UNKNOWN_PROPERTY` when no node has the property, with the nearest names in `details.nearest`;
 * `PLAN_INVALID_VALUE` when a node that has it does not take the value, or a link can't follow; and the codes of
 * `checkPlan` for what is wrong inside a node that is set.
 */
export function setAll(plan: PlanNode, { name, value }: Parameter, catalog: Catalog, options?: LinkOptions): PlanNode {
  const applied = applyParameters(plan, { [name]: value }, catalog, options);
  throwProblems(applied.problems);
  return applied.plan;
}

/**
 * Sets many properties, each as `setAll` does, and collects the problems of all instead of throwing. The order of the
 * record does not matter: nodes are set before plain values, bare names before paths and short paths before long ones,
 * so that a value meets the nodes it is meant for and the more specific one wins. `details.parameter` of a problem is the
 * name as given.
 *
 * Links (`_listener`) follow as in a live plan, once everything could be set: a property whose source is among what was set
 * gets what its function makes of it, unless it is set by hand itself, now or before (`released`). Links through functions
 * that are not in `functions` are problems.
 */
export function applyParameters(
  plan: PlanNode,
  parameters: Readonly<Record<string, unknown>>,
  catalog: Catalog,
  options: LinkOptions = {},
): LinkedParameters {
  const released = [...(options.released ?? [])];
  const applied = assignParameters(plan, parameters, catalog);
  const linked = Object.keys(parameters).length > 0 && hasLinks(applied.plan);
  if (!linked || applied.problems.length > 0) return { ...applied, released };
  const rules = planRules(catalog, options.functions ?? baseLinkFunctions);
  const edited = { tree: applied.plan, set: parameterPlaces(applied.plan, parameters, rules) };
  return followed({ tree: plan, released: new Set(released) }, edited, rules);
}

/**
 * Sets the one property that `name`, a path, leads to; unlike `setAll` also when the path is a bare name. The value is
 * checked and converted as the catalog says: plain JSON (see `planFromTree`) or a node. Links follow. Throws as `setAll`
 * does.
 */
export function setProperty(
  plan: PlanNode,
  parameter: Parameter,
  catalog: Catalog,
  options: LinkOptions = {},
): PlanNode {
  const rules = planRules(catalog, options.functions ?? baseLinkFunctions);
  const applied = assignOne(rules, plan, parameter);
  throwProblems(applied.problems);
  if (!hasLinks(applied.plan)) return applied.plan;
  const edited = { tree: applied.plan, set: [placeInPlan(applied.plan, parsePath(parameter.name))] };
  const made = followed({ tree: plan, released: new Set(options.released) }, edited, rules);
  throwProblems(made.problems);
  return made.plan;
}

function followed(state: PlanState, edited: Performed, rules: PlanRules): LinkedParameters {
  let next: PlanState = { ...state, tree: edited.tree };
  const problems = problemsOf(() => {
    next = followEdit(state, edited, rules).state;
  });
  return { plan: next.tree, problems, released: [...next.released] };
}
