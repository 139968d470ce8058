import type { Dataset } from '@rondel/contracts';
import { cutDataset } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { simulateMpi } from '../phantom.js';
import { expectFailure, reconstruct, singlePatchPlan } from '../running.test.support.js';

const frames = (dataset: Dataset, start: number, stop: number) => cutDataset(dataset, { axis: 'frame', start, stop });

function spectra(
  input: Dataset,
  files: Readonly<Record<string, Dataset>>,
  pre: Parameters<typeof singlePatchPlan>[0] = {},
) {
  const moreMeas = Object.keys(files);
  const plan = singlePatchPlan({ pre: { ...(moreMeas.length > 0 && { moreMeas }), ...pre.pre } });
  return reconstruct(plan, input, { files, only: ['parameter.pre'] });
}

describe('a measurement of several files', () => {
  const { measurement } = simulateMpi({ size: 4, frames: 4, backgroundFrames: 1 });
  const parts = { 'second.mdf': frames(measurement, 1, 2), 'third.mdf': frames(measurement, 2, 5) };

  it('has the frames of all of them in their order, and their background', async () => {
    const whole = await spectra(measurement, {});
    const joined = await spectra(frames(measurement, 0, 1), parts);
    expect(joined.output.data).toEqual(whole.output.data);
    // Also of the last file.
    expect(joined.warnings).toEqual(['BACKGROUND_KEPT']);
    const selected = await spectra(frames(measurement, 0, 1), parts, { pre: { frames: [4, 2] } });
    expect(selected.output.data).toEqual((await spectra(measurement, {}, { pre: { frames: [4, 2] } })).output.data);
  });

  it('at several offset fields has patches, one frame of whose periods they are', async () => {
    const { measurement: patches } = simulateMpi({ size: 4, frames: 1, patches: 3 });
    const files = [0, 1, 2].map((period) => atPeriod(patches, period));
    const [first = patches, second = patches, third = patches] = files;
    const whole = await spectra(patches, {});
    const joined = await spectra(first, { 'second.mdf': second, 'third.mdf': third });
    expect(joined.output.data).toEqual(whole.output.data);
    for (const name of ['offsetField', 'gradient', 'strength']) {
      expect(joined.output.companions[name]).toEqual(whole.output.companions[name]);
    }
    const several = { 'second.mdf': { ...parts['third.mdf'], companions: { ...second.companions, ...background } } };
    await expectFailure(spectra(first, several), 'DATA_SHAPE_MISMATCH', 'second.mdf has background frames');
  });
  const background = { isBackgroundFrame: frames(measurement, 2, 5).companions.isBackgroundFrame ?? measurement.data };

  it('refuses a file of another scan by its name, with what differs', async () => {
    const second = parts['second.mdf'];
    const slower = { ...second, attributes: { ...second.attributes, bandwidth: 1e6 } };
    const words =
      'second.mdf is of another scan than the measurement: they differ in bandwidth 1000000 Hz and 1250000 Hz';
    await expectFailure(spectra(measurement, { 'second.mdf': slower }), 'DATA_SHAPE_MISMATCH', words);
    const corrected = { ...second, attributes: { ...second.attributes, isTransferFunctionCorrected: true } };
    await expectFailure(
      spectra(measurement, { 'second.mdf': corrected }),
      'DATA_SHAPE_MISMATCH',
      'isTransferFunctionCorrected',
    );
  });
});

/** One patch as a file of its own. */
function atPeriod(dataset: Dataset, period: number): Dataset {
  const cut = cutDataset(dataset, { axis: 'period', start: period, stop: period + 1 });
  return { ...cut, attributes: { ...cut.attributes, numPeriodsPerFrame: 1 } };
}
