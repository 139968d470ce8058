import type { Static, TSchema } from '@rondel/contracts/schema';
import type { FileParameter, ParameterNode } from './built-node.js';

interface PropertyFacts {
  /** One sentence: what the property does. Units go into `unit`. */
  readonly description: string;
  /** Name in the files of Julia, where it differs. */
  readonly juliaName?: string;
}

/** Facts of a property that a plan need not give. */
interface ConditionalFacts extends PropertyFacts {
  /**
   * The property exists only while another one of the node, by name, has one of these values: strings, names of types, or
   * types of nodes. Otherwise a plan that gives it is told that it has no effect, and steps see its default.
   */
  readonly onlyFor?: { readonly property: string; readonly values: readonly string[] };
}

/** A plain value, checked against a TypeBox schema. */
export interface ValueProperty<
  T extends TSchema = TSchema,
  Optional extends boolean = boolean,
> extends ConditionalFacts {
  readonly holds: 'value';
  readonly schema: T;
  readonly unit?: string;
  readonly default?: unknown;
  readonly optional: Optional;
}

/** One node of one of the accepted types. */
export interface NodeProperty<Optional extends boolean = boolean> extends ConditionalFacts {
  readonly holds: 'node';
  readonly accepts: readonly string[];
  /** Type that stands here, with its own defaults, where the plan says nothing. */
  readonly default?: string;
  readonly optional: Optional;
}

/** A list of nodes, empty unless the plan says otherwise. */
export interface NodeListProperty extends ConditionalFacts {
  readonly holds: 'nodes';
  readonly accepts: readonly string[];
  readonly optional: true;
}

/** The name of a type, as `solver` holds in Julia: `{ _type = "Type", _value = "CGNR" }` or just `"CGNR"`. */
export interface TypeProperty<Name extends string = string> extends ConditionalFacts {
  readonly holds: 'type';
  readonly accepts: readonly Name[];
  readonly default?: Name;
  /** The Julia module that has these types. */
  readonly juliaModule?: string;
  readonly optional: boolean;
}

/** A data file: a data reference in plans, read on the worker. */
export interface FileProperty<Optional extends boolean = boolean> extends ConditionalFacts {
  readonly holds: 'file';
  readonly optional: Optional;
}

/** A list of data files; one that is optional may be empty. */
export interface FileListProperty extends ConditionalFacts {
  readonly holds: 'files';
  readonly optional: boolean;
}

export type Property = ValueProperty | NodeProperty | NodeListProperty | TypeProperty | FileProperty | FileListProperty;
export type Properties = Readonly<Record<string, Property>>;

/** What a step's code sees of a property once a plan is built. */
export type PropertyValue<P> =
  P extends ValueProperty<infer T, infer Optional>
    ? true extends Optional
      ? Static<T> | undefined
      : Static<T>
    : P extends TypeProperty<infer Name>
      ? Name
      : P extends NodeListProperty
        ? readonly ParameterNode[]
        : P extends NodeProperty<infer Optional>
          ? OptionalValue<ParameterNode, Optional>
          : P extends FileProperty<infer Optional>
            ? OptionalValue<FileParameter, Optional>
            : P extends FileListProperty
              ? readonly FileParameter[]
              : never;

type OptionalValue<T, Optional extends boolean> = true extends Optional ? T | undefined : T;

export type ParametersOf<P extends Properties> = { readonly [K in keyof P]: PropertyValue<P[K]> };

/** A property that every plan must give. */
export function required<T extends TSchema>(
  schema: T,
  facts: PropertyFacts & { unit?: string },
): ValueProperty<T, false> {
  return { holds: 'value', schema, optional: false, ...facts };
}

/** A property with a value for plans that say nothing. */
export function defaulted<T extends TSchema>(
  schema: T,
  value: Static<T>,
  facts: ConditionalFacts & { unit?: string },
): ValueProperty<T, false> {
  return { holds: 'value', schema, default: value, optional: false, ...facts };
}

/** A property that may be absent; the step then works without it or finds the value in the data. */
export function optional<T extends TSchema>(
  schema: T,
  facts: ConditionalFacts & { unit?: string },
): ValueProperty<T, true> {
  return { holds: 'value', schema, optional: true, ...facts };
}

/**
 * A child node of one of the given types. `default` is the one that stands here, with its own defaults, where a plan says
 * nothing; every property of it must have one.
 */
export function node<const Type extends string>(
  accepts: readonly Type[],
  facts: PropertyFacts & { readonly default?: NoInfer<Type> },
): NodeProperty<false> {
  return { holds: 'node', accepts, optional: false, ...facts };
}

/** A child node that may be absent. */
export function optionalNode(accepts: readonly string[], facts: ConditionalFacts): NodeProperty<true> {
  return { holds: 'node', accepts, optional: true, ...facts };
}

/** A list of child nodes, which may be empty. */
export function nodeList(accepts: readonly string[], facts: ConditionalFacts): NodeListProperty {
  return { holds: 'nodes', accepts, optional: true, ...facts };
}

/**
 * A data file that every plan must name. In a plan it is a data reference, `root://NAME/path` or `artifact:sha256-...`; the
 * same name in the data of a submission sets it. The step opens it with `file` of its context.
 */
export function file(facts: PropertyFacts): FileProperty<false> {
  return { holds: 'file', optional: false, ...facts };
}

/** A data file that may be absent. */
export function optionalFile(facts: ConditionalFacts): FileProperty<true> {
  return { holds: 'file', optional: true, ...facts };
}

/** A list of data files, at least one. A plan may give a single one without brackets. */
export function fileList(facts: PropertyFacts): FileListProperty {
  return { holds: 'files', optional: false, ...facts };
}

/** A list of data files, empty unless the plan says otherwise. */
export function optionalFileList(facts: ConditionalFacts): FileListProperty {
  return { holds: 'files', optional: true, ...facts };
}

/** A choice among named types. */
export function typeName<const Name extends string>(
  accepts: readonly Name[],
  facts: ConditionalFacts & { default?: NoInfer<Name>; juliaModule?: string },
): TypeProperty<Name> {
  return { holds: 'type', accepts, optional: false, ...facts };
}
