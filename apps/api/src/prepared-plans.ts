import type { Submission } from '@rondel/contracts';
import { planHash, printPlan, toTree, type PlanNode } from '@rondel/plan';

/** Plans that are remembered; whoever submits many jobs submits few plans. */
const mostPlans = 64;
/** Longer ones are read anew each time. */
const longestKey = 64 * 1024;

/** A complete plan in the forms in which jobs keep it. */
export interface PlanForms {
  readonly tree: ReturnType<typeof toTree>;
  readonly toml: string;
  readonly sha256: string;
}

/** What submissions have been made of lately: reading and checking the same plan gives the same tree. */
export interface PreparedPlans {
  /** Plans that stand for something that may change, as a session, are never remembered; nor is what `prepare` throws. */
  plan(submission: Pick<Submission, 'plan' | 'parameters'>, prepare: () => Promise<PlanNode>): Promise<PlanNode>;
  /** Worked out once for each tree. */
  forms(plan: PlanNode): PlanForms;
}

export function openPreparedPlans(): PreparedPlans {
  const plans = new Map<string, PlanNode>();
  const known = new WeakMap<PlanNode, PlanForms>();
  const remember = (key: string, plan: PlanNode) => {
    plans.delete(key);
    plans.set(key, plan);
    for (const oldest of plans.keys()) {
      if (plans.size <= mostPlans) return;
      plans.delete(oldest);
    }
  };
  return {
    async plan(submission, prepare) {
      const key = keyOf(submission);
      if (key === undefined) return prepare();
      const plan = plans.get(key) ?? (await prepare());
      remember(key, plan);
      return plan;
    },
    forms(plan) {
      const found = known.get(plan);
      if (found) return found;
      const forms = { tree: toTree(plan), toml: printPlan(plan, 'toml'), sha256: planHash(plan) };
      known.set(plan, forms);
      return forms;
    },
  };
}

function keyOf({ plan, parameters = {} }: Pick<Submission, 'plan' | 'parameters'>): string | undefined {
  const lasts = typeof plan === 'string' || '_type' in plan || 'name' in plan;
  if (!lasts) return undefined;
  const key = JSON.stringify([plan, parameters]);
  return key.length <= longestKey ? key : undefined;
}
