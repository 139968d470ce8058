import { formatError } from '../file/data-errors.js';
import { fillBytes, type OpenedFile } from '../file/opened-file.js';
import { bigVersion, classicVersion, fieldTypes, tags } from './tags.js';

/** Directories that are read; a stack has one for each page. */
const mostDirectories = 65_536;
/** TIFF has some 80 tags, and programs add a few of their own. */
const mostEntries = 512;
/** Of a list such as that of the strips of one page. */
const mostValues = 2 ** 20;

/** How the numbers of a file lie in it. */
export interface TiffLayout {
  readonly littleEndian: boolean;
  /** BigTIFF: offsets and counts have 64 bits. */
  readonly isBig: boolean;
}

/** One value or list of a directory. */
interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where the values lie. */
  readonly position: number;
  /** The values, where they fit into the entry. */
  readonly inside?: DataView;
}

export type Directory = ReadonlyMap<number, Entry>;

export interface LaidOutDirectory {
  readonly directory: Directory;
  readonly layout: TiffLayout;
}

const usedTags: ReadonlySet<number> = new Set(Object.values(tags));

const typeBytes: Readonly<Record<number, number>> = {
  [fieldTypes.ascii]: 1,
  [fieldTypes.short]: 2,
  [fieldTypes.long]: 4,
  [fieldTypes.long8]: 8,
};

/**
 * The directories of a TIFF file, in order: of the tags that are used where their values lie, and those that fit into their
 * entries. None is held. Throws `DATA_FORMAT` for what is no TIFF, is cut off, goes in circles, or has more than 65,536
 * directories.
 */
export async function* directoriesOf(file: OpenedFile): AsyncGenerator<LaidOutDirectory> {
  const { layout, first } = await readStart(file);
  const seen = new Set<number>();
  for (let at = first; at !== 0;) {
    if (seen.has(at)) throw formatError(file.label, 'is a damaged TIFF: its pages go in circles.');
    if (seen.size === mostDirectories) {
      throw formatError(file.label, `has more than ${mostDirectories} pages. Store it as HDF5 or .npy.`);
    }
    seen.add(at);
    const { directory, next } = await readDirectory(file, layout, at);
    yield { directory, layout };
    at = next;
  }
}

async function readStart(file: OpenedFile): Promise<{ layout: TiffLayout; first: number }> {
  const start = await bytesAt(file, 0, 8);
  const littleEndian = start.getUint8(0) === 0x49;
  const version = start.getUint16(2, littleEndian);
  if (version === classicVersion)
    return { layout: { littleEndian, isBig: false }, first: start.getUint32(4, littleEndian) };
  if (version !== bigVersion) throw formatError(file.label, `is a TIFF of the unknown version ${version}.`);
  const first = unsigned(await bytesAt(file, 8, 8), 0, { bytes: 8, littleEndian });
  return { layout: { littleEndian, isBig: true }, first };
}

async function readDirectory(
  file: OpenedFile,
  layout: TiffLayout,
  at: number,
): Promise<{ directory: Directory; next: number }> {
  const { littleEndian, isBig } = layout;
  const [countBytes, entryBytes, offsetBytes] = isBig ? [8, 20, 8] : [2, 12, 4];
  const count = unsigned(await bytesAt(file, at, countBytes), 0, { bytes: countBytes, littleEndian });
  if (count > mostEntries) throw formatError(file.label, `is a damaged TIFF: a page has ${count} entries.`);
  const view = await bytesAt(file, at + countBytes, count * entryBytes + offsetBytes);
  const directory = new Map<number, Entry>();
  for (let index = 0; index < count; index += 1) {
    const start = index * entryBytes;
    const tag = view.getUint16(start, littleEndian);
    if (!usedTags.has(tag)) continue;
    const type = view.getUint16(start + 2, littleEndian);
    const values = unsigned(view, start + 4, { bytes: offsetBytes, littleEndian });
    const valueAt = start + 4 + offsetBytes;
    const isInside = values * (typeBytes[type] ?? Infinity) <= offsetBytes;
    directory.set(tag, {
      type,
      count: values,
      position: unsigned(view, valueAt, { bytes: offsetBytes, littleEndian }),
      ...(isInside && { inside: new DataView(view.buffer, valueAt, offsetBytes) }),
    });
  }
  return { directory, next: unsigned(view, count * entryBytes, { bytes: offsetBytes, littleEndian }) };
}

/** Whole numbers of an entry; undefined where there is none. Throws `DATA_FORMAT` for more than a million. */
export async function numbersOf(
  file: OpenedFile,
  { littleEndian }: TiffLayout,
  entry: Entry | undefined,
): Promise<number[] | undefined> {
  if (entry === undefined) return undefined;
  const bytes = typeBytes[entry.type];
  if (bytes === undefined || bytes === 1 || entry.count > mostValues) {
    throw formatError(
      file.label,
      `is a damaged TIFF: ${entry.count} values of type ${entry.type} where numbers belong.`,
    );
  }
  const view = entry.inside ?? (await bytesAt(file, entry.position, entry.count * bytes));
  return Array.from({ length: entry.count }, (_, index) => unsigned(view, index * bytes, { bytes, littleEndian }));
}

/** The first `most` characters of a text; empty where there is none. */
export async function textOf(file: OpenedFile, entry: Entry | undefined, most: number): Promise<string> {
  if (entry?.type !== fieldTypes.ascii) return '';
  const view = entry.inside ?? (await bytesAt(file, entry.position, Math.min(entry.count, most)));
  return new TextDecoder('latin1').decode(view).replace(/\0.*$/s, '');
}

async function bytesAt(file: OpenedFile, position: number, length: number): Promise<DataView> {
  if (!(position + length <= file.bytes)) {
    throw formatError(file.label, 'is a truncated or damaged TIFF: it refers to bytes after its end. Copy it again.');
  }
  const bytes = new Uint8Array(length);
  await fillBytes(file, bytes, position);
  return new DataView(bytes.buffer);
}

/** Numbers beyond 2^53 are beyond the end of every file, however they are rounded. */
function unsigned(
  view: DataView,
  at: number,
  { bytes, littleEndian }: { readonly bytes: number; readonly littleEndian: boolean },
): number {
  if (bytes === 2) return view.getUint16(at, littleEndian);
  if (bytes === 4) return view.getUint32(at, littleEndian);
  return Number(view.getBigUint64(at, littleEndian));
}
