/** Discs of tracer in a plane; lengths in shares of the plane's edge, from its middle. */
interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Concentration in the first and in the last frame. */
  readonly from: number;
  readonly to: number;
}

const discs: readonly (readonly Disc[])[] = [
  [
    { x: -0.16, y: -0.14, radius: 0.19, from: 1, to: 1 },
    { x: 0.2, y: 0.17, radius: 0.13, from: 0.4, to: 1 },
  ],
  [{ x: 0.17, y: -0.18, radius: 0.14, from: 0.8, to: 0.8 }],
];

/**
 * Concentrations of tracers in the voxels of a plane over the frames, the last disc of the first tracer filling up.
 *
 * @param size voxels [x, y].
 * @returns For each tracer [frame, y, x], 0 to 1.
 */
export function tracerSeries(size: readonly [number, number], frames: number, tracers: number): Float64Array[] {
  const [columns, rows] = size;
  return discs.slice(0, tracers).map((own) => {
    const series = new Float64Array(frames * rows * columns);
    for (let frame = 0; frame < frames; frame++) {
      const progress = frames > 1 ? frame / (frames - 1) : 1;
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const x = (column + 0.5) / columns - 0.5;
          const y = (row + 0.5) / rows - 0.5;
          const held = own.filter((disc) => Math.hypot(x - disc.x, y - disc.y) <= disc.radius);
          series[(frame * rows + row) * columns + column] = held.reduce(
            (sum, { from, to }) => sum + from + progress * (to - from),
            0,
          );
        }
      }
    }
    return series;
  });
}
