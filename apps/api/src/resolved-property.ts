import { RondelError, throwProblems, type JsonValue, type SessionProperty, type WorkerRecord } from '@rondel/contracts';
import { answerNews, meets, needsIn } from '@rondel/jobs';
import {
  checkPlan,
  isRemote,
  unwrapUnion,
  valueAt,
  valueToTree,
  type PlanNode,
  type ValueTransform,
} from '@rondel/plan';
import { holdAnswer, type Hold } from './hold-answer.js';
import { readingNeeds } from './placement.js';
import type { Services } from './services.js';

/** A worker has so long to answer; reading one value takes it 20 s at most. */
const answerSeconds = 30;

interface RemoteProperty {
  readonly path: string;
  readonly tree: PlanNode;
  readonly transform: ValueTransform | undefined;
}

interface Asking {
  readonly services: Services;
  /** The request; when its client goes away nobody waits any more. */
  readonly raw: Hold['raw'];
}

/**
 * What a `_remote` value stands for, read by a worker that can. Throws `WORKER_UNAVAILABLE` where none has its data root, or
 * the one that was asked is silent; `PLAN_*` for a table that is not in order; and what reading it throws.
 */
export async function resolveProperty(
  property: RemoteProperty,
  { services, raw }: Asking,
): Promise<Pick<SessionProperty, 'value' | 'transform' | 'remote' | 'resolvedBy'>> {
  const { questions, news } = services.jobs;
  const { path, transform } = property;
  const table = tableAt(property, services);
  const worker = await workerFor({ path, table }, services);
  const id = await questions.ask(worker, { path, table, transform }, answerSeconds);
  const hold = { id: answerNews(id), seconds: answerSeconds, raw };
  const answer = await holdAnswer(news, hold, () => questions.answerTo(id));
  if (answer === undefined) {
    await questions.forget(id);
    throw silent(path, worker);
  }
  if ('failure' in answer) throw RondelError.from(answer.failure);
  return { value: answer.value, remote: true, resolvedBy: worker, ...(transform !== undefined && { transform }) };
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

async function workerFor(
  { path, table }: { readonly path: string; readonly table: Table },
  { jobs, registry }: Services,
): Promise<string> {
  const requires = readingNeeds(table, registry);
  const able = (await jobs.fleet.workers()).filter((worker) => worker.state === 'running' && meets(worker, requires));
  const [best] = able.sort((a, b) => load(a) - load(b));
  if (best !== undefined) return best.id;
  const needs = needsIn(requires).map(({ text }) => text);
  const having = needs.length === 0 ? 'runs now' : `that runs now has ${needs.join(' and ')}`;
  const roots = (requires.roots ?? []).map((root) => ` --data-root ${root}=FOLDER`).join('');
  throw new RondelError(
    'WORKER_UNAVAILABLE',
    `What ${path} stands for can be read on a worker only, and none ${having}. Start one with: rondel worker${roots}`,
    { at: path },
  );
}

function load({ running, concurrency }: WorkerRecord): number {
  return running.length / concurrency;
}

function silent(path: string, worker: string): RondelError {
  return new RondelError(
    'WORKER_UNAVAILABLE',
    `Worker ${worker}, which was asked what ${path} stands for, has not answered within ${answerSeconds} s. Try again.`,
    { at: path },
  );
}
