import { elementCount, elementSize, type DType, type NdArray, type TypedArray } from '@rondel/contracts';
import { wholeOf, type Box } from '../../array/axis-range.js';
import { allocateBytes, formatError } from '../../file/data-errors.js';
import { claimedBytes } from '../../array/claimed-bytes.js';
import { componentsOf, typedView } from '../../array/typed-array.js';
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
  const chunks = metadata.chunks ?? undefined;
  for (const { offset, count } of slabsOf({ shape: box.count, elementBytes: metadata.size, slabBytes, chunks })) {
    const slab = { offset: offset.map((first, axis) => first + (box.offset[axis] ?? 0)), count };
    const elements = elementCount(count);
    const from = start;
    if (virtual === undefined) readSlab(file, { path, element, slab }, (values) => sink(values, from));
    else {
      const target = allocate(file.label, { dtype: element.dtype, shape: count });
      readVirtualBox(virtual, slab, { target, components });
      sink(target, from);
    }
    start += elements * components;
  }
}
