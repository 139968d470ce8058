import { RondelError, type NewSession, type Problem, type Submission } from '@rondel/contracts';
import { checkPlan, parsePlan, planFromTree, toTree, withDefaults, type PlanNode } from '@rondel/plan';
import { validatePlan, type Registry } from '@rondel/reco';
import { findArchive } from './job-view.js';
import type { RouteServices } from './services.js';

type PlanSource = Submission['plan'] | NewSession['plan'];

/** A plan from wherever a request says it is. Throws `PLAN_SYNTAX`, and `NOT_FOUND` for names, sessions and jobs. */
export async function readPlan(source: PlanSource, services: RouteServices): Promise<PlanNode> {
  if (typeof source === 'string') return parsePlan(source, { format: 'toml' });
  if ('_type' in source) return planFromTree(source);
  if ('name' in source && typeof source.name === 'string') {
    return parsePlan(services.registry.plan(source.name).toml, { format: 'toml' });
  }
  if ('session' in source && typeof source.session === 'string') {
    return (await services.plans.read(source.session)).plan.tree;
  }
  if ('job' in source && typeof source.job === 'string') {
    return planFromTree((await findArchive(source.job, services)).work.plan);
  }
  throw new RondelError('INVALID_REQUEST', 'The plan is neither TOML, a tree with _type, nor a reference to one.');
}

/** All that keeps a plan from being built: first what the catalog says, then what its packages say of the whole. */
export function planProblems(plan: PlanNode, registry: Registry): readonly Problem[] {
  const problems = checkPlan(plan, registry.catalog);
  if (problems.length > 0) return problems;
  return validatePlan(toTree(withDefaults(plan, registry.catalog)), registry);
}
