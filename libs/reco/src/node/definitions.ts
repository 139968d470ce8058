import type { DatasetFacts, EngineName } from '@rondel/contracts';
import type { ParallelAxis } from './parallel-axes.js';
import type { ParametersOf, Properties } from './properties.js';
import type { InputShape, BuiltNode } from './built-node.js';

interface NodeFacts {
  /** `_type` in plan files, e.g. `RadonBackprojectionParameters`. Unique among all packages of a registry. */
  readonly type: string;
  /** Further `_type` names that mean the same; `type` is what Rondel writes. */
  readonly alsoKnownAs?: readonly string[];
  readonly description: string;
  /** Julia's module of the type, where it is not the one that stands for the package in a plan. */
  readonly juliaModule?: string;
}

/** Root of a runnable plan: one property `parameter`, which holds a pipeline. */
export interface AlgorithmDefinition extends NodeFacts {
  readonly kind: 'algorithm';
  readonly accepts: readonly string[];
  /** As `validate` of a pipeline: sees the built parameters, which are in order by themselves. */
  validate?(parameter: BuiltNode): void;
}

/** A place for a step in a pipeline. */
export interface Stage {
  readonly accepts: readonly string[];
  readonly description: string;
  /** Type of the step that stands here, with its own defaults, where the plan says nothing. */
  readonly default?: string;
  /** Whether there is no step at all where the plan says nothing. */
  readonly optional?: true;
}

/** Steps that run one after the other, in the order in which the stages are written. */
export interface PipelineDefinition extends NodeFacts {
  readonly kind: 'pipeline';
  /** Property name to the step types it accepts. */
  readonly stages: Readonly<Record<string, Stage>>;
  /**
   * Whether stages that are each in order also fit together. Throws `RondelError` with `PLAN_INVALID_VALUE`; `at` is the
   * path from this node, e.g. `reco.iterations`.
   */
  validate?(stages: Readonly<Record<string, BuiltNode>>): void;
}

/** Arrays in, arrays out. */
export interface StepDefinition<P extends Properties = Properties> extends NodeFacts {
  readonly kind: 'step';
  readonly properties: P;
  /** Axes of the array it takes and returns, slowest first, e.g. `['frame', 'slice', 'angle', 'detector']`. */
  readonly input: readonly string[];
  readonly output: readonly string[];
  /** Axes of companions that it takes, by name, slowest first; an array that names none has the last of them. */
  readonly companions?: Readonly<Record<string, readonly string[]>>;
  /**
   * Axes along which blocks are independent, or are once they come with a halo of neighbours, or where parameters and input
   * are such: computing blocks and joining them gives bit for bit the array that one computation gives.
   */
  readonly parallel: readonly (string | ParallelAxis<P>)[];
  /**
   * For a step that is parallel along an axis once some properties are known, which a sample of the entries tells as well as
   * the whole: which entries along `axis` of the input are the sample (indices from 0, rising), and when that is needed at all.
   */
  readonly survey?: {
    readonly axis: string;
    entries(extent: number, parameters: ParametersOf<P>, input: DatasetFacts): readonly number[];
    when(parameters: ParametersOf<P>, input: DatasetFacts): boolean;
  };
  /** `pure`: the same parameters and input give the same output, so it may be cached and moved to any worker. */
  readonly purity: 'pure' | 'stateful';
  /** Share of a whole plan's time this step takes, relative to the others (default 1). Only progress uses it. */
  readonly effort?: number;
  /**
   * Peak bytes of the device that the step needs, from parameters and the input's shape; without `estimateHostBytes` all
   * that it needs beyond its input. Grows with the extent of every axis of `parallel`. Declared as a method so that
   * definitions with different properties fit into one list.
   *
   * @param engine That computes; where nobody knows it yet, the answer is for the one that takes most.
   */
  estimateBytes(parameters: ParametersOf<P>, input: InputShape, engine?: EngineName): number;
  /** Peak bytes of arrays on the host that the step makes, what it returns included; its input is not counted. */
  estimateHostBytes?(parameters: ParametersOf<P>, input: InputShape, engine?: EngineName): number;
  /**
   * The array that the step returns, as far as that follows from its properties `from` and its input: no larger than what
   * it will be, and along `frame` and `slice` just that. Extents that the shape of the input lacks at its beginning count as 1. Absent: nobody knows before; undefined:
   * nor of this input, as one whose axes are others than the shape would have them.
   */
  readonly outputSize?: {
    readonly from: readonly string[];
    of(parameters: ParametersOf<P>, input: InputShape): InputShape | undefined;
  };
  /** The array that the step returns at most, for the estimates of steps after it. Absent: as `outputSize` has it. */
  largestOutput?(parameters: ParametersOf<P>, input: InputShape): InputShape;
  /**
   * Whether properties that are each in order also fit together, as far as that can be told without data. Throws
   * `RondelError` with `PLAN_INVALID_VALUE`; `at` is the name of the property.
   */
  validate?(parameters: ParametersOf<P>): void;
}

/** Configuration that a step reads; has no code of its own. */
export interface ValueDefinition<P extends Properties = Properties> extends NodeFacts {
  readonly kind: 'value';
  readonly properties: P;
  /** As `validate` of a step. */
  validate?(parameters: ParametersOf<P>): void;
}

/** Stands where the node inside it may stand. The framework gives it its meaning. */
export interface WrapperDefinition extends NodeFacts {
  readonly kind: 'wrapper';
  readonly properties: Properties;
  /** The property with the node inside: a step or pipeline in `param`, a whole algorithm in `algo`. */
  readonly holds: 'param' | 'algo';
}

export type NodeDefinition =
  AlgorithmDefinition | PipelineDefinition | StepDefinition | ValueDefinition | WrapperDefinition;

export function defineAlgorithm(facts: Omit<AlgorithmDefinition, 'kind'>): AlgorithmDefinition {
  return { kind: 'algorithm', ...facts };
}

export function definePipeline(facts: Omit<PipelineDefinition, 'kind'>): PipelineDefinition {
  return { kind: 'pipeline', ...facts };
}

export function defineStep<const P extends Properties>(facts: Omit<StepDefinition<P>, 'kind'>): StepDefinition<P> {
  return { kind: 'step', ...facts };
}

export function defineValue<const P extends Properties>(facts: Omit<ValueDefinition<P>, 'kind'>): ValueDefinition<P> {
  return { kind: 'value', ...facts };
}
