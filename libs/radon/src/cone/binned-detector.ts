import { binningOf, RondelError, type Dataset } from '@rondel/contracts';
import type { ConeParameters } from '../manifest/cone-beam.js';

/**
 * A geometry that a plan has for the bins of a file, for those that were read: larger ones, whose middle lies half of those before the
 * old one that were left over. Throws `DATA_SHAPE_MISMATCH` where the rows of a cone beam were binned otherwise than its columns, as
 * the size of the volume follows from the plan alone.
 */
export function onBinnedDetector(
  parameters: ConeParameters,
  { attributes, binRows }: Pick<Dataset, 'attributes'> & { readonly binRows: number },
): ConeParameters {
  const { detector, slice } = binningOf({ attributes });
  if (detector.factor === 1 && slice.factor === 1) return parameters;
  if (detector.factor !== slice.factor && binRows > 1) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `A cone beam takes rows of the detector that were binned as its columns were, but ${detector.factor} x ${slice.factor} (bins x slices) became one. Read the data with binning=${detector.factor}, or without.`,
    );
  }
  const { detectorPixel, detectorOffset, vectors } = parameters;
  const [pitch, rowPitch] = detectorPixel ?? [];
  const [offset = 0, rowOffset = 0] = detectorOffset;
  return {
    ...parameters,
    ...(pitch !== undefined &&
      rowPitch !== undefined && {
        detectorPixel: [pitch * detector.factor, rowPitch * slice.factor],
        detectorOffset: [offset - (detector.leftOver * pitch) / 2, rowOffset - (slice.leftOver * rowPitch) / 2],
      }),
    ...(vectors && {
      vectors: vectors.map((view) => {
        const at = (axis: number, from: number) => view[from + axis] ?? 0;
        const axes = [0, 1, 2];
        return [
          ...view.slice(0, 3),
          ...axes.map((axis) => at(axis, 3) - (detector.leftOver * at(axis, 6) + slice.leftOver * at(axis, 9)) / 2),
          ...axes.map((axis) => at(axis, 6) * detector.factor),
          ...axes.map((axis) => at(axis, 9) * slice.factor),
        ];
      }),
    }),
  };
}
