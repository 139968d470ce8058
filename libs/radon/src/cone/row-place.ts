type Vector = readonly [number, number, number];

/** Where points are seen in a view, mm, along the rows of its detector. */
export interface RowPlace {
  /** The row, counted from the middle of the detector. */
  readonly of: (point: Vector) => number;
  /** The same of points (x, y, z): (row + z rise) / (depth + z deepens). */
  readonly lineAt: (x: number, y: number) => Readonly<Record<'row' | 'rise' | 'depth' | 'deepens', number>>;
}

function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** @param view source, middle of the detector, step from column to column, from row to row: 12 numbers. */
export function rowPlace(view: Float64Array): RowPlace {
  const vector = (index: number): Vector => [view[3 * index] ?? 0, view[3 * index + 1] ?? 0, view[3 * index + 2] ?? 0];
  const [source, middle, u, v] = [vector(0), vector(1), vector(2), vector(3)];
  // Row = (point - source) . above / (point - source) . below.
  const above = cross(minus(middle, source), u);
  const below = cross(u, v);
  return {
    of(point) {
      const ray = minus(point, source);
      return dot(ray, above) / dot(ray, below);
    },
    lineAt(x, y) {
      const foot = minus([x, y, 0], source);
      return { row: dot(foot, above), rise: above[2], depth: dot(foot, below), deepens: below[2] };
    },
  };
}
