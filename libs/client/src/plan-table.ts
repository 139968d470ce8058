/** A node of a plan as JSON: the table of the TOML file. `_type` may stand as `RecoPlan{T}`. */
export interface PlanTable {
  readonly _type: string;
  readonly _module?: string;
  readonly [property: string]: unknown;
}

/** The name of a type as the value of a property, such as a solver. */
export interface TypeName<Name extends string = string> {
  readonly _type: 'Type';
  readonly _module?: string;
  readonly _value: Name;
}

/** A value that the worker which runs the step resolves, and nobody else: `{ _remote: 'npy', uri: 'root://scans/theta.npy' }`. */
export interface RemoteValue {
  readonly _remote: string;
  readonly [field: string]: unknown;
}
