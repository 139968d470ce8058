/**
 * Unpacks PackBits (TIFF 6.0, section 9): a signed byte n, then n + 1 bytes as they are, or one that comes 1 - n times; -128 means
 * nothing.
 *
 * @returns At most `most` bytes, less where the data ends before.
 */
export function unpackBits(packed: Uint8Array, most: number): Uint8Array {
  const output = new Uint8Array(most);
  let [at, done] = [0, 0];
  while (at < packed.length && done < most) {
    const count = ((packed[at] ?? 0) << 24) >> 24;
    at += 1;
    if (count >= 0) {
      const literal = packed.subarray(at, at + Math.min(count + 1, most - done));
      output.set(literal, done);
      done += literal.length;
      at += count + 1;
    } else if (count > -128 && at < packed.length) {
      const end = Math.min(most, done + 1 - count);
      output.fill(packed[at] ?? 0, done, end);
      done = end;
      at += 1;
    }
  }
  return output.subarray(0, done);
}
