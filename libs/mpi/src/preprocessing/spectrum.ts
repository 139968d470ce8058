import {
  emptyVector,
  inverseRealFourierTransform,
  realFourierTransform,
  type ComplexVector,
} from '@rondel/compute/fourier';
import type { SignalLayout } from './signal.js';

/** Shape of the spectra that periods become. */
export interface SpectrumShape {
  readonly periods: number;
  readonly channels: number;
  readonly frequencies: number;
}

/** Makes spectra of frames: `grouping` consecutive periods are joined in time, then transformed, unnormalized. */
export interface FrameTransform {
  readonly shape: SpectrumShape;
  /** From [period, channel, entry] to [period, channel, frequency], complex numbers interleaved. */
  readonly apply: (frame: Float64Array) => Float64Array;
}

/**
 * @param layout of the frames; its `periods` are those that are left after averaging.
 * @param grouping divides `periods`.
 */
export function frameTransform(layout: SignalLayout, grouping: number): FrameTransform {
  const { domain, periods, channels, samples, width } = layout;
  if (domain === 'frequency' && grouping === 1) {
    return { shape: { periods, channels, frequencies: width / 2 }, apply: (frame) => frame };
  }
  const groups = periods / grouping;
  const frequencies = Math.floor((samples * grouping) / 2) + 1;
  const transform = realFourierTransform(samples * grouping);
  const inTime = domain === 'time' ? (values: Float64Array) => values : backToTime(samples);
  const joined = new Float64Array(samples * grouping);
  const spectrum = emptyVector(frequencies);
  const apply = (frame: Float64Array) => {
    const output = new Float64Array(2 * groups * channels * frequencies);
    for (let group = 0; group < groups; group++) {
      for (let channel = 0; channel < channels; channel++) {
        for (let part = 0; part < grouping; part++) {
          const from = ((group * grouping + part) * channels + channel) * width;
          joined.set(inTime(frame.subarray(from, from + width)), part * samples);
        }
        interleave(transform(joined, spectrum), output, 2 * (group * channels + channel) * frequencies);
      }
    }
    return output;
  };
  return { shape: { periods: groups, channels, frequencies }, apply };
}

function backToTime(samples: number): (values: Float64Array) => Float64Array {
  const inverse = inverseRealFourierTransform(samples);
  return (values) => inverse(apart(values));
}

/** Puts real and imaginary part of each number behind each other. */
function interleave({ real, imaginary }: ComplexVector, output: Float64Array, to: number): void {
  for (let index = 0; index < real.length; index++) {
    output[to + 2 * index] = real[index] ?? 0;
    output[to + 2 * index + 1] = imaginary[index] ?? 0;
  }
}

export function apart(values: ArrayLike<number>): ComplexVector {
  const length = values.length / 2;
  return {
    real: Float64Array.from({ length }, (_, index) => values[2 * index] ?? 0),
    imaginary: Float64Array.from({ length }, (_, index) => values[2 * index + 1] ?? 0),
  };
}
