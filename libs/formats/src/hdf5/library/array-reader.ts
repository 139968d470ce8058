import { elementCount, elementSize, type DType, type NdArray, type TypedArray } from '@rondel/contracts';
import { wholeOf, type Box } from '../../array/axis-range.js';
import { allocateBytes, formatError } from '../../file/data-errors.js';
import { integers64ToFloat64 } from '../../array/integer64.js';
import { claimedBytes } from '../../array/claimed-bytes.js';
import { componentsOf, typedView } from '../../array/typed-array.js';
import { provideDecoders } from './decoders.js';
import { elementOf, type Hdf5Element } from './element-type.js';
import type { ElementMetadata } from './library.js';
import { slabsOf } from './slabs.js';
import { datasetMetadata, hdf5Error, type OpenedHdf5 } from './opened-hdf5.js';

/** Values are taken out of libhdf5 in pieces of about this size, so that its memory stays small. */
const slabBytes = 32 * 1024 ** 2;

/** Consecutive values of a box in C order; `start` counts real numbers from the first. `values` dies with the call. */
type SlabSink = (values: TypedArray, start: number) => void;

/**
 * Reads a dataset, or a box of it, with its own element type; axes are unnamed. Throws `DATA_FORMAT`, `DATA_FORBIDDEN`,
 * `QUOTA_EXCEEDED`.
 */
export function readPlainArray(file: OpenedHdf5, path: string, box?: Box): NdArray {
  const { shape, element } = describeDataset(file, path);
  const part = { path, box: box ?? wholeOf(shape) };
  const { count } = part.box;
  claimBox(file, part, element.dtype);
  const target = allocate(file.label, { dtype: element.dtype, shape: count });
  readSlabs(file, part, (values, start) => {
    target.set(values, start);
  });
  return { dtype: element.dtype, shape: count, data: target };
}

/** A box of a dataset. */
export interface Hdf5Part {
  readonly path: string;
  readonly box: Box;
}

/** Throws `QUOTA_EXCEEDED` when a box is above the limit. */
export function claimBox({ label, maxBytes }: OpenedHdf5, { path, box }: Hdf5Part, dtype: DType): void {
  claimedBytes({ label: `${label}#${path}`, shape: box.count, dtype, maxBytes });
}

/** Shape and element type of a dataset, of whatever size. */
export function describeDataset(
  file: OpenedHdf5,
  path: string,
): { shape: readonly number[]; element: Hdf5Element; metadata: ElementMetadata } {
  const metadata = datasetMetadata(file, path);
  const label = `${file.label}#${path}`;
  const element = elementOf(metadata, label);
  if (metadata.shape === null) throw formatError(label, 'is empty (a null dataspace). Name another dataset.');
  const shape = [...metadata.shape];
  claimedBytes({ label, shape, dtype: element.dtype, maxBytes: Infinity });
  return { shape, element, metadata };
}

function allocate(label: string, { dtype, shape }: { dtype: DType; shape: readonly number[] }): TypedArray {
  const elements = elementCount(shape);
  const memory = allocateBytes(label, elements * elementSize(dtype));
  return typedView(dtype, memory, { length: elements * componentsOf(dtype) });
}

/** Hands the values of a box to `sink`, piece by piece in C order. Throws `DATA_FORMAT` when a piece cannot be read. */
export function readSlabs(file: OpenedHdf5, { path, box }: Hdf5Part, sink: SlabSink): void {
  const { element, metadata } = describeDataset(file, path);
  provideDecoders(file, path);
  const components = componentsOf(element.dtype);
  let start = 0;
  const chunks = metadata.chunks ?? undefined;
  for (const { offset, count } of slabsOf({ shape: box.count, elementBytes: metadata.size, slabBytes, chunks })) {
    const slab = { offset: offset.map((first, axis) => first + (box.offset[axis] ?? 0)), count };
    const elements = elementCount(count);
    readSlab(file, { path, element, slab }, (values) => {
      sink(values, start);
    });
    start += elements * components;
  }
}

interface SlabRequest {
  readonly path: string;
  readonly element: Hdf5Element;
  readonly slab: Box;
}

function readSlab(file: OpenedHdf5, request: SlabRequest, use: (values: TypedArray) => void): void {
  const { path, element, slab } = request;
  const { module } = file.library;
  const bytes = elementCount(slab.count) * elementSize(element.dtype);
  const pointer = module._malloc(bytes);
  if (pointer === 0) throw formatError(file.label, `${path} needs more memory than libhdf5 has. Use smaller chunks.`);
  try {
    const status = module.get_dataset_data(file.id, path, ...selection(slab), BigInt(pointer));
    if (status < 0) throw hdf5Error(file, `${path} cannot be read`);
    use(decodeSlab(file, request, { pointer, bytes }));
  } finally {
    module._free(pointer);
  }
}

/** Count, offset and strides as libhdf5 takes them; a scalar has no axes to select along. */
function selection({ offset, count }: Box): [bigint[] | null, bigint[] | null, bigint[] | null] {
  if (count.length === 0) return [null, null, null];
  return [count.map(BigInt), offset.map(BigInt), count.map(() => 1n)];
}

function decodeSlab(
  file: OpenedHdf5,
  { path, element }: SlabRequest,
  { pointer, bytes }: { pointer: number; bytes: number },
): TypedArray {
  // libhdf5's memory may have moved while it read, so the view is made afterwards.
  const heap = file.library.module.HEAPU8;
  if (element.integer64) {
    const misfit = integers64ToFloat64(heap.subarray(pointer, pointer + bytes), element.integer64 === 'signed');
    if (misfit !== undefined) {
      throw formatError(
        file.label,
        `${path} holds the 64-bit integer ${misfit.toString()}, which float64 cannot hold exactly.`,
      );
    }
  }
  const length = (bytes / elementSize(element.dtype)) * componentsOf(element.dtype);
  return typedView(element.dtype, heap.buffer, { byteOffset: pointer, length });
}
