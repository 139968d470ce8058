import type { Submission, Warning } from '@rondel/contracts';
import { planHash, printPlan, toTree, type PlanNode } from '@rondel/plan';
import { LRUCache } from 'lru-cache';
import type { StagedPlan } from './stage-placement.js';

/** Plans that are remembered; whoever submits many jobs submits few plans. */
const mostPlans = 64;
/** Longer ones are read anew each time. */
const longestKey = 64 * 1024;

/** A complete plan in the forms in which jobs keep it. */
export interface PlanForms {
  readonly tree: ReturnType<typeof toTree>;
  readonly toml: string;
  readonly sha256: string;
  /** How many the tree and the TOML take as JSON. */
  readonly characters: number;
}

/** What a plan is made of. */
interface PlanGiven extends Pick<Submission, 'plan' | 'parameters'> {
  /** Data references by the name of the properties that they are for. */
  readonly files?: Readonly<Record<string, string>> | undefined;
}

/** What submissions have been made of lately: reading and checking the same plan gives the same tree. */
export interface PreparedPlans {
  /** Plans that stand for something that may change, as a session, are never remembered; nor is what `prepare` throws. */
  plan(submission: PlanGiven, prepare: () => Promise<PlanNode>): Promise<PlanNode>;
  /** Worked out once for each tree. */
  forms(plan: PlanNode): PlanForms;
  /** As `stage` has it, asked once for each tree and axis of a split; what it throws is not remembered. */
  staged(plan: PlanNode, axis: string | undefined, stage: () => StagedPlan): StagedPlan;
  /** What is doubtful about it, found once for each tree. */
  warnings(plan: PlanNode, find: () => readonly Warning[]): readonly Warning[];
}

export function openPreparedPlans(): PreparedPlans {
  const plans = new LRUCache<string, PlanNode>({ max: mostPlans });
  const known = new WeakMap<PlanNode, PlanForms>();
  const knownStages = new WeakMap<PlanNode, Map<string | undefined, StagedPlan>>();
  const knownWarnings = new WeakMap<PlanNode, readonly Warning[]>();
  return {
    async plan(submission, prepare) {
      const key = keyOf(submission);
      if (key === undefined) return prepare();
      const plan = plans.get(key) ?? (await prepare());
      plans.set(key, plan);
      return plan;
    },
    forms(plan) {
      const found = known.get(plan);
      if (found) return found;
      const forms = formsOf(plan);
      known.set(plan, forms);
      return forms;
    },
    staged(plan, axis, stage) {
      const along = knownStages.get(plan) ?? new Map<string | undefined, StagedPlan>();
      const staged = along.get(axis) ?? stage();
      knownStages.set(plan, along.set(axis, staged));
      return staged;
    },
    warnings(plan, find) {
      const warnings = knownWarnings.get(plan) ?? find();
      knownWarnings.set(plan, warnings);
      return warnings;
    },
  };
}

function formsOf(plan: PlanNode): PlanForms {
  const [tree, toml] = [toTree(plan), printPlan(plan, 'toml')];
  let sha256: string | undefined;
  return {
    tree,
    toml,
    characters: JSON.stringify([tree, toml]).length,
    // Takes longest, so a plan that is too large is refused without it.
    get sha256() {
      return (sha256 ??= planHash(plan));
    },
  };
}

function keyOf({ plan, parameters = {}, files = {} }: PlanGiven): string | undefined {
  const lasts = typeof plan === 'string' || '_type' in plan || 'name' in plan;
  if (!lasts) return undefined;
  const key = JSON.stringify([plan, parameters, files]);
  return key.length <= longestKey ? key : undefined;
}
