/** Points per pixel and axis, over which voxels and detector bins average. */
export const oversampling = 2;

/**
 * Coordinates of the sample points of `extent` elements, `oversampling` for each, in units of half a volume of `size`
 * elements. The origin is the center of element extent // 2.
 */
export function sampleCoordinates(extent: number, size: number): Float64Array {
  return Float64Array.from({ length: extent * oversampling }, (_, sample) => {
    const element = (sample + 0.5) / oversampling - 0.5;
    return (element - Math.floor(extent / 2)) / (size / 2);
  });
}
