import type { Job, NdArray, Result, TypedArray, Warning } from '@rondel/contracts';
import type { Client, ResultQuery } from '../client.js';
import type { CallOptions, Download } from '../call-options.js';
import { decodeNpy } from '../npy.js';

/** What a job has made. Its values stay on the server until they are asked for. */
export interface Image {
  readonly job: Job;
  /** Slowest axis first, e.g. [frame, slice, y, x]. */
  readonly shape: readonly number[];
  readonly axes: readonly string[];
  readonly dtype: NdArray['dtype'];
  readonly spacing: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Why it may not be what its user takes it for; empty when there is no such doubt. */
  readonly warnings: readonly Warning[];
  /**
   * Fetches the values, the last axis varying fastest; complex ones as pairs. Every call fetches them.
   *
   * Throws `DATA_FORMAT` when what arrives is not the array.
   */
  array(options?: CallOptions): Promise<TypedArray>;
  /** Fetches it as a file, e.g. a slice as PNG. */
  file(query: ResultQuery): Promise<Download>;
}

export function imageOf(job: Job, result: Result, fetchResult: Client['result']): Image {
  const { shape, axes, spacing, min, max, mean } = result;
  return {
    job,
    shape,
    axes,
    dtype: result.dtype as NdArray['dtype'],
    spacing,
    min,
    max,
    mean,
    warnings: job.warnings ?? [],
    async array(options) {
      const { body } = await fetchResult(job.id, { format: 'npy', ...options });
      return decodeNpy(await new Response(body).arrayBuffer()).data;
    },
    file: (query) => fetchResult(job.id, query),
  };
}
