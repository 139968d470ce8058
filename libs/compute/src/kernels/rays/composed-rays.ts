import {
  add,
  cast,
  clipByValue,
  concat,
  floor,
  gather,
  greaterEqual,
  lessEqual,
  logicalAnd,
  mul,
  reshape,
  scalar,
  scatterND,
  sub,
  sum,
  tensor1d,
  tensor2d,
  tidy,
  zeros,
  type Rank,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { rowsAt } from '../rows-at.js';
import type { RayGeometry } from './ray-geometry.js';
import { lineFields, steepest } from './ray-lines.js';

const unit = 2 ** 30;

/** Slopes are split here: times the number of a step, the part above is exact in float32. */
const slopeUnit = 2 ** 9;

/** Rays of one view that step alike, by column or by row, and where they meet pixels. */
export interface RaySteps {
  /** Indices of the rays in the view. */
  readonly rays: readonly number[];
  readonly steps: number;
  /** int32 [ray x step]: the pixels, as numbers in an image that is one row. */
  readonly lower: Tensor;
  readonly upper: Tensor;
  /** float32 [ray, step]: the part of the ray in each of them, 0 outside the image. */
  readonly lowerPart: Tensor;
  readonly upperPart: Tensor;
  /** float32 [ray, 1]: length per step times weight. */
  readonly scale: Tensor2D;
}

/** The steps of all rays of a view, in one or two groups; call it inside a `tidy`. */
export function stepsOfView(geometry: RayGeometry, lines: Int32Array, view: number): RaySteps[] {
  const all = Array.from(geometry.tilts, (_, ray) => ray);
  const lineOf = (ray: number) => (view * geometry.tilts.length + ray) * lineFields;
  return [1, 0].flatMap((byColumns) => {
    const rays = all.filter((ray) => lines[lineOf(ray) + 3] === byColumns);
    return rays.length === 0 ? [] : [stepsOf(geometry, { lines, rays, lineOf, byColumns: byColumns === 1 })];
  });
}

interface RayGroup {
  readonly lines: Int32Array;
  readonly rays: readonly number[];
  readonly lineOf: (ray: number) => number;
  readonly byColumns: boolean;
}

/** Places are kept as whole pixels and fractions, each exact to 2^-20 of a pixel or better, as float32 alone is not. */
function stepsOf({ shape, weights }: RayGeometry, { lines, rays, lineOf, byColumns }: RayGroup): RaySteps {
  const [rows, columns] = shape;
  const [steps, across] = byColumns ? [columns, rows] : [rows, columns];
  const column = (values: (ray: number) => number) => tensor2d(rays.map(values), [rays.length, 1]);
  const field = (ray: number, index: number) => lines[lineOf(ray) + index] ?? 0;
  const slopeOf = (ray: number) => field(ray, 2) / unit;
  const coarse = (ray: number) => Math.round(slopeOf(ray) * slopeUnit) / slopeUnit;
  const numbers = tensor2d(
    Array.from({ length: steps }, (_, step) => step - Math.floor(steps / 2)),
    [1, steps],
  );
  const far = mul(column(coarse), numbers);
  const wholeFar = floor(far);
  const near = mul(
    column((ray) => slopeOf(ray) - coarse(ray)),
    numbers,
  );
  const beyond = column((ray) => field(ray, 1) / unit);
  const fractions = add(add(sub(far, wholeFar), near), beyond);
  const carry = floor(fractions);
  const pixel = add(
    add(wholeFar, carry),
    column((ray) => field(ray, 0)),
  );
  const spread = column((ray) => Math.min(1 / Math.abs(slopeOf(ray)), steepest));
  const part = clipByValue(add(mul(sub(sub(fractions, carry), 0.5), spread), 0.5), 0, 1);
  const inside = (offset: number) => {
    const place = add(pixel, offset);
    return cast(logicalAnd(greaterEqual(place, 0), lessEqual(place, across - 1)), 'float32');
  };
  // TensorFlow computes with integers on the host even where all else is on a graphics card; float32 holds those below 2^24.
  const kind = rows * columns <= 2 ** 24 ? 'float32' : 'int32';
  const [ofPlace, ofStep] = byColumns ? [columns, 1] : [1, columns];
  const firsts = Array.from({ length: steps }, (_, index) => index * ofStep);
  const number = (offset: number) => {
    const place = cast(clipByValue(add(pixel, offset), 0, across - 1), kind);
    const pixels = add(mul(place, scalar(ofPlace, kind)), tensor2d(firsts, [1, steps], kind));
    return reshape(cast(pixels, 'int32'), [-1]);
  };
  return {
    rays,
    steps,
    lower: number(0),
    upper: number(1),
    lowerPart: mul(sub(1, part), inside(0)),
    upperPart: mul(part, inside(1)),
    scale: column((ray) => Math.sqrt(1 + slopeOf(ray) ** 2) * (weights[ray] ?? 0)),
  };
}

/** One view of pixels [pixel, batch]: [ray, batch]. Call it inside a `tidy`. */
export function composedView(pixels: Tensor2D, groups: readonly RaySteps[]): Tensor2D {
  const batch = pixels.shape[1];
  const sums = groups.map(({ rays, steps, lower, upper, lowerPart, upperPart, scale }) => {
    const taken = (at: Tensor, part: Tensor) =>
      tidy(() => mul(reshape(rowsAt(pixels, at), [rays.length, steps, batch]), reshape(part, [rays.length, steps, 1])));
    const both = tidy(() => sum(add(taken(lower, lowerPart), taken(upper, upperPart)), 1));
    return mul<Tensor2D>(both, scale);
  });
  const order = groups.flatMap(({ rays }) => rays);
  const places = new Int32Array(order.length);
  order.forEach((ray, place) => (places[ray] = place));
  return gather(concat(sums, 0), tensor1d(places, 'int32'));
}

/**
 * What one view [ray, batch] gives `pixels` pixels: [pixel, batch]. Call it inside a `tidy`. Beside the sum so far one term is held at
 * a time.
 */
export function composedSmear(bins: Tensor2D, groups: readonly RaySteps[], pixels: number): Tensor2D {
  const batch = bins.shape[1];
  const shape: [number, number] = [pixels, batch];
  const terms = groups.flatMap(({ rays, steps, lower, upper, lowerPart, upperPart, scale }) => {
    const values = reshape(mul(gather(bins, tensor1d([...rays], 'int32')), scale), [rays.length, 1, batch]);
    const given = (at: Tensor, part: Tensor) => () =>
      tidy(() =>
        scatterND<Rank.R2>(
          reshape(at, [-1, 1]),
          reshape(mul(values, reshape(part, [rays.length, steps, 1])), [-1, batch]),
          shape,
        ),
      );
    return [given(lower, lowerPart), given(upper, upperPart)];
  });
  return terms.reduce((sum, term) => {
    const next = tidy(() => add<Tensor2D>(sum, term()));
    sum.dispose();
    return next;
  }, zeros<Rank.R2>(shape));
}
