import {
  add,
  cast,
  dispose,
  divNoNan,
  greater,
  mul,
  sub,
  tidy,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import { batchDot } from './batch-reduction.js';
import { orthogonal, withResidual } from './orthogonal-residuals.js';

export interface ConjugateGradientOptions {
  /** A symmetric map without negative eigenvalues, for every entry of the batch. */
  readonly normal: (x: Tensor) => Tensor;
  /** Upper bound on the steps. */
  readonly iterations: number;
  /** An entry stops when its residual has fallen to this fraction of the first one. */
  readonly tolerance: number;
}

/** Conjugate gradients for normal x = right from a first guess, all entries of the batch at once. Returns a new tensor. */
export function conjugateGradients(
  right: Tensor,
  guess: Tensor,
  { normal, iterations, tolerance }: ConjugateGradientOptions,
): Tensor {
  return tidy(() => {
    const first = tidy(() => sub(right, normal(guess)));
    const norm = tidy(() => batchDot(first, first));
    const bound = mul<Tensor1D>(norm, tolerance * tolerance);
    let state: State = {
      x: guess.clone(),
      residual: first,
      direction: first.clone(),
      norm,
      earlier: withResidual([], first, norm),
    };
    for (let iteration = 0; iteration < iterations; iteration++) {
      const active = cast<Tensor1D>(greater(state.norm, bound), 'float32');
      if (!active.dataSync().some((value) => value > 0)) break;
      const next = tidy(() => step(state, normal, active));
      dispose({ ...state });
      active.dispose();
      state = next;
    }
    return state.x;
  });
}

interface State {
  readonly x: Tensor;
  readonly residual: Tensor;
  readonly direction: Tensor;
  readonly norm: Tensor1D;
  readonly earlier: Tensor[];
}

function step({ x, residual, direction, norm, earlier }: State, normal: (x: Tensor) => Tensor, active: Tensor1D) {
  const image = normal(direction);
  const length = mul(divNoNan(norm, batchDot(direction, image)), active);
  const nextResidual = orthogonal(sub(residual, mul(image, length)), earlier, active);
  const nextNorm = batchDot(nextResidual, nextResidual);
  const turn = mul(divNoNan(nextNorm, norm), active);
  return {
    x: add(x, mul(direction, length)),
    residual: nextResidual,
    direction: add(nextResidual, mul(direction, turn)),
    norm: nextNorm,
    earlier: withResidual(earlier, nextResidual, nextNorm),
  };
}
