import { elementCount, type NdArray } from '@rondel/contracts';
import { componentsOf } from './typed-array.js';

/** Elements of one array as they come into another: strides count real numbers, as `start` does. */
export interface StridedCopy {
  /** Of the result. */
  readonly shape: readonly number[];
  /** Distance in the source of neighbours along each axis of the result. */
  readonly steps: readonly number[];
  /** The first element. */
  readonly start: number;
  readonly components: number;
}

/** Fills `target` in C order. */
export function copyStrided(source: NdArray['data'], target: NdArray['data'], copy: StridedCopy): void {
  const { shape, steps, start, components } = copy;
  const last = shape.length - 1;
  const [length = 1, step = components] = [shape[last], steps[last]];
  let done = 0;
  const walk = (axis: number, from: number) => {
    if (axis < last) {
      for (let index = 0; index < (shape[axis] ?? 0); index++) walk(axis + 1, from + index * (steps[axis] ?? 0));
      return;
    }
    if (step === components) target.set(source.subarray(from, from + length * components), done);
    else {
      for (let index = 0; index < length; index++) {
        for (let part = 0; part < components; part++) {
          target[done + index * components + part] = source[from + index * step + part] ?? 0;
        }
      }
    }
    done += length * components;
  };
  if (target.length > 0) walk(0, start);
}

/** Distances in real numbers of neighbours along each axis of an array in C order. */
export function stridesOf({ shape, dtype }: Pick<NdArray, 'shape' | 'dtype'>): number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)) * componentsOf(dtype));
}
