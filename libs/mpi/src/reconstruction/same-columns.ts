import { RondelError } from '@rondel/contracts';
import { sameGrid } from '../system-matrix/grid.js';
import type { ImagingFacts } from './imaging-matrix.js';

/** Throws `PLAN_INVALID_VALUE` where two system matrices are not of the same image. */
export function requireSameColumns(high: ImagingFacts, low: ImagingFacts): void {
  if (sameGrid(high.grid, low.grid) && high.colours === low.colours && high.isReal === low.isReal) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `High and low concentrations must be reconstructed on the same grid, as both make one image: sfLoadHigh has ${high.grid.shape.join(' x ')} voxels, sfLoadLow ${low.grid.shape.join(' x ')}.`,
    { at: 'sfLoadLow' },
  );
}
