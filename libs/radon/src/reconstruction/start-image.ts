import { RondelError } from '@rondel/contracts';
import type { DataFile } from '@rondel/reco';
import type { SinogramShape } from '../sinogram/sinogram-shape.js';

/** Images [entry, y, x] of some entries, 0 outside a field of view. */
export type StartImages = (first: number, count: number) => Float32Array;

/**
 * The image that an iteration begins with: one for all entries, for all frames, or for each.
 *
 * @param fieldOfView [y, x] of ones and zeros.
 * Throws `DATA_SHAPE_MISMATCH` for an image of another size, `DATA_FORMAT` for values that are no finite numbers.
 */
export async function openStartImages(
  file: DataFile,
  {
    shape: [rows, columns],
    slices,
    frames,
    fieldOfView,
  }: Pick<SinogramShape, 'frames' | 'slices'> & {
    readonly shape: readonly [number, number];
    readonly fieldOfView: Float32Array | undefined;
  },
): Promise<StartImages> {
  const { data, shape } = await file.read('data');
  const pixels = rows * columns;
  const given = shape.join(' x ');
  const wanted = [1, slices, frames * slices].map((entries) => entries * pixels);
  if (shape.at(-1) !== columns || shape.at(-2) !== rows || !wanted.includes(data.length)) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `startImage is ${given}, the image is ${frames} x ${slices} x ${rows} x ${columns}. Give one plane, one for each slice, or one for each slice of each frame.`,
      { at: 'startImage' },
    );
  }
  const values = Float32Array.from(data);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new RondelError(
      'DATA_FORMAT',
      `startImage must hold finite numbers, value ${wrong} is ${values[wrong] ?? NaN}.`,
      {
        at: 'startImage',
      },
    );
  }
  if (fieldOfView !== undefined) values.forEach((value, at) => (values[at] = value * (fieldOfView[at % pixels] ?? 0)));
  return (first, count) => {
    const images = new Float32Array(count * pixels);
    for (let entry = 0; entry < count; entry++) {
      const from = ((first + entry) * pixels) % values.length;
      images.set(values.subarray(from, from + pixels), entry * pixels);
    }
    return images;
  };
}
