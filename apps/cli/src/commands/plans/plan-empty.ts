import { given, quantity } from '@rondel/contracts';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { localRegistry } from '../../plans/local-catalog.js';
import { readAssignments, readPlanSource } from '../../plans/plan-argument.js';

export interface EmptyOptions {
  readonly set: readonly string[];
  readonly node?: string;
}

/** Asks the server to forget what jobs have left of the steps of a plan in a `ProcessResultCache`. */
export async function emptyPlan(name: string, { set, node }: EmptyOptions, context: Context): Promise<ExitCode> {
  const rondel = context.client();
  const registry = await localRegistry(context.environment);
  const plan = await readPlanSource(name, registry, { client: rondel, signal: context.signal });
  const parameters = set.length === 0 ? undefined : readAssignments(set);
  const answer = await rondel.emptyResults({ plan, ...given({ parameters, path: node }) }, { signal: context.signal });
  context.printJson(answer);
  context.print(`Forgot ${quantity(answer.emptied, 'result')} of ${answer.steps.join(', ')}.`);
  return exitCodes.done;
}
