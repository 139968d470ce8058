import type { BuildAnswer, EmptiedResults, Job, Session, SessionChange } from '@rondel/contracts';
import type { CallOptions } from '../call-options.js';
import type { BuiltInPlans } from '../generated/built-in-plans.js';
import type { PlanTable, TypeName } from '../plan-table.js';
import type { Image } from './image.js';
import type { ChangeOptions, PlanProperty, WatchOptions, ValueTransform } from './plan-property.js';
import type { ReconstructOptions, ReconstructionData } from './reconstruct.js';
import type { PlanEvent } from './watch.js';

/** A plan of which only the server knows what it holds. Where it is typed so, every path can be written. */
export interface UntypedPlan {
  readonly [name: string]: UntypedPlan;
}

type Plain = string | number | boolean | null | readonly unknown[] | TypeName;

/** A property that holds a `T`, and below it, for a node, the properties of the node. */
export type LiveProperty<T> = PlanProperty<T extends UntypedPlan ? (string extends keyof T ? unknown : T) : T> &
  (T extends Plain ? unknown : { readonly [K in keyof T]-?: LiveProperty<T[K]> });

/**
 * Where a live plan comes from: the name of a built-in plan, TOML, a tree, the id of a session that exists, which is
 * opened and not copied, or the plan of a job. In a string, 26 capitals and digits are the id of a session, and a line
 * break or `=` makes it TOML.
 */
export type LivePlanSource =
  | string
  | PlanTable
  | { readonly name: string }
  | { readonly toml: string }
  | { readonly session: string }
  | { readonly job: string };

export interface OpenOptions extends CallOptions {
  /** Set in the new session before anybody sees it, as `setAll`; not for a session that exists. @default none */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export interface ClearOptions extends ChangeOptions {
  /** Node that is cleared. @default the whole plan */
  readonly path?: string;
  /** Keep the nodes and clear them too. @default true */
  readonly keepStructure?: boolean;
}

/** What can be done with a live plan as a whole. */
export interface LivePlanCalls<T = UntypedPlan> {
  /** Of the session; `rondel.plan(id)` opens it elsewhere. */
  readonly id: string;
  /** The newest version that this object has seen, for `ifVersion`. */
  readonly version: number;
  /** A property by its path: for names such as `set`, and for names that the types don't know. */
  property<V = unknown>(path: string): LiveProperty<V>;
  /** Sets many properties at once, or none: a bare name on every node that has it, a path in one place. */
  setAll(values: Readonly<Record<string, unknown>>, options?: ChangeOptions): Promise<SessionChange>;
  /** Makes every property missing. */
  clear(options?: ClearOptions): Promise<SessionChange>;
  /**
   * Forgets what jobs have left of its steps in a `ProcessResultCache`, as `empty!` in Julia: of all of them, or of those in
   * the node at `path`. Throws `INVALID_REQUEST` where there is no cache.
   */
  empty(options?: CallOptions & { readonly path?: string }): Promise<EmptiedResults>;
  /** Whether it can be built, and all that is missing or wrong if not. */
  build(options?: CallOptions): Promise<BuildAnswer>;
  toToml(options?: CallOptions): Promise<string>;
  tree(options?: CallOptions): Promise<PlanTable>;
  /** Version and expiry: a session that nobody uses for a day is gone. */
  session(options?: CallOptions): Promise<Session>;
  /** A copy that goes its own way. */
  fork(options?: CallOptions): Promise<LivePlan<T>>;
  /** Calls back for everything that happens to it, see `PlanEvent`. */
  on(listener: (event: PlanEvent) => void, options?: WatchOptions<ValueTransform | undefined>): () => void;
  /**
   * Runs the plan as it is now and resolves with the image. Throws what made the job fail, and `CANCELLED`.
   *
   * @param data A data reference, named ones, the bytes of a file, or an array. Bytes are uploaded first.
   */
  reconstruct(data: ReconstructionData, options?: ReconstructOptions): Promise<Image>;
  /** As `reconstruct`, without waiting. */
  submit(data: ReconstructionData, options?: ReconstructOptions): Promise<Job>;
  /** Ends the session and the watching of this object. Jobs that were submitted from it go on. */
  close(options?: CallOptions): Promise<void>;
}

/**
 * A plan on the server, which others may change at the same time. Its properties are objects to read, set and watch them:
 * `await plan.parameter.reco.iterations.set(20)`. Positions in lists count from 1, as in all paths into plans.
 */
export type LivePlan<T = UntypedPlan> = LivePlanCalls<T> & { readonly [K in keyof T]-?: LiveProperty<T[K]> };

export interface OpenLivePlan {
  /** A built-in plan, with the types of its properties. */
  <Name extends keyof BuiltInPlans>(name: Name, options?: OpenOptions): Promise<LivePlan<BuiltInPlans[Name]>>;
  /** Any plan; `T` says what it holds: `rondel.plan<{ parameter: { reco: { iterations: number } } }>(toml)`. */
  <T extends object = UntypedPlan>(source: LivePlanSource, options?: OpenOptions): Promise<LivePlan<T>>;
}
