import { promisify } from 'node:util';
import { constants, crc32, deflate, deflateSync, type ZlibOptions } from 'node:zlib';

/** Grey values of rows from the top, 8 bits or 16. */
export interface GreyValues {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint16Array;
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const grey = 0;
/** Of each row but the first: what its bytes differ by from those above them. */
const filterUp = 2;

/** Node's own pieces of 16 KiB cost as much as what is done with them. */
const options = { level: 1, strategy: constants.Z_RLE, chunkSize: 2 ** 20 };

/**
 * A picture file (W3C, "Portable Network Graphics", third edition) of one channel. Noise of images leaves nothing to find that
 * repeats, but its differences are small: coding them by frequency and runs alone makes files smaller, in a fraction of the time,
 * than looking for strings.
 *
 * @param text Keywords of Latin letters, and texts of Latin-1.
 */
export function encodePng(picture: GreyValues, text: Readonly<Record<string, string>> = {}): Uint8Array {
  return fileOf(picture, deflateSync(rowsOf(picture), options), text);
}

/** As `encodePng`; compresses in a thread of Node's own while the caller goes on. */
export async function encodePngMeanwhile(picture: GreyValues): Promise<Uint8Array> {
  return fileOf(picture, await deflating(rowsOf(picture), options), {});
}

const deflating = promisify<Uint8Array, ZlibOptions, Buffer>(deflate);

function fileOf(
  { width, height, data }: GreyValues,
  compressed: Uint8Array,
  text: Readonly<Record<string, string>>,
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8 * data.BYTES_PER_ELEMENT, grey], 8);
  return Buffer.concat([
    signature,
    ...chunk('IHDR', header),
    ...chunk('IDAT', compressed),
    ...textChunks(text),
    ...end(),
  ]);
}

/** A picture that `encodePng` has made without text, with it. */
export function withText(file: Uint8Array, text: Readonly<Record<string, string>>): Uint8Array {
  const last = end();
  const length = last.reduce((sum, part) => sum + part.byteLength, 0);
  return Buffer.concat([file.subarray(0, -length), ...textChunks(text), ...last]);
}

function textChunks(text: Readonly<Record<string, string>>): Uint8Array[] {
  return Object.entries(text).flatMap(([keyword, value]) =>
    chunk('tEXt', Buffer.from(`${keyword}\0${value}`, 'latin1')),
  );
}

function end(): Uint8Array[] {
  return chunk('IEND', Buffer.alloc(0));
}

function rowsOf({ width, data }: GreyValues): Uint8Array {
  return data instanceof Uint8Array ? byteRows(data, width) : wordRows(data, width);
}

function byteRows(data: Uint8Array, width: number): Uint8Array {
  const rows = new Uint8Array(data.length + data.length / width);
  rows.set(data.subarray(0, width), 1);
  let to = width + 1;
  for (let start = width; start < data.length; start += width) {
    rows[to++] = filterUp;
    for (let at = start; at < start + width; at++) rows[to++] = (data[at] ?? 0) - (data[at - width] ?? 0);
  }
  return rows;
}

/** The high byte comes first. */
function wordRows(data: Uint16Array, width: number): Uint8Array {
  const rows = new Uint8Array(2 * data.length + data.length / width);
  let to = 1;
  for (const value of data.subarray(0, width)) {
    rows[to++] = value >> 8;
    rows[to++] = value;
  }
  for (let start = width; start < data.length; start += width) {
    rows[to++] = filterUp;
    for (let at = start; at < start + width; at++) {
      const [value, above] = [data[at] ?? 0, data[at - width] ?? 0];
      rows[to++] = (value >> 8) - (above >> 8);
      rows[to++] = value - above;
    }
  }
  return rows;
}

function chunk(type: string, content: Uint8Array): Uint8Array[] {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.byteLength, 0);
  head.write(type, 4, 'latin1');
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(content, crc32(head.subarray(4))), 0);
  return [head, content, check];
}
