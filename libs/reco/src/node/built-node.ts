/** A built node that only configures a step, e.g. a regularization term. */
export interface ParameterNode {
  readonly type: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Shape of what a step is about to get, for memory estimates. */
export interface InputShape {
  readonly shape: readonly number[];
  /** Bytes of one element of the main array. */
  readonly elementBytes: number;
}

/** A built step or pipeline as the definitions around it see it. */
export interface BuiltNode {
  readonly type: string;
  /** Values of a step; of a pipeline its stages, each a `BuiltNode` in turn. */
  readonly parameters: Readonly<Record<string, unknown>>;
}
