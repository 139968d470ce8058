import { partOf, type ImagePart } from '@rondel/contracts';
import { readPlane } from '../read-plane.js';
import { contactSheet, sheetSide, type SheetCell } from './contact-sheet.js';
import type { PlaneChoice } from '../array/plane.js';
import { drawThumbnail, encodeGrey } from './png.js';
import { commonWindow, makeThumbnail, type Thumbnail } from './thumbnail.js';

/** A `.npy` file with an image, and what errors call it. */
export interface ImageFile {
  readonly path: string;
  readonly label: string;
}

/** One place of a contact sheet: an image, or a note where it would be. */
export interface SheetSource extends Pick<SheetCell, 'captions' | 'note' | 'mark'> {
  readonly image?: ImageFile | undefined;
}

export interface SheetRequest extends PlaneChoice {
  /** At most `mostSheetCells`. */
  readonly cells: readonly SheetSource[];
  readonly columns: number;
  /** What is drawn of complex images; `magnitude` unless told. */
  readonly part?: ImagePart | undefined;
  /** Values that become black and white in all pictures; the percentiles of all of them together unless given. */
  readonly window?: readonly [low: number, high: number] | undefined;
  readonly percentiles: readonly [low: number, high: number];
  /** Ends the line at the bottom, which begins with the window. */
  readonly footer?: string | undefined;
}

/**
 * Draws one plane of each of several images in one grey scale, as PNG. Throws what `readPlane` and `contactSheet` throw.
 */
export async function drawSheet(request: SheetRequest): Promise<Uint8Array> {
  const { cells, columns, slice, frame, colour, part = 'magnitude', percentiles, footer = '' } = request;
  const thumbnails = new Map<SheetSource, Thumbnail>();
  // One after the other: only one plane is held in full.
  for (const cell of cells) {
    if (cell.image === undefined) continue;
    const { path, label } = cell.image;
    const plane = await readPlane(path, { label, slice, frame, colour });
    thumbnails.set(cell, makeThumbnail(partOf(plane, part), sheetSide));
  }
  const window = request.window ?? commonWindow([...thumbnails.values()], percentiles) ?? [0, 1];
  const drawn = cells.map((cell): SheetCell => {
    const thumbnail = thumbnails.get(cell);
    const { captions, note, mark } = cell;
    return { captions, note, mark, picture: thumbnail && drawThumbnail(thumbnail, window) };
  });
  const scale = `grey from ${numberText(window[0])} to ${numberText(window[1])}`;
  return encodeGrey(contactSheet(drawn, { columns, footer: `${scale}${footer}` }));
}

/** Six significant digits, without trailing zeros. */
function numberText(value: number): string {
  return String(Number(value.toPrecision(6)));
}
