import { Dataset } from 'h5wasm';
import { RondelError, elementCount, elementSize, type DType, type NdArray } from '@rondel/contracts';
import { bytesOf, componentsOf } from '../../array/typed-array.js';
import { accessMode, typeClass, type Hdf5Library, type WriteMetadata } from '../library/library.js';

/** Where the array lies in files that Rondel writes. */
export const imagePath = '/image';
const outputPath = '/output.h5';

/** An array with what its file says of how it was made. */
export interface DescribedArray extends NdArray {
  /** Unit of the values: the attribute `units`, as NeXus has it. */
  readonly valueUnit?: string | undefined;
  /** JSON in ASCII of at most 60,000 characters: the attribute `provenance`. */
  readonly provenance?: string | undefined;
}

/**
 * Writes an HDF5 file with one contiguous dataset `/image` and, as far as the array has them, the attributes `axes`
 * (names, slowest first; also as dimension labels), `spacing` (float64, one per axis), `spacing_unit`, `units` (of
 * the values) and `provenance`. Complex
 * numbers are the compound {r, i} that h5py reads as complex.
 */
export function writeHdf5(library: Hdf5Library, array: DescribedArray): Uint8Array<ArrayBuffer> {
  const { module } = library;
  const file = module.open(outputPath, accessMode.create, false, -1, -1);
  if (file < 0n) throw writeError(library, 'the file cannot be created');
  try {
    createValues(library, file, { path: imagePath, array });
    writeGeometry(library, file, array);
  } finally {
    module.close_file(file);
  }
  return takeOutput(library, outputPath);
}

/** Creates a contiguous dataset. The group that it lies in has to be there. */
export function createValues(
  library: Hdf5Library,
  file: bigint,
  { path, array }: { readonly path: string; readonly array: NdArray },
): void {
  const { module } = library;
  const bytes = bytesOf(array.data);
  const pointer = module._malloc(Math.max(1, bytes.byteLength));
  if (pointer === 0) throw writeError(library, `there is no memory for ${bytes.byteLength} bytes`);
  try {
    module.HEAPU8.set(bytes, pointer);
    const status = module.create_dataset(file, path, BigInt(pointer), layoutOf(array));
    if (status < 0) throw writeError(library, `${path} cannot be written`);
  } finally {
    module._free(pointer);
  }
}

export function layoutOf({ dtype, shape }: Pick<NdArray, 'dtype' | 'shape'>): WriteMetadata {
  const extents = shape.map(BigInt);
  return {
    ...elementLayout(dtype),
    shape: extents,
    maxshape: extents,
    chunks: null,
    compression: 0,
    compression_opts: [],
    track_order: false,
    total_size: elementCount(shape),
  };
}

type ElementLayout = Pick<WriteMetadata, 'type' | 'size' | 'signed' | 'littleEndian' | 'vlen' | 'compound_type'>;

function elementLayout(dtype: DType): ElementLayout {
  const size = elementSize(dtype);
  const base = { size, littleEndian: true, vlen: false };
  if (componentsOf(dtype) === 1) {
    const type = dtype.startsWith('float') ? typeClass.float : typeClass.integer;
    return { ...base, type, signed: dtype.startsWith('int') };
  }
  const part = { type: typeClass.float, size: size / 2, signed: false, littleEndian: true, vlen: false, shape: [] };
  const members = [
    { ...part, name: 'r', offset: 0 },
    { ...part, name: 'i', offset: size / 2 },
  ];
  return { ...base, type: typeClass.compound, signed: false, compound_type: { members, nmembers: 2 } };
}

export function writeGeometry(
  { module }: Hdf5Library,
  file: bigint,
  { axes, spacing, spacingUnit, valueUnit, provenance }: Omit<DescribedArray, 'data' | 'dtype' | 'shape'>,
): void {
  const image = new Dataset(file, imagePath);
  if (axes !== undefined && axes.length > 0) {
    image.create_attribute('axes', [...axes], null, 'S');
    axes.forEach((axis, index) => module.set_dimension_label(file, imagePath, index, axis));
  }
  if (spacing !== undefined && spacing.length > 0) image.create_attribute('spacing', Float64Array.from(spacing));
  if (spacingUnit !== undefined) image.create_attribute('spacing_unit', spacingUnit, [], 'S');
  if (valueUnit !== undefined) image.create_attribute('units', valueUnit, [], 'S');
  if (provenance !== undefined) image.create_attribute('provenance', provenance, [], 'S');
}

/** A finished file, taken from the file system in memory without a copy. */
export function takeOutput(library: Hdf5Library, path: string): Uint8Array<ArrayBuffer> {
  const { node } = library.module.FS.lookupPath(path, {});
  const { contents, usedBytes } = node;
  if (!(contents instanceof Uint8Array) || !(contents.buffer instanceof ArrayBuffer)) {
    throw writeError(library, 'the finished file cannot be found');
  }
  return new Uint8Array(contents.buffer, contents.byteOffset, usedBytes);
}

export function writeError(library: Hdf5Library, problem: string): RondelError {
  return new RondelError('INTERNAL', `Writing HDF5 failed: ${problem} (${library.takeComplaint()}).`);
}
