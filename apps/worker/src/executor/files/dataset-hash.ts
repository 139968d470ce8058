import { createHash, type Hash } from 'node:crypto';
import type { Dataset, NdArray } from '@rondel/contracts';

/** Hashed at once; a hash takes no more than 2 GiB. */
const pieceBytes = 2 ** 28;

/** SHA-256 of all that a step sees of its input. */
export function hashDataset({ data, companions, attributes }: Dataset): string {
  const hash = createHash('sha256');
  addArray(hash, data);
  for (const [name, array] of Object.entries(companions).sort(([a], [b]) => (a < b ? -1 : 1))) {
    addText(hash, name);
    addArray(hash, array);
  }
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  addText(hash, JSON.stringify(sorted));
  return hash.digest('hex');
}

function addArray(hash: Hash, { data, ...facts }: NdArray): void {
  const { dtype, shape, axes, spacing, spacingUnit } = facts;
  addText(hash, JSON.stringify([dtype, shape, axes ?? null, spacing ?? null, spacingUnit ?? null]));
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  for (let start = 0; start < bytes.byteLength; start += pieceBytes) {
    hash.update(bytes.subarray(start, start + pieceBytes));
  }
}

/** With its length, so that no two sequences of texts are the same bytes. */
function addText(hash: Hash, text: string): void {
  hash.update(`${Buffer.byteLength(text)}:${text}`);
}
