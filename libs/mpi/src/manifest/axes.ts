/** A measurement in the time domain, as MDF files have it, slowest axis first. */
export const measurementAxes = ['frame', 'period', 'channel', 'sample'] as const;

/** What preprocessing makes of it: complex64, all frequencies k = 0 ... V / 2 of V samples. */
export const spectraAxes = ['frame', 'period', 'channel', 'frequency'] as const;

/** An image series, slowest axis first; `x` is the first axis of the calibration grid, `slice` its third. */
export const imageAxes = ['frame', 'slice', 'y', 'x'] as const;
