import type { NdArray } from '@rondel/contracts';
import type { SolverParameters } from '@rondel/compute/solvers';
import type { ParameterNode, StepCheckpoints } from '@rondel/reco';
import type { SolverName } from '../solver-table.js';
import type { NormalizationName } from './normalization.js';

/**
 * A unitary map of the unknowns of a complex system, each in place on [entry, column], real and imaginary parts interleaved:
 * B for `forward`, B* for `adjoint`.
 */
export interface UnknownsTransform {
  readonly forward: (values: Float32Array) => void;
  readonly adjoint: (values: Float32Array) => void;
}

/** What is known after an iteration. */
export interface SolveProgress {
  /** From 1; measurements that do not fit beside each other are solved one part after the other, and all iterations count. */
  readonly iteration: number;
  readonly iterations: number;
  /** The largest among the measurements at work, relative to the measurement (Kaczmarz) or to the first residual. */
  readonly residual: number;
  /** Of all measurements the first that is at work. */
  readonly firstEntry: number;
  /** x [entry, column] of those at work, as it is now; a copy. */
  readonly x: () => NdArray<Float32Array>;
}

export interface SolveOptions {
  readonly solver: SolverName;
  /** Those left out are the solver's own, see `solverParameters`. */
  readonly parameters?: Partial<SolverParameters>;
  readonly terms: readonly ParameterNode[];
  /** Default: NoNormalization. */
  readonly normalization?: NormalizationName;
  /** Size of the image that the unknowns are, slowest axis first, for terms that look at neighbours. Default: one axis. */
  readonly shape?: readonly number[];
  /**
   * Where unknowns are coefficients of what terms are of: these act on B x, which goes back by B*. The solution stays x. The
   * system must be complex.
   */
  readonly transform?: UnknownsTransform;
  readonly onIteration?: (progress: SolveProgress) => void | Promise<void>;
  /** Where the method goes on from after its process was lost, bit for bit. */
  readonly checkpoint?: StepCheckpoints;
  readonly signal?: AbortSignal;
  /** What measurements and unknowns at work may take beside the matrix; others wait for their turn. Default: 256 MiB. */
  readonly bytesAtWork?: number;
}
