import { RondelError } from '@rondel/contracts';
import { tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Extents of an operator's argument; `null` stands for a batch axis of any extent, the same on both sides. */
export type OperatorShape = readonly (number | null)[];

/** Views of a scan, along one axis of an operator's results: what methods need that take some views after others. */
export interface OperatorViews {
  /** Axis of the results, from 0. */
  readonly axis: number;
  readonly count: number;
  /** The operator of these views alone, in this order; a new one, which the caller disposes. */
  readonly of: (views: readonly number[]) => LinearOperator;
}

/**
 * A linear map between float32 tensors.
 *
 * `apply`, `adjoint` and `normal` return new tensors that the caller disposes; they leave their argument alone. Each
 * throws `DATA_SHAPE_MISMATCH`, with the operator's label, for a tensor of another rank, shape or dtype.
 */
export interface LinearOperator {
  /** `<output <- input> name`, e.g. `<96x128x* <- 64x64x*> Radon`. */
  readonly label: string;
  readonly inputShape: OperatorShape;
  readonly outputShape: OperatorShape;
  /** A x */
  readonly apply: (x: Tensor) => Tensor;
  /** A' y */
  readonly adjoint: (y: Tensor) => Tensor;
  /** A' A x */
  readonly normal: (x: Tensor) => Tensor;
  /** Only of projections. */
  readonly views?: OperatorViews;
  /** Frees what the operator holds on the device. The operator cannot be used afterwards. */
  readonly dispose: () => void;
}

/** What the author of an operator writes. Arguments and results are checked around every hook. */
export interface LinearOperatorHooks {
  readonly name: string;
  readonly inputShape: OperatorShape;
  readonly outputShape: OperatorShape;
  readonly apply: (x: Tensor) => Tensor;
  readonly adjoint: (y: Tensor) => Tensor;
  /** Given only when there is a faster way than `adjoint(apply(x))`. */
  readonly normal?: (x: Tensor) => Tensor;
  readonly views?: OperatorViews | undefined;
  readonly dispose?: () => void;
}

/** Turns hooks into an operator: check, hook, check around every call; temporaries of a hook are freed, also when it throws. */
export function defineLinearOperator(hooks: LinearOperatorHooks): LinearOperator {
  const { name, inputShape, outputShape } = hooks;
  const label = `<${formatShape(outputShape)} <- ${formatShape(inputShape)}> ${name}`;
  let disposed = false;

  const guard = (verb: string, from: OperatorShape, to: OperatorShape) => (hook: (tensor: Tensor) => Tensor) => {
    return (argument: Tensor): Tensor => {
      if (disposed) throw new RondelError('INTERNAL', `${label}: ${verb} was called after dispose.`);
      checkTensor(argument, from, `${label}: the argument of ${verb}`);
      return tidy(() => {
        const result = hook(argument);
        checkTensor(result, boundTo(to, from, argument.shape), `${label}: the result of ${verb}`);
        return result;
      });
    };
  };

  const apply = guard('apply', inputShape, outputShape)(hooks.apply);
  const adjoint = guard('adjoint', outputShape, inputShape)(hooks.adjoint);
  return {
    label,
    inputShape,
    outputShape,
    apply,
    adjoint,
    normal: guard('normal', inputShape, inputShape)(hooks.normal ?? ((x) => adjoint(apply(x)))),
    ...(hooks.views && { views: hooks.views }),
    dispose() {
      if (disposed) return;
      disposed = true;
      hooks.dispose?.();
    },
  };
}

function checkTensor(tensor: Tensor, shape: OperatorShape, what: string): void {
  const matches =
    tensor.rank === shape.length &&
    shape.every((extent, axis) => extent === null || extent === tensor.shape[axis]) &&
    tensor.dtype === 'float32';
  if (matches) return;
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `${what} must be float32 of shape ${formatShape(shape)}, got ${tensor.dtype} of shape ${formatShape(tensor.shape)}.`,
    { details: { expected: [...shape], actual: [...tensor.shape] } },
  );
}

/** The shape a result must have once the argument has fixed the batch axes. */
function boundTo(shape: OperatorShape, argumentShape: OperatorShape, argument: readonly number[]): OperatorShape {
  const batches = argument.filter((_, axis) => argumentShape[axis] === null);
  return shape.map((extent) => (extent === null ? (batches.shift() ?? null) : extent));
}

function formatShape(shape: OperatorShape): string {
  return shape.length === 0 ? 'scalar' : shape.map((extent) => extent ?? '*').join('x');
}
