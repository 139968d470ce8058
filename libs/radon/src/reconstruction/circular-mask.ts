/** How an image is cut to a circle. */
export interface MaskedPlane {
  /** Rows and columns. */
  readonly shape: readonly [rows: number, columns: number];
  /** Where the axis is, pixels from 0. */
  readonly axis: readonly [row: number, column: number];
  /** Of the circle, as a part of half the shorter side; undefined: nothing is cut. */
  readonly radius: number | undefined;
}

/** Sets what lies outside the circle to 0 in images [entry, y, x], in place. */
export function maskCircle(images: Float32Array, { shape: [rows, columns], axis, radius }: MaskedPlane): void {
  if (radius === undefined) return;
  const reach = (radius * Math.min(rows, columns)) / 2;
  const [middleRow, middleColumn] = axis;
  for (let pixel = 0; pixel < rows * columns; pixel++) {
    const [y, x] = [Math.floor(pixel / columns) - middleRow, (pixel % columns) - middleColumn];
    if (x * x + y * y <= reach * reach) continue;
    for (let at = pixel; at < images.length; at += rows * columns) images[at] = 0;
  }
}
