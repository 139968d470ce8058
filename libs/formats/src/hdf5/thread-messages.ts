import type { Dataset, Failure, NdArray } from '@rondel/contracts';
import type { ArrayFacts, Hdf5ReadRequest } from './read.js';

/** What the thread that runs libhdf5 is asked, once in its life. */
export type Hdf5Task =
  | { readonly kind: 'read' | 'describe'; readonly request: Hdf5ReadRequest }
  | { readonly kind: 'write'; readonly array: NdArray };

export type Hdf5Answer =
  | { readonly kind: 'dataset'; readonly dataset: Dataset }
  | { readonly kind: 'facts'; readonly facts: ArrayFacts }
  | { readonly kind: 'file'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'failure'; readonly failure: Failure };
