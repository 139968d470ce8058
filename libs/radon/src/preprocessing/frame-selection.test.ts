import { describe, expect, it } from 'vitest';
import { selectFrames } from './frame-selection.js';

const oneBin = { frames: 6, slices: 1, angles: 1, detectors: 1 };

describe('frame selection', () => {
  const data = Float32Array.of(10, 20, 30, 40, 50, 60);

  it('takes frames counted from 1 in the given order', () => {
    expect([...selectFrames(data, oneBin, { frames: [3, 1], numAverages: 1 })]).toEqual([30, 10]);
  });

  it('averages consecutive selected frames', () => {
    expect([...selectFrames(data, oneBin, { frames: [], numAverages: 3 })]).toEqual([20, 50]);
  });

  it('hands the data through when nothing changes', () => {
    expect(selectFrames(data, oneBin, { frames: [], numAverages: 1 })).toBe(data);
  });

  it('refuses a frame that is not there and a number of averages that does not divide', () => {
    expect(() => selectFrames(data, oneBin, { frames: [2, 7], numAverages: 1 })).toThrow(
      'frames asks for frame 7, but the data has 6 frames, counted from 1.',
    );
    expect(() => selectFrames(data, oneBin, { frames: [1, 2, 3], numAverages: 2 })).toThrow(
      'numAverages must divide the number of selected frames, but 3 frames cannot be averaged in groups of 2.',
    );
  });
});
