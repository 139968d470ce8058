import { RondelError } from '@rondel/contracts';
import { defineLinearOperator, type LinearOperator } from './linear-operator.js';

/**
 * The operator that applies `inner` first and `outer` to its result. Disposing it disposes both.
 *
 * Throws `DATA_SHAPE_MISMATCH` when `outer` does not take what `inner` returns.
 */
export function composeOperators(outer: LinearOperator, inner: LinearOperator): LinearOperator {
  const fits =
    outer.inputShape.length === inner.outputShape.length &&
    outer.inputShape.every((extent, axis) => extent === inner.outputShape[axis]);
  if (!fits) {
    throw new RondelError('DATA_SHAPE_MISMATCH', `${outer.label} cannot follow ${inner.label}: the shapes differ.`);
  }
  return composed(outer, inner, () => {
    inner.dispose();
    outer.dispose();
  });
}

/** Some views of it have an outer operator of their own and share the inner one. */
function composed(outer: LinearOperator, inner: LinearOperator, dispose: () => void): LinearOperator {
  const { views } = outer;
  return defineLinearOperator({
    name: `${nameOf(outer)} after ${nameOf(inner)}`,
    inputShape: inner.inputShape,
    outputShape: outer.outputShape,
    apply: (x) => outer.apply(inner.apply(x)),
    adjoint: (y) => inner.adjoint(outer.adjoint(y)),
    views: views && {
      ...views,
      of: (some) => {
        const part = views.of(some);
        return composed(part, inner, () => part.dispose());
      },
    },
    dispose,
  });
}

function nameOf({ label }: LinearOperator): string {
  return label.slice(label.indexOf('> ') + 2);
}
