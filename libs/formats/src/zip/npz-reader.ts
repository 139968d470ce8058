import {
  elementCount,
  elementSize,
  type ArrayFacts,
  type Dataset,
  type DatasetFacts,
  type NdArray,
} from '@rondel/contracts';
import { describeInOrder, putInOrder, storedAxes, storedBox } from '../array/axis-order.js';
import { boxOf, mainBoxOf, namedAxes, wholeOf, type AxisRange, type Box } from '../array/axis-range.js';
import { boxOfSpans, takeBox } from '../array/axis-spans.js';
import { describeInRadians, inRadians } from '../array/radians.js';
import { formatError, noSuchArray, tooLarge } from '../file/data-errors.js';
import type { OpenedFile } from '../file/opened-file.js';
import type { FormatReader, FormatReading, OpenedArray } from '../format-reader.js';
import { openNpy } from '../npy/reader.js';
import { withArchive, type Archive, type ArchiveMember } from './archive.js';
import { npzAxes } from './npz-axes.js';
import { beginsWithMember } from './first-member.js';

/** What arrays are called in an archive, and what they become. */
const names: Readonly<Record<string, string>> = {
  ...{ data: 'data', arr_0: 'data', white: 'white', flat: 'white', flats: 'white', dark: 'dark', darks: 'dark' },
  ...{ angles: 'angles', theta: 'angles' },
};

/** An array of the archive, in the words of its caller. */
interface NamedArray extends OpenedArray {
  readonly stored: ReturnType<typeof storedAxes> | undefined;
  readonly unit: 'rad' | 'deg' | undefined;
  /** As it is handed on. */
  readonly described: ArrayFacts;
}

type Arrays = ReadonlyMap<string, NamedArray>;

/**
 * NumPy `.npz`, stored or deflated: the arrays `data` (or the only one), `white` or `flat`, `dark`, and `theta` or `angles`, in
 * radians unless `unit` says otherwise. See `npzAxes` for their axes; an array that is alone has none, as in `.npy`. `#/name` takes
 * one array alone.
 *
 * Throws `DATA_FORMAT` for a damaged archive, one without data, and what `readNpy` refuses.
 */
export const npzReader: FormatReader = {
  advice: 'NumPy .npz',
  recognises: (head, file) => beginsWithMember(head, file, /\.npy$/),
  read: (file, reading) =>
    withArrays(file, reading, async (arrays) => {
      const { range } = reading;
      const boxes = [...arrays].map(([name, array]) => ({ name, array, box: boxIn(file.label, name, array, range) }));
      const bytes = boxes.reduce(
        (sum, { array, box }) => sum + elementCount(box.count) * elementSize(array.facts.dtype),
        0,
      );
      if (bytes > file.maxBytes) throw tooLarge(file.label, bytes, file.maxBytes);
      const read: Record<string, NdArray> = {};
      for (const { name, array, box } of boxes) read[name] = await readBox(file.label, array, box);
      const { data, ...companions } = read;
      if (data === undefined) throw noData(file, arrays.keys());
      const unnamed = range && namedAxes(data, range);
      return { data: { ...data, ...(unnamed && { axes: unnamed }) }, companions, ...besides } satisfies Dataset;
    }),
  describe: (file, reading) =>
    withArrays(file, reading, (arrays) => {
      const facts = Object.fromEntries([...arrays].map(([name, { described }]) => [name, described]));
      for (const { requireWhole } of arrays.values()) requireWhole?.();
      const { data, ...companions } = facts;
      if (data === undefined) throw noData(file, arrays.keys());
      return Promise.resolve({ data, companions, ...besides } satisfies DatasetFacts);
    }),
  readArrays: (file, reading, parts) =>
    withArrays(file, reading, async (arrays) => {
      const read: NdArray[] = [];
      for (const { name, spans, order } of parts) {
        const array = arrays.get(name);
        if (array === undefined)
          throw noSuchArray(
            file.label,
            name,
            [...arrays.keys()].filter((each) => each !== 'data'),
          );
        const part = await readBox(file.label, array, boxOfSpans(file.label, array.described, spans));
        read.push(takeBox(file.label, part, wholeOf(part.shape), order));
      }
      return read;
    }),
};

const besides = { attributes: { layout: 'plain' } } as const;

function boxIn(label: string, name: string, { described }: NamedArray, range: AxisRange | undefined): Box {
  return name === 'data' ? mainBoxOf(label, described, range) : boxOf(described, range);
}

/** A box of an array as it is handed on. */
async function readBox(label: string, { facts, stored, unit, readBox: read }: NamedArray, box: Box): Promise<NdArray> {
  const array = await read(stored ? storedBox(box, { shape: facts.shape, stored }) : box);
  return inRadians(stored ? putInOrder(array, stored, label) : array, unit);
}

async function withArrays<T>(
  file: OpenedFile,
  { dataset, axes, unit, without = [], maxSeconds }: FormatReading,
  use: (arrays: Arrays) => Promise<T>,
): Promise<T> {
  return withArchive(file, maxSeconds, async (archive) => {
    const chosen = membersOf(file, archive, dataset);
    const opened: OpenedFile[] = [];
    try {
      const arrays = new Map<string, OpenedArray>();
      for (const [name, member] of chosen) {
        if (without.includes(name)) continue;
        const part = await archive.open(member);
        opened.push(part);
        arrays.set(name, await openNpy(part));
      }
      const shapes = new Map([...arrays].map(([name, { facts }]) => [name, facts.shape]));
      const isAlone = dataset !== undefined || arrays.size === 1;
      const axesOf = isAlone ? new Map(axes && [['data', axes]]) : npzAxes(file.label, shapes, axes);
      const described = [...arrays].map(([name, array]): [string, NamedArray] => [
        name,
        namedArray(file.label, array, {
          axes: axesOf.get(name),
          unit: name === 'angles' || isAlone ? unit : undefined,
        }),
      ]);
      return await use(new Map(described));
    } finally {
      for (const { handle } of opened) await handle.close();
    }
  });
}

function namedArray(
  label: string,
  array: OpenedArray,
  { axes, unit }: Pick<FormatReading, 'axes' | 'unit'>,
): NamedArray {
  const stored = axes && storedAxes(axes);
  const inUnit = describeInRadians(array.facts, unit);
  return { ...array, stored, unit, described: stored ? describeInOrder(inUnit, stored, label) : inUnit };
}

/** Which member is which array. */
function membersOf(file: OpenedFile, { members }: Archive, dataset: string | undefined): Map<string, ArchiveMember> {
  const all = new Map(members.map((member) => [member.name.replace(/\.npy$/, ''), member]));
  const [only] = members;
  if (dataset !== undefined) {
    const wanted = all.get(dataset.slice(1));
    if (wanted !== undefined) return new Map([['data', wanted]]);
    throw formatError(file.label, `has no array ${dataset.slice(1, 100)}. It has ${listed(all.keys())}.`);
  }
  if (members.length === 1 && only !== undefined) return new Map([['data', only]]);
  const found = new Map<string, ArchiveMember>();
  for (const [name, member] of all) {
    const meant = names[name.toLowerCase()];
    if (meant === undefined) continue;
    if (found.has(meant)) throw formatError(file.label, `has two arrays that could be ${meant}. Name one with #/name.`);
    found.set(meant, member);
  }
  if (!found.has('data')) throw noData(file, all.keys());
  return found;
}

function noData({ label }: OpenedFile, has: Iterable<string>): Error {
  return formatError(label, `has no array called data. Name one with #/name: ${listed(has)}.`);
}

function listed(all: Iterable<string>): string {
  return [...all]
    .slice(0, 20)
    .map((name) => name.slice(0, 60))
    .join(', ');
}
