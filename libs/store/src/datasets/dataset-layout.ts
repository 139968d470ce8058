import { dtypes } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';

/**
 * How a dataset lies in a file: length of the header (uint32), header (JSON), then its arrays, all little-endian. Behind
 * the last array, where there are some, its warnings: SHA-256 in hexadecimal digits, and JSON which has that hash. They
 * stand there because the header names the dataset, which is the same whatever it is warned of.
 *
 * The worker writes and reads such files (`executor/files/dataset-file.ts`), the store only looks whether they are whole.
 */
export const datasetLayout = {
  format: 'rondel-dataset-2',
  /** Of the length of the header. */
  lengthBytes: 4,
  mostHeaderBytes: 2 ** 26,
  /** Arrays begin at multiples of this. */
  alignment: 64,
  /** Of the hash before the warnings. */
  hashLetters: 64,
} as const;

/** The next position at which an array may begin. */
export function alignedInDataset(position: number): number {
  return Math.ceil(position / datasetLayout.alignment) * datasetLayout.alignment;
}

/** What the header says of an array, as far as it takes to find it and to know that it is whole. */
export const sectionProperties = {
  dtype: Type.Enum(dtypes),
  shape: Type.Array(Type.Integer({ minimum: 0 })),
  /** Of the array's bytes. */
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** Its bytes lie in a file of their own, named by their hash. */
  apart: Type.Optional(Type.Literal(true)),
};
