import { usualWindow, type FilterName, type FilterWindow, type RampName } from './filter-names.js';

/** Window over the ramp at frequency f in cycles per bin, 0 to 0.5; all are 1 at 0. */
type Window = (frequency: number, shape: { readonly cutoff: number; readonly order: number }) => number;

const windows: Record<RampName, Window> = {
  ramp: () => 1,
  'shepp-logan': (frequency) => (frequency === 0 ? 1 : Math.sin(Math.PI * frequency) / (Math.PI * frequency)),
  cosine: (frequency) => Math.cos(Math.PI * frequency),
  hamming: (frequency, { cutoff }) => (frequency > cutoff ? 0 : 0.54 + 0.46 * Math.cos((Math.PI * frequency) / cutoff)),
  hann: (frequency, { cutoff }) => (frequency > cutoff ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * frequency) / cutoff)),
  // As TomoPy has it; the window of Parzen's name in statistics is another one.
  parzen: (frequency, { cutoff }) => Math.max(0, 1 - frequency / cutoff) ** 3,
  butterworth: (frequency, { cutoff, order }) => 1 / (1 + (frequency / cutoff) ** (2 * order)),
};

/** What the ramp is at the highest frequency, as `none` is in TomoPy, ASTRA and scikit-image, where both are 1. */
const unfiltered = 0.5;

/**
 * Frequency response of a filter for rows of unit bins: windowed transform of the band-limited ramp, or the constant 1/2.
 *
 * The ramp is sampled in space, h(0) = 1/4, h(n) = -1/(pi n)^2 for odd n, 0 for even n, and then transformed (Kak and
 * Slaney, Principles of Computerized Tomographic Imaging, eq. 3.61): sampling |f| itself would make the response 0 at
 * frequency 0 and lower the whole image.
 *
 * @param fftSize even, at least twice the number of detectors.
 * @returns response at f = k / fftSize for k = 0 ... fftSize / 2.
 */
export function frequencyResponse(
  filter: FilterName,
  fftSize: number,
  { cutoff = usualWindow.cutoff, order = usualWindow.order }: FilterWindow = {},
): Float32Array {
  if (filter === 'none') return new Float32Array(fftSize / 2 + 1).fill(unfiltered);
  const cosines = Float64Array.from({ length: fftSize }, (_, n) => Math.cos((2 * Math.PI * n) / fftSize));
  const window = windows[filter];
  return Float32Array.from(
    { length: fftSize / 2 + 1 },
    (_, k) => rampResponse(k, cosines) * window(k / fftSize, { cutoff, order }),
  );
}

/** Transform of the symmetric kernel; the odd n up to N / 2 appear twice, n = N / 2 itself once. */
function rampResponse(k: number, cosines: Float64Array): number {
  const size = cosines.length;
  let sum = 0.25;
  for (let n = 1; n <= size / 2; n += 2) {
    const occurrences = n === size / 2 ? 1 : 2;
    sum -= (occurrences / (Math.PI * n) ** 2) * (cosines[(k * n) % size] ?? 0);
  }
  return sum;
}
