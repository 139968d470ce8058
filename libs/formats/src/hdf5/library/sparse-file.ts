import { seek, type VirtualFileSystem, type VirtualStream } from './library.js';

const pageBytes = 65_536;

/** A file in libhdf5's file system of which only what was written takes memory; the rest reads as zeros. */
export interface SparseFile {
  readonly path: string;
  size(): number;
  /** Bytes from `start` up to `end`. */
  bytes(start: number, end: number): Uint8Array<ArrayBuffer>;
  /** Where these bytes lie, within one page or across two; undefined when they were not written. */
  find(bytes: Uint8Array): number | undefined;
}

export function createSparseFile(fs: VirtualFileSystem, name: string): SparseFile {
  const pages = new Map<number, Uint8Array>();
  let size = 0;
  const copy = (start: number, length: number, visit: (page: Uint8Array | undefined, at: PagePart) => void) => {
    for (let done = 0; done < length;) {
      const position = start + done;
      const index = Math.floor(position / pageBytes);
      const from = position - index * pageBytes;
      const count = Math.min(pageBytes - from, length - done);
      visit(pages.get(index), { index, from, done, count });
      done += count;
    }
  };
  const readInto = (target: Uint8Array, start: number) => {
    copy(start, target.byteLength, (page, { from, done, count }) => {
      if (page) target.set(page.subarray(from, from + count), done);
      else target.fill(0, done, done + count);
    });
  };
  const write = (source: Uint8Array, start: number) => {
    copy(start, source.byteLength, (found, { index, from, done, count }) => {
      const page = found ?? new Uint8Array(pageBytes);
      page.set(source.subarray(done, done + count), from);
      pages.set(index, page);
    });
    size = Math.max(size, start + source.byteLength);
  };
  const bytes = (start: number, end: number) => {
    const target = new Uint8Array(end - start);
    readInto(target, start);
    return target;
  };

  const node = fs.createFile('/', name, {}, true, true);
  const epoch = new Date(0);
  node.node_ops = {
    ...node.node_ops,
    getattr: () => ({
      ...{ dev: 1, ino: node.id, mode: node.mode, nlink: 1, uid: 0, gid: 0, rdev: 0, size },
      ...{ atime: epoch, mtime: epoch, ctime: epoch, blksize: pageBytes, blocks: pages.size },
    }),
    setattr: (_node: unknown, change: { size?: number }) => {
      if (change.size !== undefined) size = change.size;
    },
  };
  node.stream_ops = {
    read: (_stream: VirtualStream, buffer: Int8Array, offset: number, length: number, position: number) => {
      const count = Math.max(0, Math.min(length, size - position));
      readInto(new Uint8Array(buffer.buffer, buffer.byteOffset + offset, count), position);
      return count;
    },
    write: (_stream: VirtualStream, buffer: Int8Array, offset: number, length: number, position: number) => {
      write(new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length), position);
      return length;
    },
    llseek: (stream: VirtualStream, offset: number, whence: number) => seek(stream.position, size, { offset, whence }),
  };
  return {
    path: `/${name}`,
    size: () => size,
    bytes,
    find(wanted) {
      for (const index of [...pages.keys()].sort((a, b) => a - b)) {
        const start = index * pageBytes;
        const at = Buffer.from(bytes(start, start + pageBytes + wanted.byteLength)).indexOf(wanted);
        if (at >= 0) return start + at;
      }
      return undefined;
    },
  };
}

interface PagePart {
  readonly index: number;
  readonly from: number;
  readonly done: number;
  readonly count: number;
}
