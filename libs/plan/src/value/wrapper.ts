import { isList, isNode, unwrapUnion, type PlanNode, type PlanValue } from './plan-value.js';
import { isTag, keyOf, propertyOf } from './property-name.js';
import type { PathSegment } from './path.js';
import { bareTypeName } from './type-name.js';

/** A node that stands for another one: it says where that one runs, or that its results are kept. */
export interface Wrapper {
  /** Its `_module` in plan files. */
  readonly module: string;
  /** Properties on the way to the node that it stands for. */
  readonly inner: readonly string[];
  /** Names that are its own; all others are those of the node inside. */
  readonly own: readonly string[];
  /** Whether its property `worker` says where the node inside runs. */
  readonly places: boolean;
}

const distribution = 'DaggerImageReconstruction';

/** The types that the framework itself gives a meaning. `DaggerReconstructionParameter` stands for the parameters of the algorithm in it. */
const wrappers: Readonly<Record<string, Wrapper>> = {
  ProcessResultCache: {
    module: 'AbstractImageReconstruction',
    inner: ['param'],
    own: ['param', 'maxsize'],
    places: false,
  },
  DaggerReconstructionUtility: { module: distribution, inner: ['param'], own: ['param', 'worker'], places: true },
  DaggerReconstructionParameter: {
    module: distribution,
    inner: ['algo', 'parameter'],
    own: ['algo', 'worker'],
    places: true,
  },
};

export const distributedAlgorithm = { module: distribution, type: 'DaggerReconstructionAlgorithm' } as const;
export const distributedParameter = { module: distribution, type: 'DaggerReconstructionParameter' } as const;
export const distributedStep = { module: distribution, type: 'DaggerReconstructionUtility' } as const;

/** What kind of wrapper a node is; `undefined` when it is none, or its type is another package's of the same name. */
export function wrapperOf(node: PlanNode): Wrapper | undefined {
  const type = bareTypeName(node.type);
  const wrapper = Object.hasOwn(wrappers, type) ? wrappers[type] : undefined;
  return wrapper !== undefined && isOfModule(node, wrapper.module) ? wrapper : undefined;
}

export function isOfModule(node: PlanNode, module: string): boolean {
  return node.module === undefined || bareTypeName(node.module) === module;
}

/**
 * A path with the properties of wrappers written out: `parameter.reco.iterations` becomes
 * `parameter.reco.param.iterations` where `reco` holds a wrapper. A path that has them already stays as it is.
 */
export function throughWrappers(plan: PlanNode, path: readonly PathSegment[]): readonly PathSegment[] {
  const explicit: PathSegment[] = [];
  let value: PlanValue | undefined = plan;
  for (const segment of path) {
    for (const below of [...segmentsBetween(value, segment), segment]) {
      explicit.push(below);
      value = childOf(value, below);
    }
  }
  return explicit;
}

/** What leads from a value to the node that has the property of that name. */
function segmentsBetween(value: PlanValue | undefined, segment: PathSegment): readonly string[] {
  const node = value === undefined ? undefined : unwrapUnion(value);
  if (!isNode(node) || typeof segment === 'number' || isTag(segment)) return [];
  const wrapper = wrapperOf(node);
  if (wrapper === undefined || wrapper.own.includes(segment) || keyOf(node.properties, segment) !== undefined)
    return [];
  const inside = wrapper.inner.reduce<PlanValue | undefined>(childOf, node);
  return inside === undefined ? wrapper.inner : [...wrapper.inner, ...segmentsBetween(inside, segment)];
}

/** What a value holds under a name or, in a list, at a position from 1; the tags of a union field are looked through. */
export function childOf(value: PlanValue | undefined, segment: PathSegment): PlanValue | undefined {
  const inner = value === undefined ? undefined : unwrapUnion(value);
  if (typeof segment === 'number') return isList(inner) ? inner[segment - 1] : undefined;
  if (isNode(inner)) return propertyOf(inner, segment);
  if (typeof inner !== 'object' || isList(inner) || inner.kind !== 'table') return undefined;
  const key = keyOf(inner.entries, segment);
  return key === undefined ? undefined : inner.entries.get(key);
}

/**
 * The node without what says where it runs or that results are kept: the step inside a wrapper, the algorithm inside a
 * distributed one. A node that is none of these, or holds nothing, is itself.
 */
export function bareNode(node: PlanNode): PlanNode {
  const wrapper = wrapperOf(node);
  if (wrapper?.inner.length === 1) return nodeInside(node, wrapper.inner);
  const distributed =
    bareTypeName(node.type) === distributedAlgorithm.type && isOfModule(node, distributedAlgorithm.module);
  return distributed ? nodeInside(node, ['parameter', 'algo']) : node;
}

function nodeInside(node: PlanNode, path: readonly string[]): PlanNode {
  const value = path.reduce<PlanValue | undefined>(childOf, node);
  const inner = value === undefined ? undefined : unwrapUnion(value);
  return isNode(inner) ? bareNode(inner) : node;
}
