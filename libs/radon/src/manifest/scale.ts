import { Type } from '@rondel/contracts/schema';
import { optional } from '@rondel/reco';

/** Lengths that values may be for. */
export const perLength = optional(Type.Enum(['mm', 'cm']), {
  description:
    'Makes values attenuation per mm or per cm, by the size of a pixel; results then carry the unit. Left out: per pixel, and of cone beams per mm.',
});

/** What makes values per pixel values per length. */
export const scaleProperties = {
  perLength,
  pixelSize: optional(Type.Number({ exclusiveMinimum: 0, maximum: 100 }), {
    description:
      'Width of a detector bin at the object, that of the file where the data is binned, and so of a pixel (of rays of a `geometry`, width of a pixel). It wins over what the data says, and is the spacing of the image. Of cone beams the geometry has it.',
    unit: 'mm',
  }),
} as const;

export interface ScaleParameters {
  readonly perLength: 'mm' | 'cm' | undefined;
  readonly pixelSize?: number | undefined;
}
