import { RondelError, throwProblems, type JsonValue, type SessionProperty } from '@rondel/contracts';
import {
  checkPlan,
  isRemote,
  unwrapUnion,
  valueAt,
  valueToTree,
  type PlanNode,
  type ValueTransform,
} from '@rondel/plan';
import { askWorker, type Asking } from './ask-worker.js';
import { readingNeeds } from '../jobs/submission/stage-placement.js';
import type { Services } from '../services.js';

interface RemoteProperty {
  readonly path: string;
  readonly tree: PlanNode;
  readonly transform: ValueTransform | undefined;
}

/**
 * What a `_remote` value stands for, read by a worker that can. Throws `WORKER_UNAVAILABLE` where none has its data root, or
 * the one that was asked is silent; `PLAN_*` for a table that is not in order; and what reading it throws.
 */
export async function resolveProperty(
  property: RemoteProperty,
  { services, ...asking }: Asking & { readonly services: Services },
): Promise<Pick<SessionProperty, 'value' | 'transform' | 'remote' | 'resolvedBy'>> {
  const { path, transform } = property;
  const table = tableAt(property, services);
  const asked = { question: { path, table, transform }, requires: readingNeeds(table, services.registry) };
  const { value, worker } = await askWorker({ ...asked, what: `What ${path} stands for` }, { services, ...asking });
  return { value, remote: true, resolvedBy: worker, ...(transform !== undefined && { transform }) };
}

type Table = Readonly<Record<string, JsonValue>>;

function tableAt({ path, tree }: RemoteProperty, { registry }: Services): Table {
  const value = valueAt(tree, path);
  const inner = value === undefined ? undefined : unwrapUnion(value);
  if (!isRemote(inner)) throw new RondelError('INTERNAL', `${path} was taken for a _remote value.`);
  throwProblems(checkPlan(tree, registry.catalog).filter(({ at = '' }) => at === path || at.startsWith(`${path}.`)));
  // A table of a plan is one of JSON.
  return valueToTree(inner) as Table;
}
