import type { Catalog } from '@rondel/contracts';
import { formatPlanTree, type PlanLineKind, type PlanNode } from '@rondel/plan';
import type { Colors, Context } from '../terminal/context.js';

/** Prints a plan as a tree, with the properties that it leaves out. */
export function printTree(plan: PlanNode, catalog: Catalog, context: Context): void {
  for (const { depth, text, kind } of formatPlanTree(plan, catalog)) {
    const note = kind === 'default' ? '  # default' : '';
    context.print(`${'  '.repeat(depth)}${lineColor(kind, context.colors)(`${text}${note}`)}`);
  }
}

function lineColor(kind: PlanLineKind, colors: Colors): (text: string) => string {
  const table: Record<PlanLineKind, (text: string) => string> = {
    node: colors.bold,
    value: String,
    default: colors.dim,
    absent: colors.dim,
    missing: colors.red,
    unknown: colors.yellow,
    tag: colors.dim,
  };
  return table[kind];
}
