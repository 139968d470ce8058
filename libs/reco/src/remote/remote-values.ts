import type { NdArray, Warning, WarningCode } from '@rondel/contracts';
import type { Static, TObject } from '@rondel/contracts/schema';

/**
 * What a `_remote` table may hold, as data: the API checks tables against it. A field whose schema has the format
 * `data-reference` names what the worker reads from.
 */
export interface RemoteResolverDefinition<F extends TObject = TObject> {
  /** Value of `_remote`. Unique among all packages of a registry. */
  readonly name: string;
  readonly description: string;
  /** The other fields; with `additionalProperties: false`. */
  readonly fields: F;
}

/** An array that was read, and in what format it was stored. */
export interface RemoteArray {
  readonly array: NdArray;
  /** `npy`, `hdf5` or another one that the worker can read. */
  readonly format: string;
  /** What whoever read it had to assume; a resolver passes on what it does not settle itself. */
  readonly warnings?: readonly Warning[];
}

/** All that a resolver may reach: files inside the worker's data roots and artifacts, never paths or the environment. */
export interface RemoteSource {
  /**
   * Reads what a data reference names; `dataset` is the path of one array inside a container file, `unit` that of angles,
   * whatever the file says. Angles whose file says that they are degrees come in radians.
   *
   * Throws `DATA_NOT_FOUND`, `DATA_FORBIDDEN`, `DATA_FORMAT`, and `QUOTA_EXCEEDED` for more than a plan may hold.
   */
  read(reference: string, options?: { readonly dataset?: string; readonly unit?: 'rad' | 'deg' }): Promise<RemoteArray>;
}

/** What a resolver may ask of its surroundings. */
export interface ResolverContext extends RemoteSource {
  /** Says why the numbers may not be the right ones; it becomes a warning of the job, with the path of the table. */
  readonly warn: (code: WarningCode, message: string) => void;
}

/** Turns the fields of a `_remote` table into numbers. The same fields and files must give the same numbers. */
export type ResolveRemote = (
  fields: Readonly<Record<string, unknown>>,
  source: ResolverContext,
) => NdArray | Promise<NdArray>;

export interface RemoteResolverImplementation {
  readonly name: string;
  readonly resolve: ResolveRemote;
}

/** Ties code to a resolver's definition; the fields' types come from its schema. */
export function implementRemoteResolver<F extends TObject>(
  { name }: RemoteResolverDefinition<F>,
  resolve: (fields: Static<F>, source: ResolverContext) => NdArray | Promise<NdArray>,
): RemoteResolverImplementation {
  // The table has been checked against the definition, which is what makes this narrowing sound.
  return { name, resolve: (fields, source) => resolve(fields as Static<F>, source) };
}
