import { RondelError } from '@rondel/contracts';
import { cast, dispose, greater, maximum, mul, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { numberFrom, vectorFrom, type SolverSnapshot } from './solver-snapshot.js';
import type { IterationReport, Solver, SolverState } from './least-squares.js';
import type { SolverParameters } from './solver-parameters.js';

/** True when every entry has converged or the iterations are used up. */
export function isDone({ iterations }: Pick<Solver, 'iterations'>, state: SolverState): boolean {
  return !state.anyActive || state.iteration >= iterations;
}

/** Frees all tensors of a state, `x` included. */
export function disposeState(state: SolverState): void {
  dispose({ ...state });
}

/**
 * Runs a solver to its end, from where it starts by itself or from a guess.
 *
 * @param b data [..., batch], float32; not disposed by this call.
 * @returns x [..., batch], owned by the caller.
 */
export function solve<S extends SolverState>(
  solver: Solver<S>,
  b: Tensor,
  onIteration?: (report: IterationReport) => void,
): Tensor {
  let state = solver.start(b);
  try {
    while (!isDone(solver, state)) {
      state = solver.iterate(state);
      onIteration?.({ iteration: state.iteration, residual: state.relativeResidual });
    }
    return solver.solution(state);
  } finally {
    disposeState(state);
  }
}

/** Throws `PLAN_INVALID_VALUE` for numbers that no solver can use. */
export function checkParameters(
  name: string,
  { iterations, relTol }: Pick<SolverParameters, 'iterations' | 'relTol'>,
): void {
  const requireNumber = (holds: boolean, message: string) => {
    if (!holds) throw new RondelError('PLAN_INVALID_VALUE', `${name}: ${message}`);
  };
  requireNumber(
    Number.isInteger(iterations) && iterations >= 1,
    `iterations must be an integer >= 1, got ${iterations}.`,
  );
  requireNumber(relTol >= 0 && relTol < 1, `relTol must be at least 0 and below 1, got ${relTol}.`);
}

/** Where every entry of a state stands: what the states of all methods have besides their iterates. */
type Standing = Pick<SolverState, 'iteration' | 'norm' | 'initialNorm' | 'active'>;

/** Before the first iteration; an entry whose residual is 0 has converged. `norm` becomes the state's. */
export function standingAtStart(norm: Tensor1D): Standing {
  return {
    iteration: 0,
    norm,
    initialNorm: norm.clone(),
    active: cast<Tensor1D>(greater(norm, 0), 'float32'),
  };
}

/** Throws `STEP_FAILED` for a snapshot of something else. */
export function standingFrom(snapshot: SolverSnapshot, batch: number): Standing {
  return {
    iteration: numberFrom(snapshot, 'iteration'),
    norm: vectorFrom(snapshot, 'norm', batch),
    initialNorm: vectorFrom(snapshot, 'initialNorm', batch),
    active: vectorFrom(snapshot, 'active', batch),
  };
}

type Norms = Pick<SolverState, 'norm' | 'initialNorm' | 'active'>;

/**
 * Which entries go on: those that did and whose residual is above the tolerance.
 *
 * @param least square of a residual that is as good as none, beside that.
 */
export function stillActive({ norm, initialNorm, active }: Norms, relTol: number, least = 0): Tensor1D {
  const bound = mul(initialNorm, relTol * relTol);
  return mul<Tensor1D>(active, cast(greater(norm, least > 0 ? maximum(bound, least) : bound), 'float32'));
}

/** Reads from the device what decides whether to go on. Throws `STEP_FAILED` when a residual is not finite. */
export function convergence(
  name: string,
  { norm, initialNorm, active }: Norms,
): Pick<SolverState, 'relativeResidual' | 'anyActive'> {
  const now = norm.dataSync();
  const first = initialNorm.dataSync();
  const ratios = Array.from(now, (value, entry) => {
    const start = first[entry] ?? 0;
    return start > 0 ? Math.sqrt(value / start) : 0;
  });
  if (!ratios.every(Number.isFinite)) {
    throw new RondelError(
      'STEP_FAILED',
      `${name}: the residual is not finite. The data or the operator holds values too large for float32.`,
    );
  }
  return { relativeResidual: Math.max(0, ...ratios), anyActive: active.dataSync().some((value) => value > 0) };
}
