import { setImmediate } from 'node:timers/promises';
import { RondelError, type TypedArray } from '@rondel/contracts';
import { slabBytes, slabEntries, type EntrySize, type SlabCopies } from '../slab-size.js';

/** Some of the frames x slices of a volume, as one run of the kernels takes them. */
export interface Slab {
  /** [entry, angle, detector]; a view where the source is float32. */
  readonly sinograms: Float32Array;
  readonly entries: number;
  /** The volume's entry that is the first of the slab. */
  readonly start: number;
  readonly index: number;
  readonly count: number;
  /** [entry, y, x] of the slabs before this one; a view. */
  readonly finished: Float32Array;
}

export interface SlabOptions {
  readonly size: EntrySize;
  readonly copies: SlabCopies;
  readonly signal: AbortSignal;
  /** Entries that are one problem and never in different slabs; divides their number. Default: 1. */
  readonly together?: number;
  /** Bytes on the device that a slab may take; by default what `slabExtent` takes. */
  readonly budgetBytes?: number;
  /** [entry, y, x] of slabs that are not computed again, the first ones. */
  readonly finished?: Float32Array;
}

/**
 * Reconstructs a volume slab by slab, so that the memory of the device bounds the slab and not the volume. Problems are
 * independent, so the result does not depend on the slabs.
 *
 * @param sinograms [entry, angle, detector]
 * @param reconstruct returns [entry, y, x] of a slab.
 * @returns [entry, y, x]. Throws `CANCELLED` between slabs once nobody wants the result.
 */
export async function reconstructSlabs(
  sinograms: TypedArray,
  { size, copies, signal, budgetBytes, together = 1, finished = new Float32Array() }: SlabOptions,
  reconstruct: (slab: Slab) => TypedArray | Promise<TypedArray>,
): Promise<Float32Array> {
  const perSinogram = size.angles * size.detectors;
  const perImage = size.rows * size.columns;
  const entries = sinograms.length / perSinogram;
  const extent = slabEntries(entries, slabBytes(size, copies), together, budgetBytes);
  const count = Math.ceil(entries / extent);
  const images = new Float32Array(entries * perImage);
  images.set(finished);
  for (let index = 0; index < count; index++) {
    const start = index * extent;
    if (start * perImage < finished.length) continue;
    await pause(signal);
    const end = Math.min(entries, start + extent);
    const part = sinograms.subarray(start * perSinogram, end * perSinogram);
    const slab = {
      sinograms: part instanceof Float32Array ? part : Float32Array.from(part),
      entries: end - start,
      start,
      index,
      count,
      finished: images.subarray(0, start * perImage),
    };
    images.set(await reconstruct(slab), start * perImage);
  }
  return images;
}

/** Lets messages out and in. Throws `CANCELLED` when one of them said stop. */
export async function pause(signal: AbortSignal): Promise<void> {
  await setImmediate();
  if (signal.aborted) throw new RondelError('CANCELLED', 'The reconstruction was cancelled.');
}
