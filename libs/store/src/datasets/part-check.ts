import type { FileHandle } from 'node:fs/promises';
import { elementCount, elementSize } from '@rondel/contracts';
import { Check, Type, type Static } from '@rondel/contracts/schema';
import { alignedInDataset, datasetLayout, sectionProperties } from './dataset-layout.js';
import { hashRange } from '../files/hash-file.js';

/** As much of a dataset's header as says where its arrays lie and what they hash to. */
const SectionSchema = Type.Object(sectionProperties);
const HeaderSchema = Type.Object({
  format: Type.Literal(datasetLayout.format),
  data: SectionSchema,
  companions: Type.Record(Type.String(), SectionSchema),
});

const { lengthBytes, mostHeaderBytes, hashLetters } = datasetLayout;

export interface PartCheck {
  /** SHA-256 that the file is named by. */
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Whether a part of a job is what was written: a document or a shared array is named by the hash of all its bytes, a
 * dataset (`executor/files/dataset-file.ts` of the worker) by that of its header, which has those of its arrays. Throws
 * `CANCELLED`.
 */
export async function isWholePart(file: FileHandle, { name, signal }: PartCheck): Promise<boolean> {
  const { size } = await file.stat();
  const headEnd = await endOfHeader(file);
  const isDataset = headEnd < size && (await hashRange(file, { start: 0, end: headEnd, signal })) === name;
  if (!isDataset) return (await hashRange(file, { start: 0, end: size, signal })) === name;
  let end = headEnd;
  for (const section of await ownSections(file, headEnd)) {
    const start = alignedInDataset(end);
    end = start + elementCount(section.shape) * elementSize(section.dtype);
    if ((await hashRange(file, { start, end, signal })) !== section.sha256) return false;
  }
  return end >= size || hasWholeWarnings(file, { start: end, end: size, signal });
}

async function hasWholeWarnings(file: FileHandle, range: Parameters<typeof hashRange>[1]): Promise<boolean> {
  const { start, end, signal } = range;
  const { buffer } = await file.read(Buffer.alloc(hashLetters), 0, hashLetters, start);
  return (await hashRange(file, { start: start + hashLetters, end, signal })) === buffer.toString('latin1');
}

/** Infinity for a file that does not begin as a dataset. */
async function endOfHeader(file: FileHandle): Promise<number> {
  const head = Buffer.alloc(lengthBytes);
  const { bytesRead } = await file.read(head, 0, lengthBytes, 0);
  const length = head.readUInt32LE();
  return bytesRead < lengthBytes || length > mostHeaderBytes ? Infinity : lengthBytes + length;
}

/** Of a header that is whole; none for a document that only looks like one. */
async function ownSections(file: FileHandle, headEnd: number): Promise<Static<typeof SectionSchema>[]> {
  const bytes = Buffer.alloc(headEnd - lengthBytes);
  await file.read(bytes, 0, bytes.byteLength, lengthBytes);
  const header: unknown = JSON.parse(bytes.toString());
  if (!Check(HeaderSchema, header)) return [];
  return [header.data, ...Object.values(header.companions)].filter(({ apart }) => apart !== true);
}
