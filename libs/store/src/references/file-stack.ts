import { opendir } from 'node:fs/promises';
import { inSeries, RondelError, unknownOptionSentence } from '@rondel/contracts';

/** One file of a stack. */
export interface StackFile {
  /** Without folders. */
  readonly name: string;
  /** Not to be shown to users. */
  readonly path: string;
}

/** Entries of a folder that are looked at, and files that a stack may have. */
const mostEntries = 500_000;
const mostFiles = 65_536;
/** Of a pattern. */
const mostStars = 8;
/** What of a folder belongs to its stack unless a pattern says. */
const tiffName = /\.tiff?$/i;

/** Splits the pattern of names off a path: what stands behind the last `/` where it has a `*`. Throws `DATA_NOT_FOUND` for another. */
export function splitPattern(path: string, label: string): { readonly folder: string; readonly pattern?: string } {
  const at = path.lastIndexOf('/');
  const [folder, last] = [path.slice(0, Math.max(0, at)), path.slice(at + 1)];
  if (folder.includes('*') || last.split('*').length > mostStars + 1) {
    throw new RondelError(
      'DATA_NOT_FOUND',
      `${label}: "*" may stand in the name of the file alone, at most ${mostStars} times, as in root://scans/day/proj_*.tif.`,
    );
  }
  return last.includes('*') ? { folder: folder === '' ? '.' : folder, pattern: last } : { folder: path };
}

/** A file of a folder, by its name. */
export interface StackName {
  readonly name: string;
  readonly isLink: boolean;
}

/**
 * The files of a stack in a folder, by the last number in their names.
 *
 * Throws `DATA_NOT_FOUND` where there is none, `QUOTA_EXCEEDED` for more than 65,536, and `DATA_FORMAT` for names that differ in
 * more than that number, or not even in it.
 *
 * @param pattern Of the names, where `*` stands for any text; `.tif` and `.tiff` files unless told.
 */
export async function stackNames(
  folder: string,
  { pattern, label }: { readonly pattern: string | undefined; readonly label: string },
): Promise<readonly StackName[]> {
  const matches = pattern === undefined ? (name: string) => tiffName.test(name) : matcherOf(pattern);
  const found: StackName[] = [];
  let entries = 0;
  for await (const entry of await opendir(folder)) {
    entries += 1;
    if (entries > mostEntries || found.length > mostFiles) throw tooMany(label);
    const { name } = entry;
    if ((entry.isFile() || entry.isSymbolicLink()) && !name.startsWith('.') && matches(name)) {
      found.push({ name, isLink: entry.isSymbolicLink() });
    }
  }
  if (found.length > mostFiles) throw tooMany(label);
  if (found.length === 0) {
    const what = pattern === undefined ? 'holds no .tif file' : 'matches no file';
    throw new RondelError(
      'DATA_NOT_FOUND',
      `${label} ${what}. Check the folder and the pattern.${unknownOptionSentence(label)}`,
    );
  }
  return inSeries(found, label);
}

function tooMany(label: string): RondelError {
  return new RondelError(
    'QUOTA_EXCEEDED',
    `${label}: a stack has at most ${mostFiles} files, in a folder of at most ${mostEntries}. Store it as HDF5, or name a pattern that fits fewer.`,
  );
}

/** Whether a name fits a pattern, in time that grows with its length alone. */
function matcherOf(pattern: string): (name: string) => boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop() ?? '';
  return (name) => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
    let from = first.length;
    for (const piece of rest) {
      const at = name.indexOf(piece, from);
      if (at < 0) return false;
      from = at + piece.length;
    }
    return from <= name.length - last.length;
  };
}
