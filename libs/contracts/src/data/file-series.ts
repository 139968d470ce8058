import { RondelError } from '../failure/failure.js';

/** A file of a series by its name, whose last number counts the files. */
export interface SeriesFile {
  readonly name: string;
}

interface NumberedFile<T extends SeriesFile> {
  readonly file: T;
  /** What stands before and behind the last number of the name. */
  readonly around: string;
  readonly number: bigint;
}

/**
 * The files of a series by the last number of their names.
 *
 * Throws `DATA_FORMAT` for names that differ in more than that number, or not even in it: files of another kind, such as flats,
 * would come between projections.
 */
export function inSeries<T extends SeriesFile>(files: readonly T[], label: string): readonly T[] {
  const numbered = files.map((file): NumberedFile<T> => ({ file, ...numberIn(file.name) }));
  numbered.sort((a, b) => (a.number < b.number ? -1 : Number(a.number > b.number)));
  const [first] = numbered;
  for (const [index, { file, around, number }] of numbered.entries()) {
    const before = numbered[index - 1];
    const isTwice = before?.number === number;
    if (around === first?.around && !isTwice) continue;
    const other = isTwice ? before.file.name : (first?.file.name ?? '');
    throw new RondelError(
      'DATA_FORMAT',
      `${label}: ${other.slice(0, 100)} and ${file.name.slice(0, 100)} differ in more than the last number of their names, which counts the files of a stack. Name those that belong together by a pattern, as in root://scans/day/proj_*.tif.`,
    );
  }
  return numbered.map(({ file }) => file);
}

function numberIn(name: string): { readonly around: string; readonly number: bigint } {
  const stem = name.replace(/\.[A-Za-z][A-Za-z0-9]{0,7}$/, '');
  const [, before = stem, digits = '', after = ''] = /^(.*?)(\d{1,18})(\D*)$/s.exec(stem) ?? [];
  return { around: `${before}/${after}${name.slice(stem.length)}`, number: BigInt(digits === '' ? -1 : digits) };
}
