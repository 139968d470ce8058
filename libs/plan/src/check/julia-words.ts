import type { CatalogNode, CatalogProperty } from '@rondel/contracts';
import { resolveNode, type CatalogIndex } from './catalog-index.js';
import {
  isList,
  isNothing,
  isTuple,
  nothing,
  type PlanNode,
  type PlanValue,
  type UnionValue,
} from '../value/plan-value.js';
import { bareTypeName, splitTypeTag } from '../value/type-name.js';
import { bareNode } from '../value/wrapper.js';

/**
 * How a plan that came from Julia names what is of Rondel's package there. `loadPlan` finds types by the exact text of
 * `_module` and `_type`, so what is set in such a plan is written in the same words.
 */
export interface JuliaWords {
  /** Our module. */
  readonly home: string;
  /** The one that stands for it in the plan, e.g. `Main.OurRadonReco`. */
  readonly module: string;
  /** Whether types carry their module, as version 0.5 of AbstractImageReconstruction.jl wrote them. */
  readonly qualified: boolean;
}

/** The words of a plan whose root names a module by which only Julia knows our package; else `undefined`. */
export function juliaWordsOf(index: CatalogIndex, plan: PlanNode): JuliaWords | undefined {
  const { module, type } = bareNode(plan);
  const home = resolveNode(index, bareNode(plan), { inherited: '' }).definition?.module;
  if (module === undefined || home === undefined || module === home) return undefined;
  return { home, module, qualified: type.startsWith(`${module}.`) };
}

/** Modules whose types Julia prints without them. */
const unqualified: ReadonlySet<string> = new Set(['Core', 'Base']);

/** The name of a type as files of this plan have it where they qualify types. */
function typeWords({ qualified }: JuliaWords, module: string | undefined, type: string): string {
  return qualified && module !== undefined && !unqualified.has(module) ? `${module}.${type}` : type;
}

/** Module and type of a node that was set, as `savePlan` tags it; one that has a name of Julia's keeps it. */
export function nodeInJulia(words: JuliaWords, node: PlanNode, definition: CatalogNode): PlanNode {
  const wrapped = definition.kind !== 'value';
  const given = node.module !== undefined && node.module !== definition.module;
  if (given) return { ...node, type: splitTypeTag(node.type).type, wrapped };
  const module = definition.juliaModule ?? (definition.module === words.home ? words.module : definition.module);
  // Values are tagged with their bare name in all versions.
  const ours = wrapped && module === words.module;
  const bare = bareTypeName(node.type);
  const type = definition.alsoKnownAs?.includes(bare) === true ? bare : definition.type;
  return { ...node, module, type: ours ? typeWords(words, module, type) : type, wrapped };
}

/** A type as a value; `loadPlan` looks it up in its module. */
export function typeInJulia(words: JuliaWords, value: Extract<PlanValue, { kind: 'type' }>, property: CatalogProperty) {
  const module = value.module ?? property.juliaModule;
  return { ...value, module, name: typeWords(words, module, value.name) };
}

/** The name of a property that a node of the file does not have yet. */
export function nameInJulia(property: CatalogProperty): string {
  return property.juliaName ?? property.name;
}

const unionNothing: UnionValue = { kind: 'union', unionModule: 'Core', unionType: 'Nothing', value: nothing };

/** A value of a property: *nothing* needs the tags of the union that allows it. */
export function valueInJulia(value: PlanValue | undefined): PlanValue {
  return value === undefined || isNothing(value) ? unionNothing : value;
}

/** A tuple that is set anew stays one. */
export function asBefore(before: PlanValue | undefined, value: PlanValue): PlanValue {
  return isList(value) && isTuple(before) ? { ...before, value } : value;
}
