import { binningOf, lengthUnit, millimetresOf, RondelError, type Dataset, type NdArray } from '@rondel/contracts';
import type { ScaleParameters } from '../manifest/scale.js';

/** The attribute of an image that says what its values are per. */
export const valueUnitAttribute = 'valueUnit';

/** How large pixels are, and what values are multiplied by. */
export interface PhysicalScale {
  /** mm, where the plan says; else images have the spacing of the data. */
  readonly pixelSize: number | undefined;
  /** Undefined where values stay as they are. */
  readonly values: { readonly factor: number; readonly unit: string } | undefined;
}

/**
 * How an image of attenuation per pixel becomes one per length: divided by the width of its pixels in that length.
 *
 * Throws `PLAN_MISSING_PROPERTY` where nobody says how wide they are.
 *
 * @param pixels Spacing of the image that would be made, and its unit; undefined spacing where nobody knows.
 */
export function physicalScale(
  { perLength, pixelSize: ofFile }: ScaleParameters,
  source: Dataset,
  { spacing, spacingUnit = '1', isOfBins }: Pick<NdArray, 'spacing' | 'spacingUnit'> & { readonly isOfBins: boolean },
): PhysicalScale {
  const pixelSize = ofFile === undefined ? undefined : ofFile * (isOfBins ? binningOf(source).detector.factor : 1);
  if (perLength === undefined) return { pixelSize, values: undefined };
  const unit = lengthUnit(spacingUnit);
  const known = unit === undefined ? NaN : (spacing?.at(-1) ?? NaN) * millimetresOf[unit];
  const width = pixelSize ?? known;
  if (!(width > 0)) {
    throw new RondelError(
      'PLAN_MISSING_PROPERTY',
      `pixelSize is missing: perLength is ${perLength}, but the data does not say how wide its bins are. Set pixelSize to their width at the object in mm, or leave perLength out for values per pixel.`,
      { at: 'pixelSize' },
    );
  }
  return { pixelSize, values: { factor: millimetresOf[perLength] / width, unit: `1/${perLength}` } };
}

/** An image of attenuation per pixel as the scale has it; its values in place. */
export function onPhysicalScale(image: Dataset, source: Dataset, { pixelSize, values }: PhysicalScale): Dataset {
  const { data } = image;
  if (values !== undefined) {
    for (let at = 0; at < data.data.length; at++) data.data[at] = (data.data[at] ?? 0) * values.factor;
  }
  return {
    ...image,
    data: pixelSize === undefined ? data : { ...data, ...spacedBy(pixelSize, data, source) },
    attributes: { ...image.attributes, ...(values && { [valueUnitAttribute]: values.unit }) },
  };
}

/** Slices lie as far apart, in pixels, as in the data; as far as pixels where it does not say. */
function spacedBy(
  pixelSize: number,
  { spacing = [], spacingUnit = '1' }: NdArray,
  source: Dataset,
): Pick<NdArray, 'spacing' | 'spacingUnit'> {
  const [frame = 1, slice = 1, , column = 1] = spacing;
  const { detector, slice: rows } = binningOf(source);
  const ratio = lengthUnit(spacingUnit) !== undefined ? slice / column : rows.factor / detector.factor;
  return { spacing: [frame, pixelSize * ratio, pixelSize, pixelSize], spacingUnit: 'mm' };
}
