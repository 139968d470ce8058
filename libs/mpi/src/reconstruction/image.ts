import { float32Array, RondelError, type Dataset, type NdArray } from '@rondel/contracts';
import { imageAxes } from '../manifest/axes.js';
import { numberIn } from '../system-matrix/calibration.js';
import { voxelSize, type Grid } from '../system-matrix/grid.js';

/** What of a scan is still true of its image. */
const keptFacts: readonly string[] = ['found'];

export interface ImageGrid {
  readonly grid: Grid;
  readonly colours: number;
  /** Time from frame to frame in s, where it is known. */
  readonly frameTime?: number | undefined;
}

/**
 * Unknowns [entry, column], columns of one colour after the other, as image: float32 [frame, slice, y, x] of the real parts; with
 * several colours [colour, frame, slice, y, x]. Spacing in m.
 *
 * Throws `DATA_SHAPE_MISMATCH` for another number of columns.
 */
export function imageDataset(source: Dataset, solution: NdArray, { grid, colours, frameTime }: ImageGrid): Dataset {
  const [frames = 0, columns = 0] = solution.shape;
  const [x, y, z] = grid.shape;
  const voxels = x * y * z;
  if (columns !== voxels * colours) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `A solution of ${columns} values is no image of ${colours} x ${x} x ${y} x ${z} voxels.`,
    );
  }
  const parts = solution.dtype.startsWith('complex') ? 2 : 1;
  const values = new Float32Array(frames * columns);
  for (let frame = 0; frame < frames; frame++) {
    for (let column = 0; column < columns; column++) {
      const colour = Math.floor(column / voxels);
      values[(colour * frames + frame) * voxels + (column % voxels)] =
        solution.data[parts * (frame * columns + column)] ?? 0;
    }
  }
  const several = colours > 1;
  const size = voxelSize(grid).map((length) => Number(length.toPrecision(12)));
  // Spacing has one unit, so that of frames, which lie apart in time, is a fact of its own.
  const spacing = [...(several ? [1] : []), 1, size[2] || 1, size[1] || 1, size[0] || 1];
  const shape = [...(several ? [colours] : []), frames, z, y, x];
  const axes = [...(several ? ['colour'] : []), ...imageAxes];
  const facts = Object.entries(source.attributes).filter(([name]) => keptFacts.includes(name));
  return {
    data: { ...float32Array(values, shape, axes, spacing), spacingUnit: 'm' },
    companions: {},
    attributes: { ...Object.fromEntries(facts), ...(frameTime !== undefined && { frameTime }) },
  };
}

/**
 * A grid as it lies in the field of a measurement: where its gradient is weaker than that of the calibration, the same field
 * stretches over more.
 *
 * @param ratio gradient of the calibration over that of the measurement, for each axis.
 */
export function stretched(grid: Grid, ratio: readonly [number, number, number]): Grid {
  const { fov } = grid;
  return { ...grid, fov: [fov[0] * ratio[0], fov[1] * ratio[1], fov[2] * ratio[2]] };
}

/** Time from image to image in s: the periods of a frame, and the frames that were averaged. */
export function frameTimeOf({ attributes }: Dataset): number | undefined {
  const cycle = numberIn(attributes, 'dfCycle');
  if (cycle === undefined) return undefined;
  return cycle * (numberIn(attributes, 'numPeriodsPerFrame') ?? 1) * (numberIn(attributes, 'numAverages') ?? 1);
}
