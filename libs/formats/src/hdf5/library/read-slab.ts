import { elementCount, elementSize, type TypedArray } from '@rondel/contracts';
import type { Box } from '../../array/axis-range.js';
import { integers64ToFloat64 } from '../../array/integer64.js';
import { componentsOf, typedView } from '../../array/typed-array.js';
import { formatError } from '../../file/data-errors.js';
import type { Hdf5Element } from './element-type.js';
import { hdf5Error, type OpenedHdf5 } from './opened-hdf5.js';

export interface SlabRequest {
  readonly path: string;
  readonly element: Hdf5Element;
  readonly slab: Box;
}

/** Reads a box of a dataset that libhdf5 has room for; the values die with the call. Throws `DATA_FORMAT`. */
export function readSlab(file: OpenedHdf5, request: SlabRequest, use: (values: TypedArray) => void): void {
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
