const clear = 256;
const end = 257;
const firstFree = 258;
const mostCodes = 4096;

/**
 * Unpacks LZW as TIFF has it (TIFF 6.0, section 13): codes of 9 to 12 bits, the highest bit first, one bit more from one code
 * before the table needs it. Of our own, as those that there are let a strip unpack to whatever it says: this one stops after
 * `most` bytes.
 *
 * @returns What was unpacked, at most `most` bytes; less where the data ends before. Undefined for codes that cannot be.
 */
export function unpackLzw(packed: Uint8Array, most: number): Uint8Array | undefined {
  const output = new Uint8Array(most);
  const prefix = new Uint16Array(mostCodes);
  const last = new Uint8Array(mostCodes);
  const lengths = new Uint16Array(mostCodes);
  for (let byte = 0; byte < 256; byte += 1) {
    last[byte] = byte;
    lengths[byte] = 1;
  }
  let [done, free, width, before] = [0, firstFree, 9, -1];
  let [bits, held, at] = [0, 0, 0];
  /** Writes the text of a code, backwards, as far as there is room; its first byte. */
  const write = (code: number): number => {
    let place = done + (lengths[code] ?? 0);
    done = Math.min(most, place);
    let each = code;
    for (; each >= clear; each = prefix[each] ?? 0) {
      place -= 1;
      if (place < most) output[place] = last[each] ?? 0;
    }
    if (place - 1 < most) output[place - 1] = each;
    return each;
  };
  while (done < most) {
    while (held < width && at < packed.length) {
      bits = ((bits << 8) | (packed[at] ?? 0)) & 0xffffff;
      held += 8;
      at += 1;
    }
    if (held < width) break;
    held -= width;
    const code = (bits >> held) & ((1 << width) - 1);
    if (code === end) break;
    if (code === clear) {
      [free, width, before] = [firstFree, 9, -1];
      continue;
    }
    if (before < 0) {
      if (code >= clear) return undefined;
      write(code);
    } else if (free === mostCodes) {
      // A full table stays as it is until it is cleared.
      write(code);
    } else {
      if (code > free) return undefined;
      prefix[free] = before;
      lengths[free] = (lengths[before] ?? 0) + 1;
      if (code === free) {
        let first = before;
        while (first >= clear) first = prefix[first] ?? 0;
        last[free] = first;
        write(code);
      } else last[free] = write(code);
      free += 1;
      if (free >= (1 << width) - 1 && width < 12) width += 1;
    }
    before = code;
  }
  return output.subarray(0, done);
}
