import { isRecord } from '../text/tree-reader.js';

/** Every how many items of the first axis of a remote value are meant, both ends included, counted from 1 as in Julia. */
export interface RemoteSlice {
  readonly start: SlicePosition;
  /** Not 0; negative steps go backwards. */
  readonly step: number;
  readonly stop: SlicePosition;
}

/** A position from 1, or so many items before the last one. */
export type SlicePosition = number | { readonly beforeEnd: number };

/** The field of every `_remote` table that says which items of the value are meant. */
export const sliceField = 'slice';

/** What a slice may look like, as it goes into messages. */
export const sliceWords =
  'written as in Julia, e.g. "1:2:end", or as a table of whole numbers { start = 1, step = 2, stop = 9 }, counted from 1, stop included';

const notation = /^(\d{1,9}|begin|end(?:-\d{1,9})?):(?:(-?\d{1,9}):)?(\d{1,9}|begin|end(?:-\d{1,9})?)$/;

/** Reads a slice given as plain JSON; `undefined` when it is none. What is left out of a table is 1, 1 and the end. */
export function parseSlice(value: unknown): RemoteSlice | undefined {
  const parts = typeof value === 'string' ? partsOfText(value) : isRecord(value) ? partsOfTable(value) : undefined;
  if (parts === undefined) return undefined;
  const { start, step, stop } = parts;
  return Number.isSafeInteger(step) && step !== 0 && isPosition(start) && isPosition(stop) ? parts : undefined;
}

function partsOfText(text: string): RemoteSlice | undefined {
  const match = notation.exec(text.replaceAll(' ', ''));
  if (match === null) return undefined;
  const [, start = '', step = '1', stop = ''] = match;
  return { start: positionOf(start), step: Number(step), stop: positionOf(stop) };
}

function positionOf(text: string): SlicePosition {
  if (text === 'begin') return 1;
  return text.startsWith('end') ? { beforeEnd: Number(text.slice('end-'.length)) } : Number(text);
}

function partsOfTable(table: Readonly<Record<string, unknown>>): RemoteSlice | undefined {
  const { start = 1, step = 1, stop = { beforeEnd: 0 }, ...others } = table;
  const given =
    typeof start === 'number' && typeof step === 'number' && (stop === table.stop ? typeof stop === 'number' : true);
  if (!given || Object.keys(others).length > 0) return undefined;
  return { start, step, stop: typeof stop === 'number' ? stop : { beforeEnd: 0 } };
}

function isPosition(position: SlicePosition): boolean {
  return typeof position !== 'number' || (Number.isSafeInteger(position) && position >= 1);
}

/** The positions from 0 that a slice takes out of so many items; `undefined` when it names one that is not there. */
export function slicePositions({ start, step, stop }: RemoteSlice, length: number): number[] | undefined {
  const [first, last] = [start, stop].map((at) => (typeof at === 'number' ? at - 1 : length - 1 - at.beforeEnd));
  if (first === undefined || last === undefined) return undefined;
  const count = Math.max(0, Math.floor((last - first) / step) + 1);
  const positions = Array.from({ length: count > length ? 0 : count }, (_, index) => first + index * step);
  const inside = positions.length > 0 && positions.every((position) => position >= 0 && position < length);
  return inside ? positions : undefined;
}
