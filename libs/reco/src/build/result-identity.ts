import { createHash } from 'node:crypto';
import { defaultProject, type JsonValue } from '@rondel/contracts';
import { planFromTree, planHash } from '@rondel/plan';
import { filesIn } from './plan-needs.js';
import type { PlacedStep, PlanTree } from './plan-steps.js';
import type { Registry } from '../node/registry.js';

/** Raised when the meaning of a key changes, or steps, readers or kernels give other numbers under the same versions. */
const keyFormat = 'rondel-result-1';
/** Longer values are shown by a hash. */
const longestText = 60;

/** Where results are computed and from what. */
export interface ResultOrigin {
  /** What the steps begin with: a hash, or what else tells one input from any other. */
  readonly input: string;
  /** Engine and version, and those of the libraries below it; results of different ones differ by rounding. */
  readonly engine: string;
  /** Whose they are: no project finds what another has computed. @default the default one */
  readonly project?: string | undefined;
  /** What tells the content of each data file from any other, by the reference that the plan has; absent: there are none. */
  readonly files?: ReadonlyMap<string, string> | undefined;
}

/** A step's result, known before it is computed. */
export interface ResultIdentity {
  /** SHA-256 of all that the result depends on. */
  readonly key: string;
  /** SHA-256 of the input and the place in the plan: results that share it compete for the `maxsize` of a cache. */
  readonly slot: string;
  /** What the result depends on besides its input, short and readable, to tell how two results differ. */
  readonly facts: Readonly<Record<string, string>>;
}

/**
 * Names the result of every step of a run, from the input on: a key covers canonical parameters, type, package and its
 * version of this step and all before it, and the content of the files that they read, so equal keys mean equal arrays as far as the steps are pure. The trees must
 * have their defaults filled in and their remote values resolved.
 */
export function resultIdentities(
  steps: readonly PlacedStep[],
  registry: Pick<Registry, 'catalog'>,
  { input, engine, project, files = new Map() }: ResultOrigin,
): ResultIdentity[] {
  let key = digest(keyFormat, input, engine, ...ownerOf(project));
  let slot = digest(keyFormat, input, ...ownerOf(project));
  let facts: Record<string, string> = { engine };
  return steps.map(({ path, tree, definition: { type } }) => {
    const maker = packageOf(type, registry);
    const read = filesIn(tree, registry.catalog).map(({ reference }) => files.get(reference) ?? reference);
    key = digest(key, type, maker.name, maker.version, planHash(planFromTree(tree)), ...read);
    slot = digest(slot, path, type);
    facts = { ...facts, [path]: type, [`version of ${maker.name}`]: maker.version, ...parameterTexts(path, tree) };
    return { key, slot, facts };
  });
}

/**
 * Names the results of every step whatever the input and engine: SHA-256 of type, package, version and parameters of this
 * step and all before it, `_remote` values as they are written. What `empty!` of a cache in a plan is about.
 */
export function resultFamilies(
  steps: readonly PlacedStep[],
  registry: Pick<Registry, 'catalog'>,
  project?: string,
): string[] {
  let family = digest(keyFormat, 'family', ...ownerOf(project));
  return steps.map(({ tree, definition: { type } }) => {
    const maker = packageOf(type, registry);
    family = digest(family, type, maker.name, maker.version, planHash(planFromTree(tree)));
    return family;
  });
}

/** Nothing for the default project, whose results have had their names since before there were others. */
function ownerOf(project: string = defaultProject): string[] {
  return project === defaultProject ? [] : [project];
}

/** Package and version that a node type comes from, as text. */
export function makerOf(type: string, registry: Pick<Registry, 'catalog'>): string {
  const { name, version } = packageOf(type, registry);
  return `${name} ${version}`;
}

function packageOf(type: string, { catalog }: Pick<Registry, 'catalog'>): { name: string; version: string } {
  const name = catalog.nodes.find((node) => node.type === type)?.package ?? '';
  return { name, version: catalog.packages.find((found) => found.name === name)?.version ?? '' };
}

function parameterTexts(path: string, tree: PlanTree): Record<string, string> {
  const entries = Object.entries(tree).filter(([name]) => !name.startsWith('_'));
  return Object.fromEntries(entries.map(([name, value]) => [`${path}.${name}`, shortText(value)]));
}

function shortText(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length <= longestText ? text : `sha256-${digest(text).slice(0, 16)}`;
}

/** Parts are told apart whatever they hold. */
function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
