import { forEachRayWeight, type SparseRows } from '@rondel/compute';
import type { Dataset } from '@rondel/contracts';
import { solveSystem, sparseSystem, type LinearSystem, type SolveProgress } from '@rondel/least-squares';
import { givenParameters } from '@rondel/least-squares/manifest';
import type { ParameterNode, StepContext } from '@rondel/reco';
import { float32Array } from '@rondel/contracts';
import type { SinogramShape } from '../sinogram/sinogram-shape.js';
import { iterationsOf } from '../manifest/solvers.js';
import { projectionRows, weightRows } from './projection-rows.js';
import { fieldOfViewMask, raysOf, sameGeometry, type ReconstructionGeometry } from './reconstruction-geometry.js';

interface RowChoice {
  readonly circle: boolean;
  readonly reg: readonly ParameterNode[];
  readonly iterations: number | undefined;
}

/** Solves ray by ray, by Kaczmarz' method; keeps the rays of the last geometry as rows of a matrix. */
export function rowReconstruction(parameters: RowChoice) {
  let held: { readonly geometry: ReconstructionGeometry; readonly system: LinearSystem } | undefined;
  const clear = () => {
    held?.system.dispose();
    held = undefined;
  };
  const systemOf = async (geometry: ReconstructionGeometry, signal: AbortSignal): Promise<LinearSystem> => {
    if (held !== undefined && sameGeometry(held.geometry, geometry)) return held.system;
    clear();
    const fieldOfView = parameters.circle ? fieldOfViewMask(geometry) : undefined;
    held = { geometry, system: await sparseSystem(rowsOf(geometry, fieldOfView), { signal }) };
    return held.system;
  };
  return {
    clear,
    /** Returns [entry, y, x]. */
    async reconstruct(
      input: Dataset,
      { geometry, shape, context }: { geometry: ReconstructionGeometry; shape: SinogramShape; context: StepContext },
    ): Promise<Float32Array> {
      const system = await systemOf(geometry, context.signal);
      const entries = shape.frames * shape.slices;
      const b = float32Array(Float32Array.from(input.data.data), [entries, system.rows]);
      const iterations = iterationsOf({ solver: 'Kaczmarz', iterations: parameters.iterations });
      const images = await solveSystem(system, b, {
        solver: 'Kaczmarz',
        parameters: { ...givenParameters('Kaczmarz', { ...parameters }), iterations },
        terms: parameters.reg,
        shape: geometry.shape,
        signal: context.signal,
        checkpoint: context.checkpoint,
        onIteration: (progress) => report(progress, { geometry, shape, context }),
      });
      return parameters.circle ? within(images.data, fieldOfViewMask(geometry)) : images.data;
    },
  };
}

/** The projection as a matrix, as the operator has it. */
function rowsOf(geometry: ReconstructionGeometry, fieldOfView: Float32Array | undefined): SparseRows {
  const rays = raysOf(geometry);
  if (rays === undefined) return projectionRows(geometry, fieldOfView);
  const size = { rows: rays.angles.length * rays.tilts.length, columns: rays.shape[0] * rays.shape[1] };
  return weightRows(size, (use) =>
    forEachRayWeight(rays, (row, pixel, weight) => {
      if (fieldOfView?.[pixel] !== 0) use(row, pixel, weight);
    }),
  );
}

function report(
  { iteration, iterations, residual, firstEntry, x }: SolveProgress,
  { geometry, shape, context }: { geometry: ReconstructionGeometry; shape: SinogramShape; context: StepContext },
): void {
  context.progress({ iteration, iterations, residual, message: `relative residual ${residual.toExponential(2)}` });
  context.preview({ iteration, iterations, residual }, () => {
    const now = x();
    const [rows, columns] = geometry.shape;
    const [here = 1] = now.shape;
    const entry = Math.min(Math.max(Math.floor(shape.slices / 2), firstEntry), firstEntry + here - 1);
    const start = (entry - firstEntry) * rows * columns;
    const values = now.data.slice(start, start + rows * columns);
    return { values, shape: [rows, columns], frame: Math.floor(entry / shape.slices), slice: entry % shape.slices };
  });
}

/** A term may have changed pixels that no ray sees. */
function within(images: Float32Array, fieldOfView: Float32Array): Float32Array {
  return images.map((value, at) => (fieldOfView[at % fieldOfView.length] === 0 ? 0 : value));
}
