import { elementCount, elementSize, type DType, type NdArray, type TypedArray } from '@rondel/contracts';
import { wholeOf, type Box } from '../../array/axis-range.js';
import { allocateBytes, formatError } from '../../file/data-errors.js';
import { claimedBytes } from '../../array/claimed-bytes.js';
import { componentsOf, typedView } from '../../array/typed-array.js';
import { decodedChunks } from './decoded-chunks.js';
import { provideDecoders } from './decoders.js';
import { elementOf, type Hdf5Element } from './element-type.js';
import type { ElementMetadata } from './library.js';
import { readVirtualBox } from '../virtual/read-virtual.js';
import { virtualParts } from '../virtual/virtual-dataset.js';
import { readSlab } from './read-slab.js';
import { slabsOf } from './slabs.js';
import { datasetMetadata, type OpenedHdf5 } from './opened-hdf5.js';

/** Values are taken out of libhdf5 in pieces of about this size, so that its memory stays small. */
const slabBytes = 32 * 1024 ** 2;

/** Chunks up to so large are taken out whole, even where a slab is smaller: each slab would decode them again. */
const mostChunkBytes = 256 * 1024 ** 2;

/**
 * Consecutive values of a box in C order, which are those of `slab`, a box of the dataset; `start` counts real numbers from the
 * first. `values` dies with the call.
 */
type SlabSink = (values: TypedArray, start: number, slab: Box) => void;

/**
 * Reads a dataset, or a box of it, with its own element type; axes are unnamed. Throws `DATA_FORMAT`, `DATA_FORBIDDEN`,
 * `QUOTA_EXCEEDED`.
 */
export function readPlainArray(file: OpenedHdf5, path: string, box?: Box): NdArray {
  const { shape, element } = describeDataset(file, path);
  const part = { path, box: box ?? wholeOf(shape) };
  claimBox(file, part, element.dtype);
  const array = emptyArray(file, element.dtype, part.box);
  readSlabs(file, part, (values, start) => {
    array.data.set(values, start);
  });
  return array;
}

/** Room for the values of a box. */
export function emptyArray({ label }: OpenedHdf5, dtype: DType, { count }: Box): NdArray {
  return { dtype, shape: count, data: allocate(label, { dtype, shape: count }) };
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

/** Shape and element type of a dataset, of whatever size. Throws as `virtualParts` for one that lacks values. */
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
  if (metadata.virtual_sources !== undefined) virtualParts(file, path, metadata);
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
  const virtual = metadata.virtual_sources && virtualParts(file, path, metadata);
  if (virtual === undefined) provideDecoders(file, path);
  const components = componentsOf(element.dtype);
  let start = 0;
  const chunks = decodedChunks(file, path);
  const chunkBytes =
    metadata.size * (chunks ? elementCount(chunks.map((extent, axis) => Math.min(extent, box.count[axis] ?? 1))) : 0);
  const plan = { elementBytes: metadata.size, slabBytes: Math.max(slabBytes, Math.min(chunkBytes, mostChunkBytes)) };
  for (const { offset, count } of slabsOf({
    ...plan,
    shape: box.count,
    chunks: chunks ?? metadata.chunks ?? undefined,
  })) {
    const slab = { offset: offset.map((first, axis) => first + (box.offset[axis] ?? 0)), count };
    const elements = elementCount(count);
    const from = start;
    if (virtual === undefined) readSlab(file, { path, element, slab }, (values) => sink(values, from, slab));
    else {
      const target = allocate(file.label, { dtype: element.dtype, shape: count });
      readVirtualBox(virtual, slab, { target, components });
      sink(target, from, slab);
    }
    start += elements * components;
  }
}
