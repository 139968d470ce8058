/** Bounds on what one read may cost. */
export interface ReadLimits {
  /** Bytes that all arrays of the dataset may take in memory, > 0; 4 GiB unless told. */
  readonly maxBytes: number;
  /** Seconds that decoding may take, > 0; 600 unless told. Applies to HDF5, whose contents decide how long it takes. */
  readonly maxSeconds: number;
}

export const defaultLimits: ReadLimits = { maxBytes: 4 * 1024 ** 3, maxSeconds: 600 };

/** More axes than any modality has; NumPy and HDF5 allow 64 and 32. */
export const maximumRank = 16;
