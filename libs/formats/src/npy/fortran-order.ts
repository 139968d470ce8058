import type { TypedArray } from '@rondel/contracts';

export interface FortranArray {
  /** First axis varying fastest. */
  readonly source: TypedArray;
  /** As long as `source`; filled with the last axis varying fastest. */
  readonly target: TypedArray;
  readonly shape: readonly number[];
  /** Numbers per element, 2 for complex. */
  readonly components: 1 | 2;
}

/** Reorders from Fortran order to C order. */
export function fortranToC({ source, target, shape, components }: FortranArray): void {
  const strides = fortranStrides(shape, components);
  const rowLength = shape.at(-1) ?? 1;
  const rowStride = strides.at(-1) ?? 1;
  const index = shape.slice(0, -1).map(() => 0);
  let from = 0;
  for (let to = 0; to < target.length; to += rowLength * components) {
    for (let column = 0; column < rowLength; column++) {
      for (let part = 0; part < components; part++) {
        target[to + column * components + part] = source[from + column * rowStride + part] ?? 0;
      }
    }
    from += advance(index, shape, strides);
  }
}

function fortranStrides(shape: readonly number[], components: number): number[] {
  let stride = components;
  return shape.map((extent) => {
    const own = stride;
    stride *= extent;
    return own;
  });
}

/** Counts `index` up by one, last axis first; returns by how much the position in the source changes. */
function advance(index: number[], shape: readonly number[], strides: readonly number[]): number {
  let change = 0;
  for (let axis = index.length - 1; axis >= 0; axis--) {
    const position = index[axis] ?? 0;
    const stride = strides[axis] ?? 0;
    if (position + 1 < (shape[axis] ?? 0)) {
      index[axis] = position + 1;
      return change + stride;
    }
    index[axis] = 0;
    change -= position * stride;
  }
  return change;
}
