import { RondelError } from '@rondel/contracts';
import { drawLetters, letterPitch, letterSize } from './letters.js';

/** 8-bit grey, rows from the top. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** One place of a contact sheet. */
export interface SheetCell {
  /** At most `sheetSide` pixels wide and high; a small one is enlarged by a whole factor. */
  readonly picture?: GreyPicture | undefined;
  /** What stands where the picture would be. */
  readonly note?: string | undefined;
  /** A letter in the upper left corner, dark on light, whatever lies below it. */
  readonly mark?: string | undefined;
  /** Lines under the picture; long ones are wrapped. */
  readonly captions: readonly string[];
}

export interface SheetLayout {
  readonly columns: number;
  /** A line at the bottom. */
  readonly footer?: string | undefined;
}

/** Extent of the square that each picture lies in, in pixels. */
export const sheetSide = 256;
/** Cells of one sheet: with them it has about 10 million pixels. */
export const mostSheetCells = 100;

const gap = 12;
const zoom = 2;
const lineHeight = letterPitch.height * zoom;
const lettersPerLine = Math.floor(sheetSide / (letterPitch.width * zoom));
const mostLines = 8;
const paper = 32;
const ink = 240;
const frame = 96;
const markSide = 27;
const markZoom = 3;

/**
 * Arranges pictures in a grid, row by row, each in the middle of its square with its captions below.
 *
 * Throws `INVALID_REQUEST` for no cell or no column, and for a picture that is too large; `QUOTA_EXCEEDED` above 100 cells.
 */
export function contactSheet(cells: readonly SheetCell[], { columns, footer }: SheetLayout): GreyPicture {
  checkSheet(cells, columns);
  const used = Math.min(columns, cells.length);
  const captions = cells.map((cell) => cell.captions.flatMap(wrapped).slice(0, mostLines));
  const lines = Math.max(...captions.map(({ length }) => length));
  const pitch = { x: sheetSide + gap, y: sheetSide + gap + lines * lineHeight };
  const rows = Math.ceil(cells.length / used);
  const width = gap + used * pitch.x;
  const foot = footer === undefined ? 0 : lineHeight;
  const sheet = blank(width, gap + rows * pitch.y + foot);
  cells.forEach((cell, index) => {
    const left = gap + (index % used) * pitch.x;
    const top = gap + Math.floor(index / used) * pitch.y;
    drawCell(sheet, cell, { left, top });
    (captions[index] ?? []).forEach((line, number) => {
      write(sheet, line, { left, top: top + sheetSide + 4 + number * lineHeight });
    });
  });
  if (footer !== undefined) write(sheet, footer, { left: gap, top: sheet.height - lineHeight });
  return sheet;
}

interface Position {
  readonly left: number;
  readonly top: number;
}

function checkSheet(cells: readonly SheetCell[], columns: number): void {
  if (cells.length === 0 || !Number.isInteger(columns) || columns < 1) {
    throw new RondelError('INVALID_REQUEST', `A sheet needs a cell and a column, got ${cells.length} and ${columns}.`);
  }
  if (cells.length > mostSheetCells) {
    throw new RondelError('QUOTA_EXCEEDED', `A sheet has at most ${mostSheetCells} cells, got ${cells.length}.`);
  }
  for (const { picture } of cells) {
    if (picture === undefined || Math.max(picture.width, picture.height) <= sheetSide) continue;
    throw new RondelError(
      'INVALID_REQUEST',
      `A picture of a sheet has at most ${sheetSide} x ${sheetSide} pixels, got ${picture.width} x ${picture.height}.`,
    );
  }
}

function blank(width: number, height: number): GreyPicture {
  return { width, height, data: new Uint8Array(width * height).fill(paper) };
}

function drawCell(sheet: GreyPicture, { picture, note, mark }: SheetCell, corner: Position): void {
  if (picture !== undefined) drawPicture(sheet, picture, corner);
  else drawFrame(sheet, corner);
  if (mark !== undefined) drawMark(sheet, mark, corner);
  if (note === undefined) return;
  const middle = corner.top + Math.floor((sheetSide - letterSize.height * zoom) / 2);
  write(sheet, note.slice(0, lettersPerLine - 1), { left: corner.left + gap, top: middle });
}

function drawPicture(sheet: GreyPicture, { width, height, data }: GreyPicture, { left, top }: Position): void {
  const factor = Math.floor(sheetSide / Math.max(width, height));
  const x0 = left + Math.floor((sheetSide - factor * width) / 2);
  const y0 = top + Math.floor((sheetSide - factor * height) / 2);
  for (let y = 0; y < factor * height; y++) {
    const source = Math.floor(y / factor) * width;
    const target = (y0 + y) * sheet.width + x0;
    for (let x = 0; x < factor * width; x++) sheet.data[target + x] = data[source + Math.floor(x / factor)] ?? 0;
  }
}

function drawFrame(sheet: GreyPicture, { left, top }: Position): void {
  for (let step = 0; step < sheetSide; step++) {
    for (const edge of [0, sheetSide - 1]) {
      sheet.data[(top + edge) * sheet.width + left + step] = frame;
      sheet.data[(top + step) * sheet.width + left + edge] = frame;
    }
  }
}

function drawMark(sheet: GreyPicture, mark: string, { left, top }: Position): void {
  for (let y = top; y < top + markSide; y++) {
    sheet.data.fill(ink, y * sheet.width + left, y * sheet.width + left + markSide);
  }
  const [letter = ''] = mark;
  const inside = { left: left + Math.floor((markSide - letterSize.width * markZoom) / 2), top: top + markZoom };
  drawLetters(letter, (column, row) => drawDot(sheet, { column, row, zoom: markZoom, value: 0, ...inside }));
}

interface Dot extends Position {
  readonly column: number;
  readonly row: number;
  readonly zoom: number;
  readonly value: number;
}

function drawDot(sheet: GreyPicture, { column, row, zoom, value, left, top }: Dot): void {
  for (let y = 0; y < zoom; y++) {
    const start = (top + row * zoom + y) * sheet.width + left + column * zoom;
    sheet.data.fill(value, start, start + zoom);
  }
}

/** Writes one line; what would lie outside of the sheet is left out. */
function write(sheet: GreyPicture, text: string, { left, top }: Position): void {
  const room = Math.floor((sheet.width - left) / (letterPitch.width * zoom));
  drawLetters(text.slice(0, room), (column, row) => {
    drawDot(sheet, { column, row, zoom, value: ink, left, top });
  });
}

function wrapped(text: string): string[] {
  const letters = Array.from(text);
  const count = Math.max(1, Math.ceil(letters.length / lettersPerLine));
  return Array.from({ length: count }, (_, line) =>
    letters.slice(line * lettersPerLine, (line + 1) * lettersPerLine).join(''),
  );
}
