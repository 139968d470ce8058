import { pad, reshape, slice, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** An axis of an image: its size, and how many pixels lie from one to the next along it. */
export interface ImageAxis {
  readonly extent: number;
  readonly stride: number;
}

/** The axes of an image of this shape, slowest first. */
export function imageAxes(shape: readonly number[]): ImageAxis[] {
  return shape.map((extent, axis) => ({
    extent,
    stride: shape.slice(axis + 1).reduce((product, size) => product * size, 1),
  }));
}

/** x_(i+1) - x_i along an axis, 0 at its end, of [..., pixels, batch]. */
export function difference(x: Tensor, axis: ImageAxis): Tensor {
  return alongAxis(x, axis, (lines) => {
    const [later, earlier] = [part(lines, 1, axis.extent - 1), part(lines, 0, axis.extent - 1)];
    return pad(sub(later, earlier), widths(0, 1));
  });
}

/** The adjoint of `difference`: p_(i-1) - p_i, whatever p is at the end of the axis. */
export function differenceAdjoint(p: Tensor, axis: ImageAxis): Tensor {
  return alongAxis(p, axis, (lines) => {
    const kept = part(lines, 0, axis.extent - 1);
    return sub(pad(kept, widths(1, 0)), pad(kept, widths(0, 1)));
  });
}

/** With three axes, the middle one being that: however many an image has, engines know no more than six. */
function alongAxis(x: Tensor, { extent, stride }: ImageAxis, change: (lines: Tensor) => Tensor): Tensor {
  return tidy(() => {
    const inner = stride * (x.shape.at(-1) ?? 1);
    return reshape(change(reshape(x, [x.size / (extent * inner), extent, inner])), x.shape);
  });
}

function part(lines: Tensor, start: number, extent: number): Tensor {
  const [outer = 1, , inner = 1] = lines.shape;
  return slice(lines, [0, start, 0], [outer, extent, inner]);
}

function widths(before: number, after: number): [number, number][] {
  return [
    [0, 0],
    [before, after],
    [0, 0],
  ];
}
