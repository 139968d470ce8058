import type { Dataset, DatasetFacts, Failure, NdArray } from '@rondel/contracts';
import type { AxisRange } from '../../array/axis-range.js';
import type { StoredChunk } from '../../format-reader.js';
import type { ArrayPart } from '../../array/axis-spans.js';
import type { MdfSource } from '../mdf/write.js';
import type { FramedArray, Hdf5Frame } from '../writing/frame.js';
import type { Hdf5ReadRequest } from '../reading/read.js';
import type { DescribedArray } from '../writing/write.js';

/** What a thread that runs libhdf5 is asked, one task after the other. */
export type Hdf5Task =
  | { readonly kind: 'read' | 'describe' | 'chunk'; readonly request: Hdf5ReadRequest }
  | { readonly kind: 'read-ranges'; readonly request: Hdf5ReadRequest; readonly ranges: readonly AxisRange[] }
  | { readonly kind: 'read-arrays'; readonly request: Hdf5ReadRequest; readonly parts: readonly ArrayPart[] }
  | { readonly kind: 'write'; readonly array: DescribedArray }
  | { readonly kind: 'write-mdf'; readonly source: MdfSource }
  | { readonly kind: 'frame'; readonly array: FramedArray };

export type Hdf5Answer =
  | { readonly kind: 'dataset'; readonly dataset: Dataset }
  | { readonly kind: 'datasets'; readonly datasets: readonly Dataset[] }
  | { readonly kind: 'arrays'; readonly arrays: readonly NdArray[] }
  | { readonly kind: 'chunk'; readonly chunk: StoredChunk | undefined }
  | { readonly kind: 'facts'; readonly facts: DatasetFacts }
  | { readonly kind: 'file'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'frame'; readonly frame: Hdf5Frame }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** What the thread says: the answer, and whether it has to end now; if not, once libhdf5 has started anew for the next task. */
export type ThreadMessage =
  { readonly kind: 'answer'; readonly answer: Hdf5Answer; readonly isSpent: boolean } | { readonly kind: 'ready' };
