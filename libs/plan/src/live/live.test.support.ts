import { parsePlan } from '../text/parse-plan.js';
import type { PlanNode, PlanValue } from '../value/plan-value.js';
import { iterativeToml, sampleCatalog } from '../sample.test.support.js';
import { baseLinkFunctions } from '../links/link-functions.js';
import { livePlan, type WatchedPlan } from './live-plan.js';
import type { WatchedPlanEvent } from './observers.js';

/** An iterative plan whose preprocessing is there with nothing set. */
export const template: PlanNode = parsePlan(
  `${iterativeToml}\n    [parameter.pre]\n    _module = "Main.OurRadonReco"\n    _type = "RecoPlan{RadonPreprocessingParameters}"\n`,
);

export interface Watched {
  readonly plan: WatchedPlan;
  readonly errors: unknown[];
}

export function watchedPlan(tree: PlanNode = template): Watched {
  const errors: unknown[] = [];
  const plan = livePlan(tree, {
    catalog: sampleCatalog,
    functions: new Map([...baseLinkFunctions, ['half', half], ['Lab.half', half]]),
    onObserverError: (error) => void errors.push(error),
  });
  return { plan, errors };
}

function half(value: PlanValue): PlanValue {
  return typeof value === 'bigint' ? value / 2n : 1n;
}

/** What an event says, short. */
export function said(event: WatchedPlanEvent): unknown {
  return 'missing' in event ? [event.path, 'missing'] : [event.path, event.value];
}
