import { multiplyByRows, pairsOf, planesOf } from '@rondel/compute';
import { RondelError, type NdArray } from '@rondel/contracts';
import type { LinearSystem } from '../system/linear-system.js';
import { arrayOf } from '../system/measurements.js';
import { reordered } from './tensor-unknowns.js';

/**
 * A x of unknowns [entry, column], complex64 where the system is complex, else float32; without the weights of rows, so that the
 * products are measurements as `solveSystem` takes them.
 *
 * @returns [entry, row]. Throws DATA_SHAPE_MISMATCH, OUT_OF_MEMORY.
 */
export function multiplySystem(system: LinearSystem, x: NdArray): NdArray<Float32Array> {
  const { matrix, rows, columns, complex } = system;
  const [entries = 0] = x.shape;
  const dtype = complex ? 'complex64' : 'float32';
  if (x.shape.length !== 2 || x.shape[1] !== columns || x.dtype !== dtype || !(x.data instanceof Float32Array)) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `Unknowns of this system must be ${dtype} [entry, ${columns}], got ${x.dtype} [${x.shape.join(', ')}].`,
    );
  }
  const planes = reordered(
    x.data,
    { extent: columns, entries, complex },
    pairsOf(columns, complex),
    planesOf(columns, entries),
  );
  const products = multiplyByRows(matrix, planes, entries, { weighted: false });
  const size = { extent: rows, entries, complex };
  return arrayOf(reordered(products, size, planesOf(rows, entries), pairsOf(rows, complex)), complex, rows, 'row');
}
