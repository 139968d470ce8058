import type { EngineName } from '@rondel/contracts';
import type { InputShape } from '@rondel/reco';
import { directCopies, paddedWidth, slabBytes, slabEntries, type SlabCopies } from '../slab-size.js';
import { bytesOnEngine } from './engine-bytes.js';
import { isByRays, rayBytes, workSize, type GeometryParameters } from './geometry.js';

const float32Bytes = 4;

type WorkSize = ReturnType<typeof workSize>;

/**
 * Peak bytes of tensors and of the kernels' memory while one slab of a size that follows from `copies` is computed. `together` is
 * the number of entries that are one problem.
 */
export function slabEstimate(copies: SlabCopies, budgetBytes?: number) {
  return (parameters: GeometryParameters, input: InputShape, taken = copies, together = 1): number => {
    const size = workSize(parameters, input);
    const entries = slabEntries(size.entries, slabBytes(size, copies), together, budgetBytes);
    return entries * slabBytes(size, taken) + rayBytes(parameters, size);
  };
}

/**
 * All images, those of a slab as they come from the device, its sinograms where they have to be converted, and further copies
 * of those. What the slab before has left may not be collected yet.
 */
export function imageEstimate(copies: SlabCopies, sinogramCopies = 0, budgetBytes?: number) {
  return (parameters: GeometryParameters, input: InputShape, together = 1): number => {
    const size = workSize(parameters, input);
    const image = float32Bytes * size.rows * size.columns;
    const converted = input.elementBytes === float32Bytes ? 0 : 1;
    const sinogram = (converted + sinogramCopies) * float32Bytes * size.angles * size.detectors;
    const slab = slabEntries(size.entries, slabBytes(size, copies), together, budgetBytes);
    const uncollected = Math.min(size.entries, 2 * slab);
    return size.entries * image + uncollected * (image + sinogram) + rayBytes(parameters, size);
  };
}

/** Where an image is masked, which the device has as well. */
function maskBytes({ rows, columns }: WorkSize): number {
  return float32Bytes * rows * columns;
}

/** How a direct reconstruction goes. */
export interface DirectWay {
  readonly isPadded: boolean;
  /** Device memory that a slab may take; absent: as `slabExtent` has it. */
  readonly budgetBytes?: number | undefined;
  /** Bytes of a Fourier grid for so many slices, where one makes the image. */
  readonly gridBytes?: ((size: WorkSize, slices: number, engine: EngineName) => number) | undefined;
}

const plainWay: DirectWay = { isPadded: false };

/** What lives on the device at the same time: copies of the sinograms and images of a slab, and bytes whatever the slab. */
interface Moment extends SlabCopies {
  readonly bytes?: number;
}

/** The moments of a direct reconstruction at which it may take most. */
function momentsOn(
  engine: EngineName,
  {
    size,
    byRays,
    grid,
    isPadded,
  }: Pick<DirectWay, 'isPadded'> & {
    readonly size: WorkSize;
    readonly byRays: boolean;
    /** Bytes of a Fourier grid; absent: sums make the image. */
    readonly grid: number | undefined;
  },
): Moment[] {
  const width = isPadded ? paddedWidth : 1;
  // The backprojection, and turning its images.
  const turning = { sinogram: 0, image: 2 };
  switch (engine) {
    case 'wasm':
      return [{ ...directCopies(size, isPadded), bytes: grid ?? 0 }];
    case 'webgpu':
      // Rows as they are filtered or weighted, with the buffer in which they came.
      return [{ sinogram: 3 * width, image: 0 }, { sinogram: 1, image: 1, bytes: grid ?? 0 }, turning];
    case 'tensorflow': {
      const weighting = { sinogram: 2 * width, image: 0 };
      // Images of some slices after the other, which are joined.
      if (grid !== undefined) {
        return [weighting, { sinogram: 1, image: 1, bytes: grid }, { sinogram: 1, image: 2 }, turning];
      }
      const pixels = float32Bytes * size.rows * size.columns;
      const { places, weights } = byRays ? composedPixels.rays : composedPixels.bins;
      return [
        weighting,
        { sinogram: 1, image: 1, bytes: places * pixels },
        { sinogram: 1, image: composedImages, bytes: weights * pixels },
        turning,
      ];
    }
  }
}

/** Images of a slab while core operations add what a view gives them: those so far, two terms, and one that is made of them. */
const composedImages = 4;

/** Numbers for each pixel, whatever the slices, that say where a view meets it: while they are computed, and when they are there. */
const composedPixels = { bins: { places: 11, weights: 5 }, rays: { places: 30, weights: 30 } } as const;

/** Of direct reconstructions. Rows are padded on the host. */
export const directEstimates = ({ isPadded, budgetBytes, gridBytes }: DirectWay = plainWay) => ({
  estimateBytes(parameters: GeometryParameters, input: InputShape, engine?: EngineName): number {
    const size = workSize(parameters, input);
    const slab = slabEntries(size.entries, slabBytes(size, directCopies(size, isPadded)), 1, budgetBytes);
    const most = bytesOnEngine(engine, (each) => {
      const moments = momentsOn(each, {
        size,
        byRays: isByRays(parameters),
        isPadded,
        grid: gridBytes?.(size, slab, each),
      });
      return Math.max(...moments.map((moment) => slab * slabBytes(size, moment) + (moment.bytes ?? 0)));
    });
    return most + rayBytes(parameters, size) + maskBytes(size);
  },
  estimateHostBytes(parameters: GeometryParameters, input: InputShape): number {
    const size = workSize(parameters, input);
    const copies = directCopies(size, isPadded);
    const images = imageEstimate(copies, isPadded ? paddedWidth : 0, budgetBytes)(parameters, input);
    return images + maskBytes(size);
  },
});
