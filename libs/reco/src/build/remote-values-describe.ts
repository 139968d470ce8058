import { createHash } from 'node:crypto';
import { elementCount, RondelError, type JsonValue, type NdArray } from '@rondel/contracts';

/** What may be said of a resolved value instead of its numbers. */
export type RemoteTransform = 'length' | 'shape' | 'hash';

/** Numbers that are handed out when nothing else is asked for. */
const mostNumbers = 10_000;

/**
 * What a remote value stands for, in a form that may be sent: number of elements, extent of each axis, SHA-256 of the
 * values (C order, little-endian), or the numbers themselves in lists, one inside the other for each axis.
 *
 * Throws `QUOTA_EXCEEDED` for the numbers of an array of more than `limit` elements, 10,000 unless told.
 */
export function describeRemote(array: NdArray, transform?: RemoteTransform, limit = mostNumbers): JsonValue {
  switch (transform) {
    case 'length':
      return elementCount(array.shape);
    case 'shape':
      return [...array.shape];
    case 'hash':
      return valueHash(array);
    case undefined:
      break;
  }
  if (array.data.length <= limit) return nestedNumbers(array);
  throw new RondelError(
    'QUOTA_EXCEEDED',
    `The value has ${array.data.length} elements, at most ${limit} are handed out. Ask for its length, shape or hash.`,
  );
}

/** SHA-256 of the values as the machine holds them, 64 hex digits. */
export function valueHash({ data }: NdArray): string {
  return createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');
}

/** A list of numbers for one axis, lists of lists for more, a number for none. */
export function nestedNumbers({ data, shape }: NdArray): JsonValue {
  if (shape.length === 0) return data[0] ?? null;
  if (shape.length === 1) return Array.from(data);
  const [rows = 0, ...rest] = shape;
  const length = rows === 0 ? 0 : data.length / rows;
  return Array.from({ length: rows }, (_, row) =>
    nestedNumbers({ dtype: 'float64', shape: rest, data: data.subarray(row * length, (row + 1) * length) }),
  );
}
