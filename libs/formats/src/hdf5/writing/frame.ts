import { randomBytes } from 'node:crypto';
import { elementCount, elementSize } from '@rondel/contracts';
import { accessMode, type Hdf5Library } from '../library/library.js';
import { slabsOf } from '../library/slabs.js';
import { createSparseFile } from '../library/sparse-file.js';
import { imagePath, layoutOf, writeError, writeGeometry, type DescribedArray } from './write.js';

/** An array of which everything is known but the values. */
export type FramedArray = Omit<DescribedArray, 'data'>;

/** What stands before and after the values of the array in its HDF5 file. */
export interface Hdf5Frame {
  readonly before: Uint8Array<ArrayBuffer>;
  readonly after: Uint8Array<ArrayBuffer>;
}

const markBytes = 64;

/**
 * The file that `writeHdf5` writes, without its values, so that those can be passed on from elsewhere: libhdf5 lays out
 * the whole file in a sparse one, is given some random values to begin with, and where these lie is where the values begin.
 *
 * @param array Of at least 1 KiB: values of fewer bytes are no mark to find their place by.
 */
export function frameHdf5(library: Hdf5Library, array: FramedArray): Hdf5Frame {
  const { module } = library;
  const output = createSparseFile(module.FS, 'frame.h5');
  const file = module.open(output.path, accessMode.create, false, -1, -1);
  if (file < 0n) throw writeError(library, 'the file cannot be created');
  let mark: Uint8Array;
  try {
    // Without values libhdf5 complains, and leaves the dataset as it is: defined, its space not yet allocated.
    module.create_dataset(file, imagePath, 0n, layoutOf(array));
    library.takeComplaint();
    mark = writeMark(library, file, array);
    writeGeometry(library, file, array);
  } finally {
    module.close_file(file);
  }
  const start = output.find(mark);
  const end = (start ?? 0) + elementCount(array.shape) * elementSize(array.dtype);
  if (start === undefined || end > output.size()) throw writeError(library, 'the place of the values cannot be found');
  return { before: output.bytes(0, start), after: output.bytes(end, output.size()) };
}

/** Writes random values at the beginning of the dataset; returns their bytes. */
function writeMark(library: Hdf5Library, file: bigint, { dtype, shape }: FramedArray): Uint8Array {
  const { module } = library;
  const elementBytes = elementSize(dtype);
  const [box] = slabsOf({ shape, elementBytes, slabBytes: markBytes });
  if (box === undefined) throw writeError(library, 'an array without values has no frame');
  const mark = randomBytes(elementCount(box.count) * elementBytes);
  const pointer = module._malloc(mark.byteLength);
  if (pointer === 0) throw writeError(library, 'there is no memory');
  try {
    module.HEAPU8.set(mark, pointer);
    const [count, offset] = [box.count.map(BigInt), box.offset.map(BigInt)];
    const steps = count.map(() => 1n);
    const status = module.set_dataset_data(file, imagePath, count, offset, steps, BigInt(pointer));
    if (status < 0) throw writeError(library, `${imagePath} cannot be written`);
    return mark;
  } finally {
    module._free(pointer);
  }
}
