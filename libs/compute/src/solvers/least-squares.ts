import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { LinearTransform } from '../prox/penalty.js';
import type { SolverParameterName, SolverParameters } from './solver-parameters.js';
import type { SolverSnapshot } from './solver-snapshot.js';
import type { Term } from './terms.js';

/**
 * The linear map of a least-squares problem as two functions that return new tensors. The last axis of both tensors is
 * the batch: every entry is a problem of its own.
 */
export type LeastSquaresMap = LinearTransform & { readonly views?: MapViews };

/** Views of a projection: parts of the data along one axis, each with a map of its own. `OperatorViews` is one. */
export interface MapViews {
  /** Axis of the data, from 0. */
  readonly axis: number;
  readonly count: number;
  readonly of: (views: readonly number[]) => LinearTransform & { readonly dispose: () => void };
}

/** min ||A x - b||^2 with some terms, for every entry of the batch, and what a solver is told of how to. */
export type LeastSquaresProblem<Name extends SolverParameterName = never> = LeastSquaresMap &
  Pick<SolverParameters, Name> & { readonly terms: readonly Term[] };

/** What the states of all solvers have; each iteration replaces the state and disposes the one before. */
export interface SolverState {
  readonly iteration: number;
  /** [..., batch] */
  readonly x: Tensor;
  /** Square of the residual that the solver brings to 0, per entry, now and at the start. */
  readonly norm: Tensor1D;
  readonly initialNorm: Tensor1D;
  /** 1 while an entry iterates, 0 once it has converged. A converged entry never changes again. */
  readonly active: Tensor1D;
  /** Largest ratio of an entry's residual to its first one. */
  readonly relativeResidual: number;
  readonly anyActive: boolean;
}

/** An iterative method with its configuration. Tensors in a state belong to the state. */
export interface Solver<S extends SolverState = SolverState> {
  readonly iterations: number;
  /**
   * State before the first iteration: x = 0, or 1 for methods that multiply.
   *
   * @param b data [..., batch], float32; not disposed by this call.
   * @param guess where to begin instead, [..., batch]; not disposed by this call. Only methods of projections take one.
   */
  readonly start: (b: Tensor, guess?: Tensor) => S;
  /** One application of the map and one of its adjoint. Disposes the state it is given, unless it throws. */
  readonly iterate: (state: S) => S;
  /** Copies a state to the host, so that `resume` can go on from it, in another process too. The state stays as it is. */
  readonly snapshot: (state: S) => SolverSnapshot;
  /**
   * The state of which a solver with the same configuration took the snapshot, bit for bit.
   *
   * @param b data that the state was started with; not disposed by this call.
   * @throws `STEP_FAILED` for a snapshot of another method or of other shapes.
   */
  readonly resume: (b: Tensor, snapshot: SolverSnapshot) => S;
  /** The answer of a state, [..., batch], inside the constraint; a new tensor. */
  readonly solution: (state: S) => Tensor;
}

/** What a solver tells after every iteration, counted from 1. */
export interface IterationReport {
  readonly iteration: number;
  /** Relative to the first one, the largest among the batch. */
  readonly residual: number;
}

/** What a problem is beside its map. Parameters that are left out are those of `solverParameters`, others are ignored. */
export type LeastSquaresTerms = Partial<SolverParameters> & { readonly terms: readonly Term[] };

/** A method that has what it needs of one map, for problem after problem. */
export interface PreparedSolver {
  /** Hands over a solver of the problem, whose kind of state only the method knows. */
  readonly solving: <T>(terms: LeastSquaresTerms, use: <S extends SolverState>(solver: Solver<S>) => T) => T;
  readonly dispose: () => void;
}

/** An iterative method; `solvers` has them all. */
export interface SolverMethod {
  /**
   * Computes once what the method needs of a map.
   *
   * @param imageShape of an argument of the map, without the batch.
   */
  readonly prepare: (map: LeastSquaresMap, imageShape: readonly number[]) => PreparedSolver;
}
