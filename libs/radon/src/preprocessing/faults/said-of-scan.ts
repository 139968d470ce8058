import { countedMessage, type Dataset, type NdArray } from '@rondel/contracts';
import type { StepContext } from '@rondel/reco';
import type { Quantity } from '../../manifest/quantity.js';
import type { RingMethod } from '../../manifest/rings.js';
import { sinogramShape, type SinogramShape } from '../../sinogram/sinogram-shape.js';
import { countTooBright, leastAttenuation } from '../../sinogram/truncation.js';
import type { Disagreement, DisputedBins } from '../fields/field-average.js';
import { findOutliers, leastDifferences } from '../../sinogram/outlier-check.js';
import { countSaturated } from './saturation.js';
import { countOffset, countRepeated } from './scan-faults.js';

/** Where the step says what it has met. What counts something is said also where there is nothing, as blocks add it up. */
type Speaker = Pick<StepContext, 'log' | 'warn'>;

/** A few clipped values, as noise makes them behind the thickest rays, do no harm. */
const harmlessClipping = 1e-3;

/** Of all values, so many may be outliers: beside a source of neutrons some hundredths are. */
const mostOutliers = 0.1;

/** The part of the absolute sum of a sinogram that is below 0, and of the sinograms; air is of either sign. */
const mostlyNegative = 0.8;
const leastNegative = 0.1;

/** @param clipped Of all values. */
export function sayClipped(
  clipped: number,
  values: number,
  { clip, context }: { readonly clip: number; readonly context: Speaker },
): void {
  const amount = { count: clipped, of: values, above: harmlessClipping };
  const message = `{count} of {of} transmissions were below ${clip} and clipped.`;
  if (clipped > 0 && clipped <= harmlessClipping * values) context.log('info', countedMessage(message, amount));
  const next = 'Look at the data, its dark and its white fields: no object lets that little through.';
  context.warn('TRANSMISSION_CLIPPED', `${message} ${next}`, { property: 'clip', amount });
}

/** @param replaced Of all values. */
export function sayReplaced(
  replaced: number,
  values: number,
  { property, context }: { readonly property: string; readonly context: Speaker },
): void {
  context.log('info', `${replaced} of ${values} values were outliers and replaced by the median around them.`);
  context.warn(
    'OUTLIERS_OVERCORRECTED',
    `{count} of {of} values were replaced as outliers, which are rare: the object itself was smoothed. Set ${property} to more, in the unit of the data.`,
    { property, amount: { count: replaced, of: values, above: mostOutliers } },
  );
}

/** @param falling Of all line integrals. */
export function sayFalling(falling: number, values: number, { warn }: Speaker): void {
  warn(
    'HARDENING_SUSPECT',
    'At {count} of {of} line integrals the polynomial of beamHardening does not rise: more attenuation became less, or the same. Take coefficients by which it rises up to the largest line integral of the scan.',
    { property: 'beamHardening', amount: { count: falling, of: values, above: harmlessClipping } },
  );
}

/** @param fields The white samples as they came, and the average of the dark ones, [slice, detector]. */
export function saySaturated(
  input: Dataset,
  fields: { readonly white: NdArray; readonly dark: Float64Array },
  { warn }: Speaker,
): void {
  const shape = sinogramShape(input.data);
  const count = countSaturated({ counts: input.data.data, ...fields }, shape);
  warn(
    'DETECTOR_SATURATED',
    'In {count} of {of} sinograms counts of projections or white fields are at the limit of the detector, and nobody knows how many there were: attenuation is too low. Expose for a shorter time.',
    { amount: { count, of: shape.frames * shape.slices } },
  );
}

/** @param white Of every slice and detector, [slice, detector]. */
export function sayWithoutDark(input: Dataset, white: Float64Array, { log, warn }: Speaker): void {
  const shape = sinogramShape(input.data);
  const count = countOffset(input.data.data, white, shape);
  if (count === 0) log('info', 'The data has no dark fields; they count as 0.');
  warn(
    'DARK_MISSING',
    'There are no dark fields, so they count as 0, but in {count} of {of} sinograms the counts are whole numbers that never come near 0: what a camera adds to all of them lowers attenuation most where it is high. Give dark fields; of zeros, where the detector adds nothing.',
    { amount: { count, of: shape.frames * shape.slices } },
  );
}

export function sayRepeated(input: Dataset, { warn }: Speaker): void {
  const shape = sinogramShape(input.data);
  warn(
    'PROJECTIONS_REPEATED',
    'In {count} of {of} sinograms several projections in a row are copies of one, number for number, and the next one is far from them: the camera stopped while the scan went on. Leave them out, with their angles.',
    { amount: { count: countRepeated(input.data.data, shape), of: shape.frames * shape.slices } },
  );
}

/** Line integrals of which nobody has said that they are any: their sum is no attenuation where it is below 0. */
export function sayNegative(lineIntegrals: Float32Array, shape: SinogramShape, { warn }: Speaker): void {
  const size = shape.angles * shape.detectors;
  const entries = shape.frames * shape.slices;
  let count = 0;
  for (let entry = 0; entry < entries; entry++) {
    let [sum, absolute] = [0, 0];
    for (let at = entry * size; at < (entry + 1) * size; at++) {
      const value = lineIntegrals[at] ?? 0;
      sum += value;
      absolute += Math.abs(value);
    }
    if (sum < -mostlyNegative * absolute) count++;
  }
  warn(
    'QUANTITY_ASSUMED',
    'The values were taken for line integrals, but in {count} of {of} sinograms nearly all are below 0: attenuation would be negative, as where the minus before a logarithm was left out. Set quantity to lineIntegrals if they are right.',
    { property: 'quantity', amount: { count, of: entries, above: leastNegative } },
  );
}

export function sayTooBright(lineIntegrals: Float32Array, shape: SinogramShape, { warn }: Speaker): void {
  const count = countTooBright(lineIntegrals, shape, leastAttenuation);
  warn(
    'WHITE_SUSPECT',
    'In {count} of {of} sinograms the edges of the detector are brighter than the white fields: these are of another exposure or beam, and attenuation is too low. Give white fields that belong to the scan.',
    { amount: { count, of: shape.frames * shape.slices } },
  );
}

/** @param count Of sinograms in which ring suppression has changed more than stripes. */
export function sayOvercorrected(
  count: number,
  { frames, slices }: SinogramShape,
  window: number,
  { warn }: Speaker,
): void {
  warn(
    'RINGS_OVERCORRECTED',
    `In {count} of {of} sinograms ring suppression over ${window} bins has changed the object itself, not only stripes of single bins. Set ringWindow to less: about twice the width of the widest ring.`,
    { property: 'ringWindow', amount: { count, of: frames * slices } },
  );
}

/** What to set for less, by method. */
const gentler: Readonly<Record<RingMethod, { readonly property: string; readonly advice: string }>> = {
  none: { property: 'method', advice: '' },
  sorting: { property: 'size', advice: 'Set size to less: about twice the width of the widest ring.' },
  filtering: { property: 'size', advice: 'Set size to less: about twice the width of the widest ring.' },
  large: { property: 'snr', advice: 'Set snr to more, or method to sorting.' },
  dead: { property: 'snr', advice: 'Set snr to more, or method to sorting.' },
  all: { property: 'smSize', advice: 'Set smSize to less, about twice the width of the widest ring, or snr to more.' },
  fw: { property: 'level', advice: 'Set level to less: stripes of up to 2^level bins are removed.' },
  ti: { property: 'method', advice: 'Set method to sorting or all.' },
  sf: { property: 'method', advice: 'Set method to sorting or all.' },
};

/** @param count Of sinograms in which the removal of rings has changed more than stripes. */
export function sayRingsOvercorrected(
  count: number,
  { frames, slices }: SinogramShape,
  method: RingMethod,
  { warn }: Speaker,
): void {
  const { property, advice } = gentler[method];
  warn(
    'RINGS_OVERCORRECTED',
    `In {count} of {of} sinograms ring removal by "${method}" has changed the object itself, not only stripes. ${advice}`,
    { property, amount: { count, of: frames * slices } },
  );
}

/** Samples of a field that are nothing like the others. */
export function sayDisagreement({ name, samples, of, leftOut }: Disagreement, { warn }: Speaker): void {
  const which = samples.length === 1 ? `Sample ${samples.join()}` : `Samples ${samples.join(', ')}`;
  const consequence = leftOut
    ? 'left out'
    : 'used all the same, as nobody can tell which are wrong. Give fields that belong together';
  warn(
    'FIELDS_DISAGREE',
    `${which} of the ${of} of the ${name} field (counted from 1) ${samples.length === 1 ? 'is' : 'are'} nothing like the others, and ${samples.length === 1 ? 'was' : 'were'} ${consequence}.`,
  );
}

/** Bins of a field in which samples are faulty. Said of every field, as blocks add up what they have seen. */
export function sayDisputed(
  { name, samples, undecided, drawn }: DisputedBins,
  frames: number,
  { warn }: Speaker,
): void {
  const which = `In {count} detector bins, counted over all sinograms, samples of the ${name} field are far from the others, as where a bin was dead or was hit:`;
  warn(
    'FIELDS_DISAGREE',
    `${which} of ${samples} no more than half agree, so nobody can tell which are wrong, and each of these bins is a ring in the image. Give ${name} fields without the faulty samples, or more of them.`,
    { amount: { count: undecided * frames } },
  );
  warn(
    'FIELDS_DISAGREE',
    `${which} the mean takes them in, and each of these bins is a ring in the image. Set average to robust or median.`,
    { property: 'average', amount: { count: drawn * frames } },
  );
}

/** @param count Of dead bins in all sinograms, of every frame and slice. */
export function sayRepaired(count: number, why: string, { warn }: Speaker): void {
  const message = `Detector bins were interpolated from their neighbours, {count} counted over all sinograms: ${why}.`;
  if (count > 0) warn('DETECTOR_REPAIRED', message, { amount: { count } });
}

/** Of a transmission, as a line integral: a value beyond nothing but this is no outlier in air. */
const leastOutlier = 0.05;

/** Warns of what is left of outliers. Also where none are, as blocks say together how many there are. */
export function sayOutliers(
  { data, shape }: { readonly data: Float32Array; readonly shape: SinogramShape },
  input: Dataset,
  { quantity, context }: { readonly quantity: Quantity; readonly context: Speaker },
): void {
  const least = quantity === 'lineIntegrals' ? 0 : leastOutlier;
  const angles = input.companions['angles']?.data;
  const { spoiled, places } = findOutliers(data, shape, { angles, least });
  context.warn(
    'OUTLIERS_PRESENT',
    'In {count} of {of} sinograms single values, or parts of single projections, stand out from all around them, as cosmic rays and faulty readings leave them: each is a streak in the image. Set outlierDif to what a value must differ from the median around it to be replaced; the log says about what. Set outlierMode to "both" where it is too low.',
    { property: 'outlierDif', amount: { count: spoiled, of: shape.frames * shape.slices } },
  );
  const raw = input.data.data;
  if (spoiled === 0 || raw.length !== data.length) return;
  const { low, high } = leastDifferences(raw, shape, places);
  const said = [
    ...(high === undefined ? [] : [`too high by ${high.toPrecision(3)} and more`]),
    ...(low === undefined ? [] : [`too low by ${low.toPrecision(3)} and more`]),
  ];
  context.log('info', `Single values of the raw data are ${said.join(', others ')}; outlierDif may be half of that.`);
}
