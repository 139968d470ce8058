/** A built node that only configures a step, e.g. a regularization term. */
export interface ParameterNode {
  readonly type: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /**
   * `maxsize` of the `ProcessResultCache` around it: how many things that a step makes of the node outlive the job, see `held`
   * of the step's context. Absent: there is no cache around it.
   */
  readonly cacheSize?: number;
  /** Path from the step of what stands in the cache, e.g. `sfLoad`. Absent without a cache. */
  readonly place?: string;
}

/** A data file that a property names, opened with `file` of the step's context. */
export interface FileParameter {
  /** `root://NAME/path` or `artifact:sha256-...`, as the plan has it. */
  readonly reference: string;
}

/** Shape of what a step is about to get, for memory estimates. */
export interface InputShape {
  readonly shape: readonly number[];
  /** Bytes of one element of the main array. */
  readonly elementBytes: number;
  /** Of a block: how many entries are to be made of it, by the name of its axis; absent: of all there are. */
  readonly wanted?: Readonly<Record<string, number>>;
}

/** A built step or pipeline as the definitions around it see it. */
export interface BuiltNode {
  readonly type: string;
  /** Values of a step; of a pipeline its stages, each a `BuiltNode` in turn. */
  readonly parameters: Readonly<Record<string, unknown>>;
}
