import { RondelError, type NdArray } from '@rondel/contracts';
import type { GreyPicture } from './contact-sheet.js';
import { magnitudeReader } from './magnitude.js';
import { componentsOf } from '../array/typed-array.js';
import { findPlane, type Plane, type PlaneChoice } from '../array/plane.js';
import { encodePng, encodePngMeanwhile, withText } from './png-file.js';
import { summarizeRange } from './summary.js';
import type { Thumbnail } from './thumbnail.js';

export interface RenderOptions extends PlaneChoice {
  /** Values that become black and white, low < high, both finite. @default the plane's finite extremes */
  readonly window?: readonly [low: number, high: number] | undefined;
  /** Depth of the grey values: 16 keeps 65536 steps, 8 makes a small preview. @default 16 */
  readonly bits?: 8 | 16 | undefined;
  /** How the image was made, as JSON in ASCII: kept in the picture as the text `Rondel`, beside its `Window`. */
  readonly provenance?: string | undefined;
}

/** Pixels of one picture: compressing 64 million takes seconds, and nobody looks at more. */
const maximumPixels = 64 * 1024 ** 2;

/**
 * Draws one plane of [colour, frame, slice, y, x] (or fewer axes) as a grey PNG, row y = 0 at the top.
 *
 * Grey is linear from black at `window[0]` to white at `window[1]` and clipped outside. NaN is black, a plane of one
 * single value is black, complex elements show their magnitude.
 *
 * Throws `INVALID_REQUEST` for a plane that is not there or a bad window or depth, `DATA_SHAPE_MISMATCH` for more than
 * five axes, `QUOTA_EXCEEDED` above 64 Mi pixels.
 */
export function renderSlice(array: NdArray, options: RenderOptions = {}): Uint8Array {
  const { picture, window } = drawn(array, options);
  return encodePng(picture, textOf({ window, provenance: options.provenance }));
}

/** A picture that `renderSlice` drew without provenance, as it would have been drawn with one; `window` is what it has. */
export function withProvenance(picture: Uint8Array, drawnWith: DrawnWith): Uint8Array {
  return withText(picture, textOf(drawnWith));
}

interface DrawnWith {
  readonly window: readonly [low: number, high: number];
  readonly provenance: string | undefined;
}

function textOf({ window, provenance }: DrawnWith): Readonly<Record<string, string>> {
  return provenance === undefined ? {} : { Software: 'Rondel', Window: window.join(','), Rondel: provenance };
}

/** The middle slice of the first frame in 8 bits, as `renderSlice` draws it, compressed while the caller goes on. */
export async function renderPreview(array: NdArray): Promise<Uint8Array> {
  return encodePngMeanwhile(drawn(array, { bits: 8 }).picture);
}

function drawn(array: NdArray, options: RenderOptions) {
  const plane = findPlane(array, options);
  const { width, height } = plane;
  if (width * height > maximumPixels) {
    throw new RondelError(
      'QUOTA_EXCEEDED',
      `A picture of ${width} x ${height} pixels is too large for PNG, the limit is ${maximumPixels}. Take .npy or .h5.`,
    );
  }
  const depth = checkedDepth(options.bits ?? 16);
  const window = options.window === undefined ? extremes(array, plane) : checkedWindow(options.window);
  const data = depth === 16 ? new Uint16Array(width * height) : new Uint8Array(width * height);
  fillGrey(data, array, { plane, window, white: 2 ** depth - 1 });
  return { picture: { width, height, data }, window };
}

/** Draws real values as 8-bit grey, as `renderSlice` does. */
export function drawThumbnail({ width, height, values }: Thumbnail, window: readonly [number, number]): GreyPicture {
  const data = new Uint8Array(width * height);
  const array: NdArray = { dtype: 'float32', shape: [height, width], data: values };
  fillGrey(data, array, { plane: { width, height, start: 0 }, window, white: 255 });
  return { width, height, data };
}

/** An 8-bit grey picture as PNG. */
export function encodeGrey(picture: GreyPicture): Uint8Array {
  return encodePng(picture);
}

function extremes(array: NdArray, { start, width, height }: Plane): readonly [number, number] {
  const { min, max } = summarizeRange(array, { start, count: width * height });
  return [min, max];
}

interface Greyscale {
  readonly plane: Plane;
  readonly window: readonly [number, number];
  readonly white: number;
}

/** A loop over an array takes a fraction of one that calls a function for each pixel. */
function fillGrey(target: Uint16Array | Uint8Array, array: NdArray, { plane, window, white }: Greyscale): void {
  const values = planeValues(array, { start: plane.start, count: target.length });
  const [low, high] = window;
  // A plane of one value, or of none that is finite, has no range to spread.
  const scale = high > low ? white / (high - low) : 0;
  if (scale === 0) return;
  for (let pixel = 0; pixel < target.length; pixel++) {
    const value = values[pixel] ?? Number.NaN;
    if (value >= high) target[pixel] = white;
    else if (value > low) target[pixel] = (value - low) * scale + 0.5;
  }
}

/** The values themselves, or magnitudes of complex ones. */
function planeValues(array: NdArray, { start, count }: { readonly start: number; readonly count: number }) {
  if (componentsOf(array.dtype) === 1) return array.data.subarray(start, start + count);
  const magnitudeAt = magnitudeReader(array);
  return Float64Array.from({ length: count }, (_, pixel) => magnitudeAt(start + pixel));
}

function checkedDepth(bits: number): 8 | 16 {
  if (bits === 8 || bits === 16) return bits;
  throw new RondelError('INVALID_REQUEST', `bits must be 8 or 16, got ${bits}.`);
}

function checkedWindow(window: readonly [number, number]): readonly [number, number] {
  const [low, high] = window;
  if (Number.isFinite(low) && Number.isFinite(high) && low < high) return window;
  throw new RondelError('INVALID_REQUEST', `window must be two finite numbers, low < high, got ${low}, ${high}.`);
}
