import type { Dataset } from '@rondel/contracts';
import type { ComplexVector } from '@rondel/compute/fourier';
import { acquisition } from './acquisition.js';
import { normal, type RandomSource } from '@rondel/compute/random';
import { frequencies, scanner } from './scanner.js';

/** Frames without a sample behind those with one. */
export const calibrationBackgroundFrames = 4;

/** What a sample in each voxel gives, and how it is disturbed. */
export interface CalibrationSignal {
  /** Voxels [x, y] and their edge in m. */
  readonly size: readonly [number, number];
  readonly voxel: number;
  /** Spectra of the channels for each voxel, x fastest. */
  readonly responses: readonly (readonly ComplexVector[])[];
  /** Standard deviation of the noise of one sample, and a signal that every frame has. */
  readonly deviation: number;
  readonly background: readonly ComplexVector[];
}

/**
 * A system matrix as scanners calibrate it: complex64 [frame, period, channel, frequency], a frame for each voxel, then those
 * without a sample, with companions and attributes of an MDF file.
 */
export function calibration(signal: CalibrationSignal, random: RandomSource): Dataset {
  const { size, voxel, responses, deviation, background } = signal;
  const voxels = responses.length;
  const frames = voxels + calibrationBackgroundFrames;
  const { channels } = scanner;
  const length = channels * frequencies;
  const values = new Float32Array(2 * frames * length);
  // Of a spectrum of V samples with white noise, each part has V / 2 times the variance.
  const noise = deviation * Math.sqrt(scanner.samples / 2);
  for (let frame = 0; frame < frames; frame++) {
    for (let channel = 0; channel < channels; channel++) {
      const response = responses[frame]?.[channel];
      const always = background[channel];
      for (let k = 0; k < frequencies; k++) {
        const at = 2 * (frame * length + channel * frequencies + k);
        values[at] = (response?.real[k] ?? 0) + (always?.real[k] ?? 0) + noise * normal(random);
        values[at + 1] = (response?.imaginary[k] ?? 0) + (always?.imaginary[k] ?? 0) + noise * normal(random);
      }
    }
  }
  const isBackgroundFrame = Uint8Array.from({ length: frames }, (_, frame) => (frame < voxels ? 0 : 1));
  const { companions, attributes } = acquisition({ shifts: [[0, 0]], isBackgroundFrame });
  return {
    data: {
      dtype: 'complex64',
      data: values,
      shape: [frames, 1, channels, frequencies],
      axes: ['frame', 'period', 'channel', 'frequency'],
    },
    companions: {
      ...companions,
      snr: {
        dtype: 'float32',
        data: signalToNoise(values, voxels),
        shape: [1, channels, frequencies],
        axes: ['period', 'channel', 'frequency'],
      },
    },
    attributes: {
      ...attributes,
      isFourierTransformed: true,
      isFastFrameAxis: true,
      calibrationSize: [...size, 1],
      calibrationFov: [size[0] * voxel, size[1] * voxel, voxel],
      calibrationFovCenter: [0, 0, 0],
      calibrationOrder: 'xyz',
      calibrationMethod: 'simulation',
      isMeanderingGrid: false,
    },
  };
}

/**
 * For each channel and frequency: the median of the signal over the voxels that have 0.9 of its maximum, over the mean deviation
 * of the frames without a sample from their mean. Without noise it is finite, too.
 */
function signalToNoise(values: Float32Array, voxels: number): Float32Array {
  const length = scanner.channels * frequencies;
  const frames = values.length / 2 / length;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Float32Array.from({ length }, (_, row) => {
    const at = (frame: number, part: 0 | 1) => values[2 * (frame * length + row) + part] ?? 0;
    let real = 0;
    let imaginary = 0;
    for (let frame = voxels; frame < frames; frame++) {
      real += at(frame, 0) / (frames - voxels);
      imaginary += at(frame, 1) / (frames - voxels);
    }
    const distance = (frame: number) => Math.hypot(at(frame, 0) - real, at(frame, 1) - imaginary);
    const signals = Float64Array.from({ length: voxels }, (_, frame) => distance(frame));
    const most = signals.reduce((a, b) => Math.max(a, b), 0);
    const strong = signals.filter((value) => value >= 0.9 * most).sort();
    let noise = 0;
    for (let frame = voxels; frame < frames; frame++) noise += distance(frame) / (frames - voxels);
    return (strong[Math.floor(strong.length / 2)] ?? 0) / (noise + 1e-9 * largest);
  });
}
