import type { UnitaryTransformName } from '@rondel/compute/transforms';

/** Voxels along x, y and z; x varies fastest in an image. */
export type GridShape = readonly [x: number, y: number, z: number];

/**
 * A unitary map B of complex images, real and imaginary parts interleaved, along every axis of the grid with more than one
 * voxel. An image may hold several grids one after the other, which are mapped each for itself.
 */
export interface UnitaryTransform {
  readonly name: UnitaryTransformName;
  /** `image` becomes B `image`. */
  readonly forward: (image: Float32Array | Float64Array) => void;
  /** `image` becomes B* `image`, which undoes `forward`. */
  readonly adjoint: (image: Float32Array | Float64Array) => void;
  /** `image` becomes Bᵀ `image`: the adjoint without conjugation, which carries rows of a matrix into the dual. */
  readonly transpose: (image: Float32Array | Float64Array) => void;
}
