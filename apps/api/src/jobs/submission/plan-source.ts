import { RondelError, type NewSession, type Problem, type Submission } from '@rondel/contracts';
import {
  applyParameters,
  checkPlan,
  parsePlan,
  planFromTree,
  toTree,
  withDefaults,
  type LinkedParameters,
  type PlanNode,
} from '@rondel/plan';
import { withNamedFiles } from './file-data.js';
import { validatePlan, type Registry } from '@rondel/reco';
import { findArchive } from '../job-view.js';
import type { SeenServices } from '../../services.js';

type PlanSource = Submission['plan'] | NewSession['plan'];

/** A plan from wherever a request says it is. Throws `PLAN_SYNTAX`, and `NOT_FOUND` for names, sessions and jobs. */
export async function readPlan(source: PlanSource, services: SeenServices): Promise<PlanNode> {
  if (typeof source === 'string') return parsePlan(source, { format: 'toml' });
  if ('_type' in source) return planFromTree(source);
  if ('name' in source && typeof source.name === 'string') {
    return parsePlan(services.registry.plan(source.name).toml, { format: 'toml' });
  }
  if ('session' in source && typeof source.session === 'string') {
    await services.visible.require('plan', source.session);
    return (await services.plans.read(source.session)).plan.tree;
  }
  if ('job' in source && typeof source.job === 'string') {
    await services.visible.require('job', source.job);
    return planFromTree((await findArchive(source.job, services)).work.plan);
  }
  throw new RondelError('INVALID_REQUEST', 'The plan is neither TOML, a tree with _type, nor a reference to one.');
}

export interface PlanWithParameters {
  readonly plan: PlanSource;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  /** Data references by the name of the properties that they are for, where the plan leaves these open. */
  readonly files?: Readonly<Record<string, string>> | undefined;
}

/**
 * A plan with parameters applied; links follow, but those of a session that were released stay so. Problems are collected.
 * Throws as `readPlan`.
 */
export async function readPlanWith(
  { plan, parameters = {}, files = {} }: PlanWithParameters,
  services: SeenServices,
): Promise<LinkedParameters> {
  const { catalog, linkFunctions: functions } = services.registry;
  const tree = await readPlan(plan, services);
  const released = await releasedIn(plan, services);
  const applied = applyParameters(tree, parameters, catalog, { functions, released });
  return withNamedFiles(applied, files, { catalog, functions });
}

/** Links that follow no more in a session follow no more in what is made of it either. */
async function releasedIn(source: PlanSource, { plans }: SeenServices): Promise<readonly string[]> {
  if (typeof source === 'string' || '_type' in source || !('session' in source)) return [];
  return typeof source.session === 'string' ? (await plans.read(source.session)).plan.released : [];
}

/** All that keeps a plan from being built: first what the catalog says, then what its packages say of the whole. */
export function planProblems(plan: PlanNode, registry: Registry): readonly Problem[] {
  const problems = checkPlan(plan, registry.catalog);
  if (problems.length > 0) return problems;
  return validatePlan(toTree(withDefaults(plan, registry.catalog)), registry);
}
