import { mdfFacts } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { frequencyOf, samplesOf } from '../reference.test.support.js';
import { simulateMpi } from './simulation.js';

describe('the simulated scanner', () => {
  it('gives the same for the same options, and other noise for another seed', () => {
    const options = { size: 4, frames: 1, backgroundFrames: 1, background: 0.1 };
    const [first, again, other] = [options, options, { ...options, seed: 2 }].map((one) => simulateMpi(one));
    expect(again).toEqual(first);
    expect(other?.truth).toEqual(first?.truth);
    expect(other?.measurement.data.data).not.toEqual(first?.measurement.data.data);
  });

  it('says what an MDF file says of a scan', () => {
    const { measurement, calibrations } = simulateMpi({
      size: 4,
      frames: 1,
      backgroundFrames: 1,
      patches: 2,
      periods: 2,
    });
    expect(mdfFacts(measurement)).toMatchObject({ numFrames: 2, numBackgroundFrames: 1, numPeriodsPerFrame: 4 });
    expect(calibrations.map((calibration) => mdfFacts(calibration))).toMatchObject([
      { numFrames: 20, numBackgroundFrames: 4, calibrationSize: [4, 4, 1] },
    ]);
  });

  it('measures what its calibration says of its object', () => {
    // Without noise, a frame is the sum of the voxels' spectra times concentrations; all is stored in float32.
    const { measurement, calibrations, truth } = simulateMpi({ size: 6, frames: 1, noise: 0 });
    const spectra = calibrations[0]?.data.data ?? [];
    for (const [channel, k] of [
      [0, 34],
      [1, 51],
      [0, 200],
    ] as const) {
      let [real, imaginary] = [0, 0];
      for (const [voxel, concentration] of truth.data.entries()) {
        const at = 2 * ((voxel * 2 + channel) * 817 + k);
        real += concentration * (spectra[at] ?? 0);
        imaginary += concentration * (spectra[at + 1] ?? 0);
      }
      const found = frequencyOf(samplesOf(measurement, 0, 0, channel), k);
      const largest = Math.max(...measurement.data.data.map(Math.abs));
      // Rounding of 1632 samples, each to 6e-8 of the largest, grows with the root of their number.
      expect(Math.hypot(found[0] - real, found[1] - imaginary)).toBeLessThan(6e-8 * Math.sqrt(1632) * 4 * largest);
    }
  });

  it('sees a sample at another place the same when the field-free point has moved along', () => {
    // Two patches are 3 voxels apart: the calibration at one place is that at the other.
    const { measurement } = simulateMpi({ size: 4, frames: 1, patches: 2, noise: 0 });
    const shift = measurement.companions.offsetField;
    expect(shift?.axes).toEqual(['period', 'component']);
    for (const [at, wanted] of [-0.0108, 0, 0, 0.0108, 0, 0].entries()) expect(shift?.data[at]).toBeCloseTo(wanted, 12);
  });

  it('refuses options outside their range, and arrays that are too large', () => {
    expect(() => simulateMpi({ size: 3 })).toThrow('size of a phantom must be an integer from 4 to 100, got 3');
    expect(() => simulateMpi({ noise: 11 })).toThrow('noise of a phantom must be a number from 0 to 10');
    expect(() => simulateMpi({ frames: 1000, patches: 16, periods: 16 })).toThrow('Ask for less');
  });
});
