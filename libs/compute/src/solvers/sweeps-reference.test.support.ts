/** A projection as a matrix [ray, pixel], row after row, whose rays come view after view, in float64. */
export interface ReferenceProjection {
  readonly matrix: ArrayLike<number>;
  readonly views: number;
  readonly raysPerView: number;
  readonly pixels: number;
}

interface ReferenceOptions {
  readonly method: 'algebraic' | 'expectation';
  readonly iterations: number;
  /** Views of each subset in the order in which they are taken, for each iteration. */
  readonly subsets: (iteration: number) => readonly (readonly number[])[];
  readonly relaxation?: number;
  readonly reduction?: number;
  readonly constrain?: (value: number) => number;
  readonly start?: readonly number[];
}

/** The textbook's sums: x + C A' R (b - A x), or x A' (b / A x) / A' 1, subset after subset. */
export function sweptByReference(
  { matrix, raysPerView, pixels }: ReferenceProjection,
  b: ArrayLike<number>,
  { method, iterations, subsets, relaxation = 1, reduction = 1, constrain = (value) => value, start }: ReferenceOptions,
): Float64Array {
  const weight = (ray: number, pixel: number) => matrix[ray * pixels + pixel] ?? 0;
  const x = Float64Array.from({ length: pixels }, (_, pixel) =>
    constrain(start?.[pixel] ?? (method === 'algebraic' ? 0 : 1)),
  );
  for (let iteration = 0; iteration < iterations; iteration++) {
    for (const views of subsets(iteration)) {
      const numerator = new Float64Array(pixels);
      const columnSum = new Float64Array(pixels);
      for (const view of views) {
        for (let ray = view * raysPerView; ray < (view + 1) * raysPerView; ray++) {
          let [projected, rowSum] = [0, 0];
          for (let pixel = 0; pixel < pixels; pixel++) {
            projected += weight(ray, pixel) * (x[pixel] ?? 0);
            rowSum += weight(ray, pixel);
          }
          if (rowSum === 0) continue;
          const value = b[ray] ?? 0;
          const back = method === 'algebraic' ? (value - projected) / rowSum : Math.max(0, value) / projected;
          for (let pixel = 0; pixel < pixels; pixel++) {
            numerator[pixel] = (numerator[pixel] ?? 0) + weight(ray, pixel) * back;
            columnSum[pixel] = (columnSum[pixel] ?? 0) + weight(ray, pixel);
          }
        }
      }
      for (let pixel = 0; pixel < pixels; pixel++) {
        const [up, sum, before] = [numerator[pixel] ?? 0, columnSum[pixel] ?? 0, x[pixel] ?? 0];
        if (sum === 0) continue;
        const after =
          method === 'algebraic' ? before + (relaxation * reduction ** iteration * up) / sum : (before * up) / sum;
        x[pixel] = constrain(after);
      }
    }
  }
  return x;
}
