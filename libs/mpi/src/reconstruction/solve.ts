import type { NdArray } from '@rondel/contracts';
import { solveSystem, type LinearSystem } from '@rondel/least-squares';
import type { PreviewPlane, StepContext } from '@rondel/reco';
import { warnOfEquations } from './equations.js';
import { voxelCount, type Grid } from '../system-matrix/grid.js';
import type { UnitaryTransform } from '../sparse/grid-transform.js';
import type { SolverChoice } from './solver.js';

/** Bytes that the image and the unknowns of one frame take at the same time, for each column. */
const bytesPerUnknown = 20;

export interface Solving {
  readonly choice: SolverChoice;
  readonly grid: Grid;
  /** What carries unknowns to the image, where they are its coefficients. */
  readonly transform?: UnitaryTransform | undefined;
  readonly context: StepContext;
}

/**
 * Solves the equations of all frames, with progress, previews of the middle slice and checkpoints.
 *
 * @param b [entry, row].
 * @returns [entry, column], of the image.
 */
export async function solveFrames(
  system: LinearSystem,
  b: NdArray,
  { choice, grid, transform, context }: Solving,
): Promise<NdArray<Float32Array>> {
  const [frames = 0] = b.shape;
  context.requireMemory(
    bytesPerUnknown * frames * system.columns,
    `The image of ${frames} ${frames === 1 ? 'frame' : 'frames'}`,
  );
  warnOfEquations(system, choice, context);
  const solution = await solveSystem(system, b, {
    ...choice,
    ...(transform && { transform }),
    ...shapeOf(system, grid),
    signal: context.signal,
    checkpoint: context.checkpoint,
    onIteration: ({ iteration, iterations, residual, firstEntry, x }) => {
      const facts = { iteration, iterations, residual };
      context.progress({ ...facts, message: `relative residual ${residual.toExponential(2)}` });
      context.preview(facts, () => middlePlane(x(), { grid, transform, frame: firstEntry }));
    },
  });
  return imageOf(solution, transform);
}

/** Of the unknowns, for terms that look at neighbours; colours lie behind each other. */
function shapeOf({ columns }: LinearSystem, grid: Grid): { readonly shape?: readonly number[] } {
  const colours = columns / voxelCount(grid);
  if (!Number.isInteger(colours)) return {};
  return { shape: [...(colours > 1 ? [colours] : []), ...grid.shape.toReversed()] };
}

/** In place. */
function imageOf(x: NdArray<Float32Array>, transform: UnitaryTransform | undefined): NdArray<Float32Array> {
  transform?.forward(x.data);
  return x;
}

/** The middle slice of the first of some unknowns, which are changed. */
export function middlePlane(
  x: NdArray<Float32Array>,
  { grid, transform, frame }: Pick<Solving, 'grid' | 'transform'> & { readonly frame: number },
): PreviewPlane {
  const slice = Math.floor(grid.shape[2] / 2);
  const values = plane(imageOf(x, transform), grid, slice);
  return { values, shape: [grid.shape[1], grid.shape[0]], frame, slice };
}

/** Real parts of one slice of the first entry. */
function plane({ data, dtype }: NdArray, { shape: [columns, rows] }: Grid, slice: number): Float32Array {
  const parts = dtype.startsWith('complex') ? 2 : 1;
  return Float32Array.from({ length: columns * rows }, (_, at) => data[parts * (slice * columns * rows + at)] ?? 0);
}
