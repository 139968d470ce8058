/** Axes of projections and of fields, slowest first, in the order in which they are handed on however they are stored. */
export const projectionAxes = ['frame', 'slice', 'angle', 'sample', 'detector'] as const;

export type ProjectionAxis = (typeof projectionAxes)[number];

/** What programs call these axes where projections are stored, in small letters. */
const otherNames: Readonly<Record<string, ProjectionAxis>> = {
  ...{ theta: 'angle', angles: 'angle', rotation_angle: 'angle', rotation: 'angle', projection: 'angle' },
  ...{ projections: 'angle', omega: 'angle', samples: 'sample', image: 'sample' },
  ...{ y: 'slice', z: 'slice', v: 'slice', row: 'slice', rows: 'slice', slices: 'slice', detector_y: 'slice' },
  ...{ x: 'detector', u: 'detector', col: 'detector', column: 'detector', columns: 'detector', bin: 'detector' },
  ...{ detectors: 'detector', detector_x: 'detector', channel: 'detector', time: 'frame', t: 'frame', frames: 'frame' },
};

/** The axis that people and files name so, `-` in front of it or not; undefined for any other word. */
export function projectionAxis(word: string): ProjectionAxis | undefined {
  const name = word.replace(/^-/, '').toLowerCase();
  return projectionAxes.find((axis) => axis === name) ?? otherNames[name];
}
