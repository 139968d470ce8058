import { RondelError, type NdArray } from '@rondel/contracts';

/** The response of the receive channels to a change of the magnetic moment. */
export interface TransferFunction {
  /** [channel, frequency], complex numbers interleaved. */
  readonly values: ArrayLike<number>;
  readonly channels: number;
  readonly frequencies: number;
  /** Of each channel; 1 where the file has none. */
  readonly inductionFactors?: ArrayLike<number> | undefined;
}

/**
 * From the companions of an MDF file.
 *
 * Throws `DATA_SHAPE_MISMATCH` for arrays of another shape.
 */
export function transferFunctionOf(
  transferFunction: NdArray,
  inductionFactor: NdArray | undefined,
  what: string,
): TransferFunction {
  const [channels = 0, frequencies = 0] = transferFunction.shape;
  if (transferFunction.shape.length !== 2 || !transferFunction.dtype.startsWith('complex') || frequencies < 1) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `The transfer function of ${what} is ${transferFunction.dtype} [${transferFunction.shape.join(', ')}]; it must be complex [channel, frequency].`,
    );
  }
  return { values: transferFunction.data, channels, frequencies, inductionFactors: inductionFactor?.data };
}

/**
 * 1 / transfer function at every `grouping`-th part of a frequency step, interpolated linearly between the frequencies of the
 * file, and 0 where it is 0 or no number: what such a channel saw is not known.
 *
 * @returns [channel, frequency] of `frequencies` entries, complex numbers interleaved.
 */
export function inverseResponse(
  transferFunction: TransferFunction,
  { channels, frequencies, grouping = 1 }: { channels: number; frequencies: number; grouping?: number },
): Float64Array {
  if (transferFunction.channels < channels) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `The transfer function has ${transferFunction.channels} channels, the data ${channels}.`,
    );
  }
  const output = new Float64Array(2 * channels * frequencies);
  for (let channel = 0; channel < channels; channel++) {
    for (let frequency = 0; frequency < frequencies; frequency++) {
      const [real, imaginary] = responseAt(transferFunction, channel, frequency / grouping);
      const squared = real * real + imaginary * imaginary;
      if (!(squared > 0)) continue;
      output[2 * (channel * frequencies + frequency)] = real / squared;
      output[2 * (channel * frequencies + frequency) + 1] = -imaginary / squared;
    }
  }
  return output;
}

function responseAt(
  { values, frequencies }: TransferFunction,
  channel: number,
  frequency: number,
): [real: number, imaginary: number] {
  const lower = Math.min(Math.floor(frequency), frequencies - 1);
  const upper = Math.min(lower + 1, frequencies - 1);
  const weight = frequency - lower;
  const part = (offset: number) => {
    const below = values[2 * (channel * frequencies + lower) + offset] ?? NaN;
    // An entry that is no number must not spoil its neighbours.
    if (weight === 0) return below;
    return (1 - weight) * below + weight * (values[2 * (channel * frequencies + upper) + offset] ?? NaN);
  };
  return [part(0), part(1)];
}

/** Multiplies spectra [period, channel, frequency] by [channel, frequency] and divides by the induction factors, in place. */
export function correctResponse(
  spectra: Float64Array,
  response: Float64Array,
  { channels, inductionFactors }: { channels: number; inductionFactors?: ArrayLike<number> | undefined },
): void {
  const width = response.length / channels;
  for (let at = 0; at < spectra.length; at += 2) {
    const inFrame = at % response.length;
    const factor = inductionFactors?.[Math.floor(inFrame / width)] ?? 1;
    const [a, b] = [spectra[at] ?? 0, spectra[at + 1] ?? 0];
    const [c, d] = [response[inFrame] ?? 0, response[inFrame + 1] ?? 0];
    spectra[at] = (a * c - b * d) / factor;
    spectra[at + 1] = (a * d + b * c) / factor;
  }
}
