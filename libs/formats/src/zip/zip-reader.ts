import { inSeries } from '@rondel/contracts';
import { formatError } from '../file/data-errors.js';
import type { OpenedFile } from '../file/opened-file.js';
import type { FormatReader, FormatReading } from '../format-reader.js';
import { fileStackReader } from '../tiff/file-stack.js';
import { withArchive, type Archive } from './archive.js';
import { beginsWithMember } from './first-member.js';

const tiffName = /\.tiff?$/i;

/**
 * A ZIP archive of TIFF files, one image each, as `fileStackReader` reads a folder of them; `#/folder` takes the files of one folder
 * in it, as where flats lie beside the projections.
 *
 * Throws `DATA_FORMAT` for other archives, and as `inSeries` for files of several kinds.
 */
export const zipReader: FormatReader = {
  advice: 'a .zip of TIFF files',
  hasImages: true,
  recognises: (head, file) => beginsWithMember(head, file, /(?:\/|\.tiff?)$/i),
  read: (file, reading) => inStack(file, reading, (reader, rest) => reader.read(file, rest)),
  describe: (file, reading) => inStack(file, reading, (reader, rest) => reader.describe(file, rest)),
  readArrays: (file, reading, parts) => inStack(file, reading, (reader, rest) => reader.readArrays(file, rest, parts)),
};

async function inStack<T>(
  file: OpenedFile,
  { dataset, ...reading }: FormatReading,
  use: (reader: FormatReader, reading: FormatReading) => Promise<T>,
): Promise<T> {
  return withArchive(file, reading.maxSeconds, (archive) =>
    use(fileStackReader(stackOf(file, archive, dataset)), reading),
  );
}

function stackOf({ label }: OpenedFile, archive: Archive, folder: string | undefined) {
  const inside = folder === undefined ? '' : `${folder.slice(1).replace(/\/$/, '')}/`;
  const images = archive.members.filter(({ name }) => name.startsWith(inside) && tiffName.test(name));
  if (images.length === 0) {
    const where = folder === undefined ? '' : ` in ${folder.slice(1, 100)}`;
    throw formatError(
      label,
      `is a ZIP archive without a .tif file${where}. Pack the images of one scan, or store it as HDF5.`,
    );
  }
  const files = inSeries(images, label);
  return {
    names: files.map(({ name }) => name),
    async withFile<U>(index: number, use: (file: OpenedFile) => Promise<U>): Promise<U> {
      const member = files[index];
      if (member === undefined) throw formatError(label, `has no file ${index}.`);
      const opened = await archive.open(member);
      try {
        return await use(opened);
      } finally {
        await opened.handle.close();
      }
    },
  };
}
