import type { ImagePart } from '@rondel/contracts';

export const partNames: Readonly<Record<ImagePart, string>> = {
  magnitude: 'Magnitude',
  phase: 'Phase',
  real: 'Real part',
  imaginary: 'Imaginary part',
};
