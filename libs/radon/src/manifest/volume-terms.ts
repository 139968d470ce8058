import type { ParameterNode } from '@rondel/reco';

/** The axis of slices, counted from 1 as in Julia. */
const sliceAxis = 3;

/**
 * Whether a term ties slices together, so that a volume is one problem: differences or a transform along the third axis, or of an
 * image of three; groups over slices, and ranks of a series of them.
 */
export function isOfVolume({ type, parameters: { shape, dims, slices } }: ParameterNode): boolean {
  switch (type) {
    case 'TVRegularization':
    case 'TransformedRegularization':
      return hasThird(shape) || (Array.isArray(dims) ? dims.includes(sliceAxis) : dims === sliceAxis);
    case 'L21Regularization':
      return slices !== undefined && slices !== 1;
    case 'LLRRegularization':
    case 'NuclearRegularization':
      return true;
    default:
      return false;
  }
}

export function tiesSlices(reg: readonly ParameterNode[] | undefined): boolean {
  return reg?.some(isOfVolume) === true;
}

function hasThird(shape: unknown): boolean {
  return Array.isArray(shape) && shape.length > 2;
}
