import type { Dataset } from '@rondel/contracts';
import { simulateMpi } from '../phantom/simulation.js';

const size = 5;
const patches = 2;
/** Periods that pass while the field moves to the next patch. */
const switching = 7;

/** A scan of an object that goes back and forth between two states, and a calibration for each patch at its place. */
export function movingScan({ perPatch, frames, cycles }: { perPatch: number; frames: number; cycles: number }) {
  const { measurement, calibrations } = simulateMpi({ size, frames: 2, patches, noise: 0.0001 });
  const [, , channels = 1, samples = 1] = measurement.data.shape;
  const block = channels * samples;
  const values = new Float32Array(frames * patches * perPatch * block);
  const frameLength = patches * (perPatch + switching);
  for (let frame = 0; frame < frames; frame++) {
    for (let patch = 0; patch < patches; patch++) {
      for (let period = 0; period < perPatch; period++) {
        const time = frame * frameLength + patch * (perPatch + switching) + period;
        const share = 0.5 + 0.5 * Math.cos((2 * Math.PI * time) / cycles);
        const to = ((frame * patches + patch) * perPatch + period) * block;
        for (let at = 0; at < block; at++) {
          const [one, other] = [0, 1].map(
            (state) => measurement.data.data[(state * patches + patch) * block + at] ?? 0,
          );
          values[to + at] = share * (one ?? 0) + (1 - share) * (other ?? 0);
        }
      }
    }
  }
  const repeated = (name: string, width: number) => {
    const array = measurement.companions[name];
    const data = Float64Array.from({ length: patches * perPatch * width }, (_, at) => {
      const patch = Math.floor(at / width / perPatch);
      return array?.data[patch * width + (at % width)] ?? NaN;
    });
    return { ...array, dtype: 'float64' as const, data, shape: [patches * perPatch, ...(array?.shape.slice(1) ?? [])] };
  };
  const moving: Dataset = {
    data: { ...measurement.data, data: values, shape: [frames, patches * perPatch, channels, samples] },
    companions: { gradient: repeated('gradient', 9), offsetField: repeated('offsetField', 3) },
    attributes: { ...measurement.attributes, numPeriodsPerFrame: patches * perPatch, numFrames: frames },
  };
  const [central] = calibrations as [Dataset];
  const offsets = measurement.companions.offsetField?.data ?? [];
  const placed = Array.from({ length: patches }, (_, patch) =>
    placedAt(central, [...offsets].slice(3 * patch, 3 * patch + 3)),
  );
  return { moving, placed, central, size, patches, perPatch, cycle: Number(measurement.attributes.dfCycle) };
}

/** A calibration as if it had been made at an offset field: what a sample gives there is the same, seen from its middle. */
function placedAt(calibration: Dataset, offset: readonly number[]): Dataset {
  const gradient = calibration.companions.gradient?.data ?? [];
  return {
    ...calibration,
    companions: {
      ...calibration.companions,
      offsetField: { dtype: 'float64', data: Float64Array.from(offset), shape: [1, 3], axes: ['period', 'component'] },
    },
    attributes: {
      ...calibration.attributes,
      calibrationFovCenter: offset.map((field, axis) => (field === 0 ? 0 : -field / (gradient[4 * axis] ?? NaN))),
    },
  };
}
