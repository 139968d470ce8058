import { addWarnings, settledWarnings, type CarriedWarning, type Dataset } from '@rondel/contracts';
import { divideDataset, joinDatasets, runSteps } from '@rondel/reco';
import { expect, it } from 'vitest';
import { sheppLoganScan, transmissionCounts } from '../../phantom.js';
import { buildPlan, planOf, useEngine } from '../../running.test.support.js';
import { projectionAngles } from '../../sinogram/projection-angles.js';

useEngine();

const [size, frames, angles] = [16, 2, 24];
const counts = transmissionCounts(sheppLoganScan({ size, frames, angles }), { photons: 1000 });

/** With a bin that the white field does not see in every fourth slice, and projections of one slice that are dark. */
function disturbed(darkProjections: number): Dataset {
  const { data, companions } = counts;
  const { white } = companions;
  if (white === undefined) throw new Error('counts have a white field');
  const values = data.data.slice();
  // [frame, slice, angle, detector]: beams of the first slice of the first frame.
  values.fill(0, 0, darkProjections * size);
  const unseen = white.data.slice();
  const samples = white.shape[1] ?? 1;
  for (let slice = 0; slice < size; slice += 4) {
    for (let sample = 0; sample < samples; sample++) unseen[(slice * samples + sample) * size + 5] = 0;
  }
  return {
    data: { ...data, data: values },
    companions: { ...companions, white: { ...white, data: unseen } },
    attributes: {},
  };
}

async function warningsOf(input: Dataset, steps = 1): Promise<Dataset> {
  const pre = ['TransmissionPreprocessingParameters', { findCenter: false }] as const;
  const algorithm = buildPlan(planOf(pre, ['RadonFilteredBackprojectionParameters', {}]));
  const listener = { onProgress: () => undefined, onStep: () => undefined, onLog: () => undefined };
  const options = { signal: new AbortController().signal, memoryBytes: 2 ** 40, ...listener };
  return runSteps(algorithm.steps.slice(0, steps), input, options);
}

/** One slice, which is not the middle one, has an object past the detector's edge, and one has a value that stands out. */
function unlikeSlices(): Dataset {
  const { data, companions } = counts;
  const values = data.data.slice();
  const sinogram = angles * size;
  for (let at = 0; at < 2 * sinogram; at++) if (at >= sinogram) values[at] = Number(values[at]) / 4;
  values[5 * sinogram + 7 * size + 9] = 1e5;
  return { data: { ...data, data: values }, companions, attributes: {} };
}

it('S9: slices that differ are judged each, so that blocks have the warnings of the whole', async () => {
  const input = unlikeSlices();
  const whole = settledWarnings((await warningsOf(input, 2)).warnings ?? []);
  expect(whole.map(({ code }) => code).sort()).toEqual(['OUTLIERS_PRESENT', 'PROJECTIONS_TRUNCATED']);
  for (const { message } of whole) expect(message).toMatch(`In 1 of ${frames * size} sinograms`);
  for (const [axis, length] of [
    ['slice', 1],
    ['slice', 5],
    ['frame', 1],
  ] as const) {
    const outputs: Dataset[] = [];
    for (const block of divideDataset(input, axis, length)) outputs.push(await warningsOf(block, 2));
    expect(settledWarnings(joinDatasets(outputs, axis).warnings ?? []), axis).toEqual(whole);
  }
});

it('W2: angles that contradict some slices are warned of by blocks as by the whole', () => {
  const turns = Float64Array.from({ length: angles }, (_, at) => (at * Math.PI) / angles);
  const { data } = sheppLoganScan({ size, frames, angles });
  const wrong = turns.map((angle) => (angle * 180) / Math.PI);
  const suspect = (dataset: Dataset) => {
    const carried: CarriedWarning[] = [];
    projectionAngles([...wrong], { projections: angles, dataset }, (code, message, { amount } = {}) =>
      carried.push({ code, message, ...(amount && { amount }) }),
    );
    return carried;
  };
  const input: Dataset = { data, companions: {}, attributes: {} };
  const whole = settledWarnings(suspect(input));
  expect(whole).toMatchObject([{ code: 'ANGLES_SUSPECT' }]);
  const blocks = divideDataset(input, 'slice', 3).map(suspect);
  expect(settledWarnings(addWarnings(...blocks))).toEqual(whole);
});

const wholeLength = frames * size * angles * size;

it.each([
  ['enough of the whole to be told', 3, 'TRANSMISSION_CLIPPED'],
  ['too little of the whole, though not of its block', 0.5, 'OUTLIERS_PRESENT'],
] as const)('blocks have the warnings of the whole, with its numbers: %s', async (_, darkProjections, expected) => {
  const input = disturbed(darkProjections);
  const whole = settledWarnings((await warningsOf(input)).warnings ?? []);
  const repaired = `${(frames * size) / 4} counted over all sinograms`;
  expect(whole.map(({ message }) => message)[0]).toContain(repaired);
  expect(whole.map(({ code }) => code)).toEqual(['DETECTOR_REPAIRED', expected]);
  if (expected === 'TRANSMISSION_CLIPPED') expect(whole[1]?.message).toContain(` of ${wholeLength} transmissions`);
  for (const axis of ['slice', 'frame']) {
    const outputs: Dataset[] = [];
    for (const block of divideDataset(input, axis, 1)) outputs.push(await warningsOf(block));
    expect(settledWarnings(joinDatasets(outputs, axis).warnings ?? []), axis).toEqual(whole);
  }
});
