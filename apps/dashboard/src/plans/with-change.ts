import { toFailure } from '@rondel/contracts';
import { clearAt, setAt, valueFromTree, type PlanNode } from '@rondel/plan';

/** What an event says of one place of a plan. */
interface ToldChange {
  readonly path: string;
  /** As in the tree. */
  readonly value: unknown;
  readonly missing: boolean;
}

/** The plan after a change; nothing when the place is not in it, so that it has to be read again. */
export function withChange(plan: PlanNode, { path, value, missing }: ToldChange): PlanNode | undefined {
  try {
    return missing ? clearAt(plan, path) : setAt(plan, path, valueFromTree(value, { path }));
  } catch (error) {
    if (toFailure(error).code !== 'PLAN_UNKNOWN_PROPERTY') throw error;
    return undefined;
  }
}
