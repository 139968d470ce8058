import { describe, expect, it } from 'vitest';
import { extendDetector } from './detector-extension.js';

describe('the detector', () => {
  const shape = { frames: 1, slices: 1, angles: 1, detectors: 4 };

  it('is extended with edge values on the side that is shorter as seen from the axis', () => {
    const left = extendDetector(Float32Array.of(1, 2, 3, 4), shape, 0.5);
    expect([...left.data]).toEqual([1, 1, 1, 2, 3, 4]);
    expect(left.center).toBe(2.5);
    expect(left.shape.detectors).toBe(6);
    const right = extendDetector(Float32Array.of(1, 2, 3, 4), shape, 3);
    expect([...right.data]).toEqual([1, 2, 3, 4, 4]);
    expect(right.center).toBe(3);
  });

  it('stays as it is when the axis is in its middle', () => {
    const data = Float32Array.of(1, 2, 3, 4);
    expect(extendDetector(data, shape, 2).data).toBe(data);
  });
});
