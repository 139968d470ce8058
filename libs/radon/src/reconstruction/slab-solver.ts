import { disposeState, isDone, type Solver, type SolverState } from '@rondel/compute';
import type { PreviewPlane, StepContext } from '@rondel/reco';
import type { Tensor } from '@tensorflow/tfjs-core';
import { slabCheckpoint, type SlabsBegun } from './slab-checkpoint.js';
import { pause, type Slab } from './slabs.js';

/** How the entries of a slab lie in the tensors of a solver. Tensors belong to who asks. */
export interface SlabLayout {
  readonly dataOf: (slab: Slab) => Tensor;
  /** What the plan has it begin with. */
  readonly guessOf: (slab: Slab) => Tensor | undefined;
  /** Images of a solution, one entry after the other. */
  readonly imagesOf: (solution: () => Tensor, slab: Slab) => Float32Array;
  /** A plane in the middle, to look at. */
  readonly planeOf: (solution: () => Tensor, slab: Slab) => PreviewPlane;
}

interface Surroundings {
  readonly layout: SlabLayout;
  readonly context: StepContext;
  /** What an attempt before this one has left. */
  readonly begun: SlabsBegun | undefined;
}

/** Iterates on one slab after the other, with progress, previews and checkpoints. */
export function solveSlab<S extends SolverState>(
  solver: Solver<S>,
  { layout, context, begun }: Surroundings,
): (slab: Slab) => Promise<Float32Array> {
  return async (slab) => {
    let state = startSlab(slab, solver, { layout, begun });
    try {
      while (!isDone(solver, state)) {
        state = solver.iterate(state);
        const current = state;
        const residual = state.relativeResidual;
        const facts = {
          iteration: slab.index * solver.iterations + state.iteration,
          iterations: slab.count * solver.iterations,
          residual,
        };
        context.progress({ ...facts, message: `relative residual ${residual.toExponential(2)}` });
        context.preview(facts, () => layout.planeOf(() => solver.solution(current), slab));
        await pause(context.signal);
        await context.checkpoint.save(() => {
          const { iterations } = solver;
          return slabCheckpoint(slab, { iteration: current.iteration, iterations, snapshot: solver.snapshot(current) });
        });
      }
      return layout.imagesOf(() => solver.solution(state), slab);
    } finally {
      disposeState(state);
    }
  };
}

/** State before the slab's first iteration, or where a checkpoint says that the slab is. */
function startSlab<S extends SolverState>(
  slab: Slab,
  solver: Solver<S>,
  { layout, begun }: Pick<Surroundings, 'layout' | 'begun'>,
): S {
  const b = layout.dataOf(slab);
  const guess = layout.guessOf(slab);
  try {
    return begun?.slab === slab.index ? solver.resume(b, begun.snapshot) : solver.start(b, guess);
  } finally {
    b.dispose();
    guess?.dispose();
  }
}
