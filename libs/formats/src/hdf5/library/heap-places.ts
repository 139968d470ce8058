/** `GCOL` */
const signature = Buffer.from('GCOL');
/** The first part of a collection that libhdf5 reads has 4 KiB; what is larger than this holds values. */
const mostBytes = 64 * 1024;

/** A file, and where in it libhdf5 has read global heap collections. */
export interface HeapFile {
  readonly fd: number;
  readonly bytes: number;
  readonly places: ReadonlySet<number>;
}

/** Notes where global heap collections lie in what is read of a file. */
export function notePlaces(places: Set<number>): (read: Uint8Array, position: number) => void {
  return (read, position) => {
    if (read.byteLength > mostBytes) return;
    const buffer = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
    for (let at = buffer.indexOf(signature); at >= 0; at = buffer.indexOf(signature, at + 1)) places.add(position + at);
  };
}
