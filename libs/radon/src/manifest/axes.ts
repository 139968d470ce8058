/** Axes of what preprocessing takes and returns, slowest first. Leading axes may be missing in bare arrays. */
export const sinogramAxes = ['frame', 'slice', 'angle', 'detector'] as const;

/** Axes of dark and white fields, slowest first. */
export const fieldAxes = ['slice', 'sample', 'detector'] as const;

/** Axes of a reconstructed image series, slowest first. Rows go down as y goes up. */
export const imageAxes = ['frame', 'slice', 'y', 'x'] as const;
