import type { InputShape } from '@rondel/reco';
import { slabBytes, slabEntries, type SlabCopies } from '../slab-size.js';
import { rayBytes, workSize, type GeometryParameters } from './geometry.js';

const float32Bytes = 4;

/**
 * Peak bytes of tensors and of the kernels' memory while one slab of a size that follows from `copies` is computed. `together` is
 * the number of entries that are one problem.
 */
export function slabEstimate(copies: SlabCopies) {
  return (parameters: GeometryParameters, input: InputShape, taken = copies, together = 1): number => {
    const size = workSize(parameters, input);
    const entries = slabEntries(size.entries, slabBytes(size, copies), together);
    return entries * slabBytes(size, taken) + rayBytes(parameters, size);
  };
}

/**
 * All images, those of a slab as they come from the device, its sinograms where they have to be converted, and further copies
 * of those.
 */
export function imageEstimate(copies: SlabCopies, sinogramCopies = 0) {
  return (parameters: GeometryParameters, input: InputShape, together = 1): number => {
    const size = workSize(parameters, input);
    const image = float32Bytes * size.rows * size.columns;
    const converted = input.elementBytes === float32Bytes ? 0 : 1;
    const sinogram = (converted + sinogramCopies) * float32Bytes * size.angles * size.detectors;
    const slab = slabEntries(size.entries, slabBytes(size, copies), together) * (image + sinogram);
    return size.entries * image + slab + rayBytes(parameters, size);
  };
}
