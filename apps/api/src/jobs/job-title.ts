import { parseDataReference, type Submission } from '@rondel/contracts';
import type { PlanNode } from '@rondel/plan';
import type { Services } from '../services.js';

type Hiding = Pick<Services, 'hidesNames'>;

const longestTitle = 200;
const longestSet = 160;
/** Lists of more values are told by their length. */
const mostValues = 6;

/** What a job is called whose submission gives it no title: the plan, and the file where the reference has its name. */
export function titleOf(
  { plan, data, dataNames, title }: Pick<Submission, 'plan' | 'data' | 'dataNames' | 'title'>,
  tree: PlanNode,
  { hidesNames = false }: Hiding,
): string {
  if (title !== undefined) return title.trim();
  const named = typeof plan === 'object' && 'name' in plan && typeof plan.name === 'string' ? plan.name : tree.type;
  const file = hidesNames ? undefined : (dataNames?.data ?? fileOf(typeof data === 'string' ? data : data.data));
  return shortened(file === undefined ? named : `${named} of ${file}`, longestTitle);
}

/** Whether a title is one that nobody gave, whether names were hidden when it was made or not. */
export function isMadeTitle(
  title: string,
  { plan, data, dataNames }: Pick<Submission, 'plan' | 'data' | 'dataNames'>,
  tree: PlanNode,
): boolean {
  const about = { plan, data, ...(dataNames && { dataNames }) };
  return [true, false].some((hidesNames) => title === titleOf(about, tree, { hidesNames }));
}

/** A submission or input without the names of its files, where these are not to be written down. */
export function withNamesAllowed<T extends Pick<Submission, 'dataNames'>>(given: T, { hidesNames = false }: Hiding): T {
  if (!hidesNames) return given;
  const { dataNames: _, ...rest } = given;
  return rest as T;
}

/** Artifacts and images of other jobs have no name. */
function fileOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const reference = parseDataReference(text);
  return reference.scheme === 'root' ? oneLine(text.replace(/#.*$/s, '').split('/').at(-1) ?? '') : undefined;
}

/** What a submission sets, in one line; undefined when it sets nothing. */
export function setText(parameters: Readonly<Record<string, unknown>>): string | undefined {
  const words = Object.entries(parameters).map(([name, value]) => `${name} = ${valueText(value)}`);
  return words.length === 0 ? undefined : shortened(oneLine(words.join(', ')), longestSet);
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) {
    return value.length > mostValues ? `[${value.length} values]` : `[${value.map(valueText).join(', ')}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const kind = '_type' in value ? value._type : '_remote' in value ? value._remote : undefined;
  return typeof kind === 'string' ? `{${kind}}` : '{…}';
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
