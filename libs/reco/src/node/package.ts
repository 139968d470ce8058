import type {
  Dataset,
  Float32NdArray,
  JsonValue,
  Preview,
  Progress,
  TypedArray,
  CarriedWarning,
  WarningAmount,
  WarningCode,
} from '@rondel/contracts';
import type { LinkFunction } from '@rondel/plan';
import type { FileParameter, ParameterNode } from './built-node.js';
import type { DataFile, HeldThing } from './data-file.js';
import type { NodeDefinition, StepDefinition } from './definitions.js';
import type { ParametersOf, Properties } from './properties.js';
import type { RemoteResolverDefinition, RemoteResolverImplementation } from '../remote/remote-values.js';

export interface BuiltInPlan {
  /** e.g. `radon/fbp` */
  readonly name: string;
  readonly description: string;
  readonly toml: string;
}

/**
 * What a reconstruction package declares. It loads without the package's compute code, so that the API can validate
 * plans on a machine that has no engine.
 */
export interface PackageManifest {
  /** npm package name. */
  readonly name: string;
  readonly version: string;
  /** `_module` in plan files. */
  readonly module: string;
  /** Further module names under which plan files may know the package. */
  readonly aliases?: readonly string[];
  readonly description: string;
  readonly nodes: readonly NodeDefinition[];
  readonly plans: readonly BuiltInPlan[];
  /** Kinds of `_remote` tables that the package adds to plans. */
  readonly remoteResolvers?: readonly RemoteResolverDefinition[];
  /**
   * Functions that links between properties of a live plan may name, by name. They run in the API at every change of what
   * they follow: pure and quick, and none of `Base`'s names. A file may also name the module: `{ _module, _type }`.
   */
  readonly linkFunctions?: Readonly<Record<string, LinkFunction>>;
  /**
   * Names of functions that links may name and that need the data, which only workers have. A property that follows through
   * one is open once its source is set, unless it is set by hand: the step takes for it what the data says, and says that
   * with `found`.
   */
  readonly workerLinkFunctions?: readonly string[];
}

/** How far a step is, as it says itself. */
export type StepProgress = Pick<Progress, 'iteration' | 'iterations' | 'residual' | 'message'>;

/** Where an iteration stands when a preview of its image is offered. */
export type PreviewFacts = Pick<Preview, 'iteration' | 'iterations' | 'residual'>;

/** One plane of an unfinished image; frame and slice count from 0 in the step's output. */
export interface PreviewPlane extends Pick<Preview, 'frame' | 'slice'> {
  /** [y, x], row by row; real values. Not kept. */
  readonly values: TypedArray;
  readonly shape: readonly [rows: number, columns: number];
}

/**
 * Where a step stands between two iterations: all that it needs, with its input and its parameters, to go on in another
 * process to the same bits. What it can compute again exactly may be left out. Numbers are finite; -0 comes back as 0.
 */
export interface Checkpoint {
  /** As the step's progress counts them, for whoever watches. */
  readonly iteration: number;
  readonly iterations: number;
  readonly numbers: Readonly<Record<string, number>>;
  readonly arrays: Readonly<Record<string, Float32NdArray>>;
  /** What the step has warned of so far; whoever runs it adds and restores them. */
  readonly warnings?: readonly CarriedWarning[];
}

/** Keeps a step's checkpoint where the next attempt at the job finds it. */
export interface StepCheckpoints {
  /**
   * The last checkpoint of an attempt that did not end: of this step with the same parameters, input, package version and
   * engine. Ask before the first iteration.
   */
  restore(): Promise<Checkpoint | undefined>;
  /**
   * Offers to keep a checkpoint instead of the one before; call and await it between iterations. `make` is only called
   * when one is due. Its arrays are not changed and not kept. A checkpoint that cannot be stored is no failure.
   */
  save(make: () => Checkpoint): Promise<void>;
}

/** Where in the whole the input of a step lies that was divided along an axis; entries are counted from 0. */
export interface StepBlock {
  readonly axis: string;
  /** What the input has of the axis. */
  readonly from: number;
  readonly to: number;
  /** What of it is kept of the result; at other entries it may be anything. */
  readonly start: number;
  readonly stop: number;
  /** Entries of the whole. */
  readonly extent: number;
}

/** What a running step may ask of its surroundings. */
export interface StepContext {
  /** Aborted when nobody wants the result any more. A step that awaits should pass it on; others are killed. */
  readonly signal: AbortSignal;
  /** Absent where the input is the whole. */
  readonly block?: StepBlock;
  /** Reports how far the step is. Cheap to call often: the worker throttles. */
  readonly progress: (progress: StepProgress) => void;
  /**
   * Offers a look at the unfinished image; call it after every iteration. `draw` is only called when a picture is due,
   * at most once a second, and should read no more than the plane it returns: the middle slice of the first frame, or
   * what comes nearest to it.
   */
  readonly preview: (facts: PreviewFacts, draw: () => PreviewPlane) => void;
  /** For steps that iterate long: lets them go on where an attempt was lost. */
  readonly checkpoint: StepCheckpoints;
  /**
   * Says why the image may not be right. It goes with what the step returns, so it is part of the job however the rest is
   * computed. `property` is the one of the step that would settle it. A job that was submitted as strict ends here: then
   * this throws.
   *
   * A message must not depend on which part of the data the step sees, as the job may run in blocks. Where it counts
   * something, it has `{count}` and `{of}` for the numbers, and `amount` has them; what is worth a warning above a share only
   * is told whatever the share is, also when it is 0.
   */
  readonly warn: (
    code: WarningCode,
    message: string,
    options?: { readonly property?: string; readonly amount?: WarningAmount },
  ) => void;
  /**
   * Says which value the step has found for one of its properties that the plan leaves open. It stands in the provenance: with
   * it, the plan gives the same image.
   */
  readonly found: (property: string, value: JsonValue) => void;
  /** What `survey` has found for a property, in the whole of which the input is a block. */
  readonly known: (property: string) => JsonValue | undefined;
  /**
   * Opens the data file of a property: what it holds can be looked at and read in parts. The same file is opened once in a
   * run. The provenance lists it with its hash.
   *
   * Throws `DATA_NOT_FOUND`, `DATA_FORBIDDEN` and `DATA_FORMAT`, with the path of the property.
   */
  readonly file: (parameter: FileParameter) => Promise<DataFile>;
  /**
   * What `make` makes of a node: a system matrix, weights, an operator. Made once in a run. Where a `ProcessResultCache` stands
   * around the node, it outlives the run and the job in this process, and a later job gets it that has the same node and
   * `from`: at most `cacheSize` of them for one place in plans, and all together no more than a share of the memory. What was
   * not used for longest goes first. Without a cache it lasts as long as the run.
   *
   * @param node Its type, package and version, and its parameters tell one thing from another.
   * @param from What else it is made from, such as the `identity` of files and values that other nodes decide.
   * @param make Must make the same of the same. It must not keep the step's input, and nobody may change what it makes.
   */
  readonly held: <T extends HeldThing>(
    node: ParameterNode,
    from: readonly string[],
    make: () => Promise<T>,
  ) => Promise<T>;
  /**
   * Throws `OUT_OF_MEMORY` with both numbers where so many bytes are not to be had beside the step's input and what is held
   * for it. Ask before anything large is read or made that `estimateHostBytes` knows nothing of.
   *
   * @param what As the sentence about it begins, e.g. `The system matrix`.
   * @param options `partsTakeLess`: parts of the data take less, so the job may begin again in blocks.
   */
  readonly requireMemory: (bytes: number, what: string, options?: { readonly partsTakeLess?: boolean }) => void;
  /** A sentence for the person who watches the job. */
  readonly log: (level: 'info' | 'warn', message: string) => void;
}

/** What of the whole a sample is. */
export interface SampledEntries {
  /** Indices from 0 of its entries in the whole, rising. */
  readonly entries: readonly number[];
  /** How many there are in the whole. */
  readonly extent: number;
}

/**
 * A step with its parameters fixed. It lives as long as the algorithm it belongs to, over many runs, so operators and
 * tables belong here. What `process` returns is the caller's; it must not change its input.
 */
export interface Step {
  process(input: Dataset, context: StepContext): Dataset | Promise<Dataset>;
  /**
   * Finds properties in a sample of the input, as `process` would in the whole, so that blocks can be computed apart; see
   * `survey` of the definition. Says what with `found`.
   */
  survey?(sample: Dataset, context: Pick<StepContext, 'found' | 'warn' | 'log'>, sampled: SampledEntries): void;
  /** Frees what the step holds on the device. */
  dispose?(): void;
}

/**
 * Makes a step from checked parameters. Throws `RondelError` with `PLAN_INVALID_VALUE` when parameters contradict each
 * other; `at` is the name of the property, the framework puts the node's path before it.
 */
export type StepFactory = (parameters: Readonly<Record<string, unknown>>) => Step;

export interface StepImplementation {
  readonly type: string;
  readonly create: StepFactory;
}

/** Ties code to a step's definition; the parameters' types come from its properties. */
export function implementStep<P extends Properties>(
  definition: StepDefinition<P>,
  create: (parameters: ParametersOf<P>) => Step,
): StepImplementation {
  // Build has checked every parameter against the definition, which is what makes this narrowing sound.
  return { type: definition.type, create: (parameters) => create(parameters as ParametersOf<P>) };
}

/** A manifest with the code of its steps and remote values. */
export interface ReconstructionPackage {
  readonly manifest: PackageManifest;
  readonly steps: readonly StepImplementation[];
  readonly remoteResolvers?: readonly RemoteResolverImplementation[];
}
