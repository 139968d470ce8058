import { sheppLoganScan } from '../phantom.js';

const sliceScan = sheppLoganScan({ size: 64, frames: 1, angles: 90 });

/** The slice in the middle of a simulated head: [angle, detector], line integrals. */
export const middleSlice = new Float32Array(sliceScan.data.data.subarray(32 * 90 * 64, 33 * 90 * 64));
export const sliceShape = { frames: 1, slices: 1, angles: 90, detectors: 64 };
export const sliceAngles = Float64Array.from(sliceScan.companions['angles']?.data ?? []);
