import type { SessionChange, SessionProperty } from '@rondel/contracts';
import type { CallOptions } from '../call-options.js';
import type { PlanTable, RemoteValue, TypeName } from '../plan-table.js';

/** A short fact about a value, told instead of the value: items of a list, extents of nested lists, SHA-256. */
export type ValueTransform = 'length' | 'shape' | 'hash';

/** What is read of a property that holds a `T`. Lists may stand as a reference, which only workers resolve. */
export type ValueOf<T> = unknown extends T
  ? unknown
  : T extends readonly unknown[]
    ? T | RemoteValue
    : T extends string | number | boolean | null | TypeName
      ? T
      : PlanTable;

/** What a property that holds a `T` can be set to; `null` is *nothing*, which is not the same as missing. */
export type ValueFor<T> = unknown extends T
  ? unknown
  : | null
    | (T extends TypeName<infer Name>
        ? Name | T
        : T extends string | number | boolean | null | readonly unknown[]
          ? T | RemoteValue
          : PlanTable);

export type Transformed<T, X extends ValueTransform | undefined> = X extends 'length'
  ? number
  : X extends 'shape'
    ? readonly number[]
    : X extends 'hash'
      ? string
      : ValueOf<T>;

export interface ReadOptions<X extends ValueTransform | undefined = undefined> extends CallOptions {
  /** Reads this about the value instead of the value, which may be large. @default the value */
  readonly transform?: X;
}

/** What a remote value stands for: numbers, in lists for each axis. */
export type Resolved<T, X extends ValueTransform | undefined> = X extends undefined
  ? Exclude<ValueOf<T>, RemoteValue>
  : Transformed<T, X>;

export interface ChangeOptions extends CallOptions {
  /**
   * Version that the change is meant for. When somebody has changed the plan since, it is refused and throws what
   * `isConflictError` recognises.
   * @default any version
   */
  readonly ifVersion?: number | undefined;
}

export interface WatchOptions<X extends ValueTransform | undefined = undefined> extends ReadOptions<X> {
  /**
   * Is told what ends the watching (the session is gone, the server stays away) and what the listener throws. Without it
   * these are unhandled rejections.
   */
  readonly onError?: (error: unknown) => void;
}

/**
 * Is called with the value after each change, or with nothing when the property is missing. The second argument says
 * where and in which version; of a node without a transform it is told what changed inside. A reference to a remote value
 * has no length or shape here: with a transform it comes as nothing, and `remote` is true.
 */
export type PropertyListener<T> = (value: T | undefined, change: SessionProperty) => void;

/** A property of a live plan that holds a `T`, or a node with what it holds. */
export interface PlanProperty<T = unknown> {
  /** e.g. `parameter.reco.iterations` */
  readonly path: string;
  /** The value; nothing when it is missing. Throws `PLAN_UNKNOWN_PROPERTY` for one that the plan can't have. */
  get<X extends ValueTransform | undefined = undefined>(
    options?: ReadOptions<X>,
  ): Promise<Transformed<T, X> | undefined>;
  /**
   * The value, or what it stands for when it is a reference: a worker that has its data root reads it. Without a transform
   * up to 10,000 numbers, beyond throws `QUOTA_EXCEEDED`. Throws `WORKER_UNAVAILABLE` when no worker has the root, and why
   * the value can't be read. Nothing when it is missing.
   */
  resolved<X extends ValueTransform | undefined = undefined>(
    options?: ReadOptions<X>,
  ): Promise<Resolved<T, X> | undefined>;
  /** The value with the version of the plan in which it was read, for a later `ifVersion`. */
  read(options?: ReadOptions<ValueTransform | undefined>): Promise<SessionProperty>;
  /** Checks, converts and sets the value. Throws `PLAN_INVALID_VALUE` and the like. */
  set(value: ValueFor<T>, options?: ChangeOptions): Promise<SessionChange>;
  /** Makes it missing; an item of a list is taken out. */
  clear(options?: ChangeOptions): Promise<SessionChange>;
  /** Lets it follow another property until it is set by hand. */
  follow(source: string | { readonly path: string }, options?: FollowOptions): Promise<SessionChange>;
  unfollow(options?: ChangeOptions): Promise<SessionChange>;
  /**
   * Calls back when it changes, whoever changes it, from what this plan has seen last on. Every watched property is an
   * event stream of its own, of which browsers allow six per server over HTTP/1.1.
   *
   * @returns Ends it. Also the abort of `signal` does.
   */
  on<X extends ValueTransform | undefined = undefined>(
    listener: PropertyListener<Transformed<T, X>>,
    options?: WatchOptions<X>,
  ): () => void;
  /** One that lies below, by its path from here: for names such as `set`, and names that the types don't know. */
  property<V = unknown>(path: string): PlanProperty<V>;
}

export interface FollowOptions extends ChangeOptions {
  /** Name of a registered function that makes the value of the one from the value of the other. @default the value itself */
  readonly function?: string;
}
