import { elementSize, type NdArray } from '@rondel/contracts';
import type { Box } from '../array/axis-range.js';
import { claimedBytes } from '../array/claimed-bytes.js';
import { typedView } from '../array/typed-array.js';
import { allocateBytes, formatError, throwIfCancelled } from '../file/data-errors.js';
import type { OpenedFile } from '../file/opened-file.js';
import { bareArrayReader, type FormatReader, type OpenedArray } from '../format-reader.js';
import { readPage } from './page-reader.js';
import type { TiffForm } from './pages.js';
import { openPages, openTiff, tiffReader } from './reader.js';

/** The files of a stack, one of which is open at a time. */
export interface FileStack {
  /** Names of the files, in order. */
  readonly names: readonly string[];
  /** Hands an open file to `use` and closes it. */
  readonly withFile: <T>(index: number, use: (file: OpenedFile) => Promise<T>) => Promise<T>;
}

/** How the axes of a stack are called unless somebody says otherwise: each file is a projection. */
export const stackAxes = ['angle', 'slice', 'detector'];

/** A reader of files that hold one image each; [file, y, x]. The file that it is given names them all in errors. */
export function fileStackReader(stack: FileStack): FormatReader {
  return bareArrayReader({
    ...tiffReader,
    title: 'stack of TIFF files',
    axes: stackAxes,
    open: (file) => openStack(file, stack),
  });
}

/**
 * TIFF files of one page each as one array [file, y, x], or the pages of the only file. Each file is opened when it is read:
 * of a box no more than its files.
 *
 * Throws `DATA_FORMAT` for files that are no TIFF, have several pages, or are not alike, with the names of both.
 */
async function openStack(whole: OpenedFile, stack: FileStack): Promise<OpenedArray> {
  const { names } = stack;
  const form = await stack.withFile(0, (file) => formOf(file, names.length));
  const { width, height, dtype } = form;
  const count = names.length === 1 ? form.pageCount : names.length;
  return {
    facts: { dtype, shape: [count, height, width] },
    ...gapsIn(names),
    async readBox(box) {
      if (names.length === 1) return stack.withFile(0, (file) => readOnly(file, whole, box));
      const bytes = claimedBytes({ label: whole.label, shape: box.count, dtype, maxBytes: whole.maxBytes });
      const raw = new Uint8Array(allocateBytes(whole.label, bytes));
      const [[first = 0], [files = 0]] = [box.offset, box.count];
      for (let index = 0; index < files; index += 1) {
        throwIfCancelled(whole.signal, whole.label);
        const target = raw.subarray((index * bytes) / files, ((index + 1) * bytes) / files);
        await stack.withFile(first + index, (file) => readImage(file, { form, first: names[0] ?? '', box }, target));
      }
      return { dtype, shape: box.count, data: typedView(dtype, raw.buffer, { length: bytes / elementSize(dtype) }) };
    },
  };
}

/**
 * What there is to say where numbers of files are left out, by the smallest step between them, and as the attribute `missingFrames`
 * how many: of each gap the file behind it, and how many are missing there.
 */
function gapsIn(names: readonly string[]): Pick<OpenedArray, 'warnings' | 'attributes'> {
  const numbers = names.map((name) => Number(/(\d{1,15})\D*$/.exec(name.replace(/\.[A-Za-z]\w*$/, ''))?.[1] ?? NaN));
  const steps = numbers.slice(1).map((number, index) => number - (numbers[index] ?? 0));
  const usual = steps.reduce((least, step) => Math.min(least, step), Infinity);
  const gaps = steps.flatMap((step, index) =>
    step > usual ? [[index + 1, Math.round(step / usual) - 1] as const] : [],
  );
  const [first] = gaps;
  if (first === undefined) return {};
  const missing = gaps.reduce((sum, [, count]) => sum + count, 0);
  const [after, next] = [names[first[0] - 1] ?? '', names[first[0]] ?? ''];
  return {
    attributes: { missingFrames: gaps.map((gap) => [...gap]) },
    warnings: [
      {
        code: 'FRAMES_MISSING',
        message: `The files are not numbered without gaps: after ${after} comes ${next}, and ${missing} are missing in all. What is there was read as the whole scan; where files are projections, angles of theta= are those of the numbers. Copy the others, or give the angle of each file that is there, as in angles=theta.npy: also if the numbers are those of other images, such as flats taken in between.`,
      },
    ],
  };
}

interface StackForm extends TiffForm {
  readonly pageCount: number;
}

async function formOf(file: OpenedFile, files: number): Promise<StackForm> {
  const { width, height, dtype, stored, pages } = await openPages(await requireTiff(file));
  if (files > 1 && pages.length > 1) throw severalPages(file, pages.length);
  return { width, height, dtype, stored, pageCount: pages.length };
}

/** The only file of a stack may have all its pages. */
async function readOnly(file: OpenedFile, { maxBytes }: OpenedFile, { offset, count }: Box): Promise<NdArray> {
  const { facts, readBox } = await openTiff({ ...file, maxBytes });
  const rank = facts.shape.length;
  return { ...(await readBox({ offset: offset.slice(-rank), count: count.slice(-rank) })), shape: count };
}

async function readImage(
  file: OpenedFile,
  { form, first, box }: { readonly form: TiffForm; readonly first: string; readonly box: Box },
  target: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const stack = await openPages(await requireTiff(file));
  const { pages, width, height, dtype } = stack;
  const [page] = pages;
  if (page === undefined || pages.length > 1) throw severalPages(file, pages.length);
  if (width !== form.width || height !== form.height || dtype !== form.dtype) {
    throw formatError(
      file.label,
      `is ${dtype} of ${width} x ${height}, ${first} is ${form.dtype} of ${form.width} x ${form.height}. Name images that are alike by a pattern, as in proj_*.tif.`,
    );
  }
  await readPage(file, { stack, page, box: { offset: box.offset.slice(-2), count: box.count.slice(-2) } }, target);
}

async function requireTiff(file: OpenedFile): Promise<OpenedFile> {
  const { buffer, bytesRead } = await file.handle.read(new Uint8Array(16), 0, 16, 0);
  if (await tiffReader.recognises(buffer.subarray(0, bytesRead), file)) return file;
  throw formatError(file.label, 'is no TIFF file. Name the files of a stack by a pattern, as in proj_*.tif.');
}

function severalPages({ label }: OpenedFile, pages: number): Error {
  return formatError(label, `has ${pages} pages; of several files each must have one. Name that file alone.`);
}
