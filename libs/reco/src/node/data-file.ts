import type { DatasetFacts, NdArray } from '@rondel/contracts';

/** A data file that a step has opened; closed when the run ends. */
export interface DataFile {
  /** As messages call it. */
  readonly label: string;
  /**
   * The same for the same content: the hash of an artifact; for a file in a data root what changes with its bytes. Give it to
   * `held` as what a thing is made from.
   */
  readonly identity: string;
  /** Arrays without their values, companions and attributes, as its format says. */
  readonly facts: DatasetFacts;
  /**
   * Reads `data` or a companion, all of it or a part, and no more of the file than that. What it returns is not to be changed:
   * small companions that are read whole are kept for the run.
   *
   * @param ranges By the name of an axis: first entry and the one after the last, from 0. The axes of the array that are
   *   not named are read whole.
   * @param order Axes of what it returns, slowest first; those of `facts` unless told.
   *
   * Throws `DATA_NOT_FOUND` for an array that the file does not have, `DATA_SHAPE_MISMATCH` for an axis that the array does not
   * have, `INVALID_REQUEST` for entries that it does not have, `OUT_OF_MEMORY` for more than there is room for, and what the
   * format throws for damage.
   */
  read(
    name: string,
    ranges?: Readonly<Record<string, readonly [start: number, stop: number]>>,
    order?: readonly string[],
  ): Promise<NdArray>;
}

/** What a step makes of a node and files, such as a system matrix, see `held` of its context. */
export interface HeldThing {
  /** Memory that it takes. */
  readonly bytes: number;
  /** Frees what it holds, once nobody wants it any more. */
  dispose?(): void;
}
