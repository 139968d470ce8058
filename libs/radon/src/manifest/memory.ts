import type { InputShape } from '@rondel/reco';
import { directCopies, paddedWidth, slabBytes, slabEntries, type SlabCopies } from '../slab-size.js';
import { rayBytes, workSize, type GeometryParameters } from './geometry.js';

const float32Bytes = 4;

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
function maskBytes(parameters: GeometryParameters, input: InputShape): number {
  const { rows, columns } = workSize(parameters, input);
  return float32Bytes * rows * columns;
}

/** Of direct reconstructions, whose slabs take so much. Rows are padded on the host. */
export const directEstimates = (isPadded = false, budgetBytes?: number) => ({
  estimateBytes(parameters: GeometryParameters, input: InputShape): number {
    const copies = directCopies(workSize(parameters, input), isPadded);
    return slabEstimate(copies, budgetBytes)(parameters, input) + maskBytes(parameters, input);
  },
  estimateHostBytes(parameters: GeometryParameters, input: InputShape): number {
    const copies = directCopies(workSize(parameters, input), isPadded);
    return (
      imageEstimate(copies, isPadded ? paddedWidth : 0, budgetBytes)(parameters, input) + maskBytes(parameters, input)
    );
  },
});
