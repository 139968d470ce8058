import type { ParametersOf } from '@rondel/reco';
import type { ringRemoval, RingMethod } from '../../manifest/rings.js';
import { removeByFourierWavelet } from './fourier-wavelet.js';
import { removeFromSmoothPart } from './smooth-part.js';
import { removeFromMean } from './smoothed-mean.js';
import type { Sinogram } from './sinogram-columns.js';
import { removeByTitarenko } from './titarenko.js';
import { removeAll, removeBySorting, removeDead, removeLarge } from './vo-stripes.js';

export type RingParameters = ParametersOf<typeof ringRemoval.properties>;

/** Windows of `large` and `dead`, and of `sf`; widths of the two Gaussians. */
const usualSize = 51;
const usualMeanSize = 5;
const usualSigma = { filtering: 3, fw: 2 };

/** Detectors with more bins have a fixed window. */
const wideDetector = 2000;

/** Removes the stripes of one sinogram of line integrals, in place. */
export function removeStripes(sinogram: Sinogram, parameters: RingParameters): void {
  methods[parameters.method](sinogram, parameters);
}

const methods: Readonly<Record<RingMethod, (sinogram: Sinogram, parameters: RingParameters) => void>> = {
  none: () => undefined,
  sorting: (sinogram, { size = smallSize(sinogram), dim }) => removeBySorting(sinogram, { size, dim }),
  filtering: (sinogram, { size = smallSize(sinogram), sigma = usualSigma.filtering, dim }) =>
    removeFromSmoothPart(sinogram, { size, sigma, dim }),
  large: (sinogram, { size = usualSize, ...options }) => removeLarge(sinogram, { ...options, size }),
  dead: (sinogram, { size = usualSize, ...options }) => removeDead(sinogram, { ...options, size }),
  all: removeAll,
  fw: (sinogram, { level = mostLevels(sinogram), sigma = usualSigma.fw, wname, pad }) =>
    removeByFourierWavelet(sinogram, { level, sigma, wname, pad }),
  ti: removeByTitarenko,
  sf: (sinogram, { size = usualMeanSize }) => removeFromMean(sinogram, { size }),
};

function smallSize({ detectors }: Sinogram): number {
  return detectors > wideDetector ? 21 : Math.max(5, Math.floor(0.01 * detectors));
}

function mostLevels({ angles, detectors }: Sinogram): number {
  return Math.ceil(Math.log2(Math.max(2, angles, detectors)));
}

/** The widest median that a method takes, if it takes one; `name` is the property that says so. */
export function widestWindow(
  parameters: RingParameters,
): { name: 'size' | 'laSize' | 'smSize'; size: number } | undefined {
  const { method, size, laSize, smSize } = parameters;
  if (method === 'all') return laSize >= smSize ? { name: 'laSize', size: laSize } : { name: 'smSize', size: smSize };
  return size === undefined ? undefined : { name: 'size', size };
}
