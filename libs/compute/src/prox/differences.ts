import { pad, slice, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** x_(i+1) - x_i along an axis, 0 at its end. */
export function difference(x: Tensor, axis: number): Tensor {
  return tidy(() => {
    const extent = x.shape[axis] ?? 1;
    const [later, earlier] = [part(x, axis, 1, extent - 1), part(x, axis, 0, extent - 1)];
    return pad(sub(later, earlier), widths(x, axis, [0, 1]));
  });
}

/** The adjoint of `difference`: p_(i-1) - p_i, whatever p is at the end of the axis. */
export function differenceAdjoint(p: Tensor, axis: number): Tensor {
  return tidy(() => {
    const kept = part(p, axis, 0, (p.shape[axis] ?? 1) - 1);
    return sub(pad(kept, widths(p, axis, [1, 0])), pad(kept, widths(p, axis, [0, 1])));
  });
}

function part(x: Tensor, axis: number, start: number, extent: number): Tensor {
  return slice(
    x,
    x.shape.map((_, at) => (at === axis ? start : 0)),
    x.shape.map((full, at) => (at === axis ? extent : full)),
  );
}

function widths(x: Tensor, axis: number, width: [number, number]): [number, number][] {
  return x.shape.map((_, at) => (at === axis ? width : [0, 0]));
}
