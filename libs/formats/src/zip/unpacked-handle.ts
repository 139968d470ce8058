import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { RondelError } from '@rondel/contracts';
import { formatError, throwIfCancelled } from '../file/data-errors.js';
import type { OpenedFile, ReadHandle } from '../file/opened-file.js';

/** Deflated bytes in a file. */
export interface PackedBytes {
  /** The file that they lie in, called as errors call what is packed. */
  readonly file: OpenedFile;
  readonly start: number;
  readonly packedBytes: number;
  /** That they say they are once they are unpacked. */
  readonly bytes: number;
  /** CRC-32 that they shall have then. */
  readonly crc: number;
  /** Time of `performance.now()` until which unpacking may take. */
  readonly until: number;
}

/** Read at once. */
const pieceBytes = 256 * 1024;
/** Of the beginning, which is kept: readers go back and forth in a header. */
const keptBytes = 64 * 1024;
/** Times that unpacking begins anew, for who reads backwards. */
const mostPasses = 64;

/**
 * A file of what is packed, unpacked as far as it is read and never held: whoever reads on goes on where the last one stopped, and
 * whoever goes back begins anew. So a range of a large array takes the time of unpacking what lies before it, and a few hundred
 * KiB.
 *
 * Reading throws `DATA_FORMAT` for damaged bytes, and fewer or more than there should be, and `QUOTA_EXCEEDED` after its time.
 */
export function unpackedHandle(packed: PackedBytes): ReadHandle {
  const { file } = packed;
  let pass: UnpackingPass | undefined;
  let passes = 0;
  let head = new Uint8Array(0);
  const begin = (): UnpackingPass => {
    passes += 1;
    if (passes > mostPasses) {
      throw formatError(
        file.label,
        'lies in the archive in an order that would be unpacked again and again. Store it without compression.',
      );
    }
    return { pieces: unpack(packed), piece: new Uint8Array(0), start: 0, crc: 0 };
  };
  return {
    fd: file.handle.fd,
    async read(target, offset, length, position) {
      const wanted = Math.max(0, Math.min(length, packed.bytes - position));
      if (position + wanted <= head.byteLength) {
        target.set(head.subarray(position, position + wanted), offset);
        return { bytesRead: wanted, buffer: target };
      }
      if (wanted === 0) return { bytesRead: 0, buffer: target };
      if (pass !== undefined && position < pass.start) {
        await pass.pieces.return(undefined);
        pass = undefined;
      }
      pass ??= begin();
      while (position >= pass.start + pass.piece.byteLength) {
        if (performance.now() > packed.until) throw tooLong(file);
        const start: number = pass.start + pass.piece.byteLength;
        const { value, done } = await pass.pieces.next();
        if (done === true)
          throw formatError(
            file.label,
            `is damaged: it unpacks to ${start} bytes, not to ${packed.bytes}. Copy it again.`,
          );
        pass = { ...pass, piece: value, start, crc: crc32(value, pass.crc) };
        requireSame(packed, pass);
        if (start === 0) head = value.slice(0, keptBytes);
      }
      const from = position - pass.start;
      const part = pass.piece.subarray(from, from + wanted);
      target.set(part, offset);
      return { bytesRead: part.byteLength, buffer: target };
    },
    async close() {
      await pass?.pieces.return(undefined);
    },
  };
}

interface UnpackingPass {
  readonly pieces: AsyncGenerator<Uint8Array, undefined, undefined>;
  /** The last piece, and where it begins. */
  readonly piece: Uint8Array;
  readonly start: number;
  /** Of all pieces so far. */
  readonly crc: number;
}

/** Throws `DATA_FORMAT` at the end for bytes that are not what was packed. */
function requireSame({ file, bytes, crc }: PackedBytes, pass: UnpackingPass): void {
  const end = pass.start + pass.piece.byteLength;
  if (end < bytes || (end === bytes && pass.crc === crc)) return;
  const problem = end > bytes ? `it unpacks to more than ${bytes} bytes` : 'its checksum is another';
  throw formatError(file.label, `is damaged: ${problem}. Copy it again.`);
}

async function* unpack(packed: PackedBytes): AsyncGenerator<Uint8Array, undefined, undefined> {
  const inflating = createInflateRaw({ chunkSize: pieceBytes });
  pipeline(Readable.from(packedPieces(packed), { objectMode: false }), inflating, () => undefined);
  try {
    for await (const piece of inflating) yield piece as Buffer;
  } catch (error) {
    if (error instanceof RondelError || !(error instanceof Error)) throw error;
    throw formatError(packed.file.label, `is damaged: it cannot be unpacked (${error.message}). Copy it again.`, error);
  }
  return undefined;
}

async function* packedPieces({ file, start, packedBytes }: PackedBytes): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < packedBytes;) {
    throwIfCancelled(file.signal, file.label);
    const length = Math.min(pieceBytes, packedBytes - done);
    const { bytesRead, buffer } = await file.handle.read(new Uint8Array(length), 0, length, start + done);
    if (bytesRead === 0) return;
    done += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function tooLong({ label }: OpenedFile): RondelError {
  return new RondelError(
    'QUOTA_EXCEEDED',
    `${label}: unpacking takes too long. Store it without compression, or as HDF5.`,
  );
}
