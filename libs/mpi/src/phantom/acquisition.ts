import type { Dataset, NdArray } from '@rondel/contracts';
import { frequencies, scanner } from './scanner.js';

/** What MDF files say of a scan, whatever its data: companions and attributes, as they are read from a file. */
export function acquisition({
  shifts,
  isBackgroundFrame,
}: {
  /** Where the field-free point stands in each period, [x, y] in m. */
  readonly shifts: readonly (readonly [number, number])[];
  readonly isBackgroundFrame: Uint8Array;
}): Pick<Dataset, 'companions' | 'attributes'> {
  const { gradient, driveStrength, dividers, samples, bandwidth, baseFrequency, cycle } = scanner;
  const periods = shifts.length;
  const diagonal = [0, 4, 8];
  return {
    companions: {
      isBackgroundFrame: {
        dtype: 'uint8',
        data: isBackgroundFrame,
        shape: [isBackgroundFrame.length],
        axes: ['frame'],
      },
      gradient: numbers(
        shifts.flatMap(() => Array.from({ length: 9 }, (_, at) => gradient[diagonal.indexOf(at)] ?? 0)),
        { period: periods, row: 3, column: 3 },
      ),
      // The field-free point stands where the gradient cancels the offset.
      offsetField: numbers(
        shifts.flatMap(([x, y]) => [-gradient[0] * x, -gradient[1] * y, 0]),
        { period: periods, component: 3 },
      ),
      strength: numbers(
        shifts.flatMap(() => [driveStrength, driveStrength]),
        { period: periods, driveChannel: 2, component: 1 },
      ),
      phase: numbers(
        shifts.flatMap(() => [0, 0]),
        { period: periods, driveChannel: 2, component: 1 },
      ),
      divider: numbers([...dividers], { driveChannel: 2, component: 1 }),
    },
    attributes: {
      layout: 'mdf',
      version: '2.1.0',
      bandwidth,
      samples,
      frequencies,
      baseFrequency,
      dfCycle: cycle,
      numChannels: scanner.channels,
      numAverages: 1,
      numPeriodsPerFrame: periods,
      numFrames: isBackgroundFrame.length,
      numBackgroundFrames: isBackgroundFrame.filter((flag) => flag === 1).length,
      unit: 'V',
      isFourierTransformed: false,
      isFrequencySelection: false,
      isFramePermutation: false,
      isFastFrameAxis: false,
      isTransferFunctionCorrected: false,
      isBackgroundCorrected: false,
      isSpectralLeakageCorrected: false,
    },
  };
}

function numbers(values: readonly number[], axes: Readonly<Record<string, number>>): NdArray {
  return { dtype: 'float64', data: Float64Array.from(values), shape: Object.values(axes), axes: Object.keys(axes) };
}
