import { fromFdPromise, type Entry, type ZipFile } from 'yauzl';
import { isRondelError } from '@rondel/contracts';
import { formatError } from '../file/data-errors.js';
import type { OpenedFile, ReadHandle } from '../file/opened-file.js';
import { unpackedHandle } from './unpacked-handle.js';

/** Members of an archive that are looked at. */
const mostMembers = 65_536;

const methods: Readonly<Record<number, 'stored' | 'deflated'>> = { 0: 'stored', 8: 'deflated' };

/** A file in an archive. */
export interface ArchiveMember {
  /** With folders, as the archive has it. */
  readonly name: string;
  /** Bytes that it says it has once it is unpacked. */
  readonly bytes: number;
}

/** An archive that is open. */
export interface Archive {
  readonly members: readonly ArchiveMember[];
  /**
   * Opens a member as a file of its own; what is stored as it is, is read from where it lies. Throws `DATA_FORMAT` for one that is
   * encrypted, or compressed in another way than with deflate.
   */
  readonly open: (member: ArchiveMember) => Promise<OpenedFile>;
}

/**
 * Hands the archive in a file to `use`; see APPNOTE 6.3 of PKWARE. Folders and what file systems leave beside files are none of its
 * members.
 *
 * Throws `DATA_FORMAT` for a damaged archive, for more than 65,536 members, and two of the same name.
 */
export async function withArchive<T>(
  file: OpenedFile,
  maxSeconds: number,
  use: (archive: Archive) => Promise<T>,
): Promise<T> {
  const zip = await orDamaged(file, fromFdPromise(file.handle.fd, { autoClose: false, lazyEntries: true }));
  const until = performance.now() + maxSeconds * 1000;
  const entries = new Map<string, Entry>();
  await orDamaged(file, collect(file, zip, entries));
  const members = [...entries.values()].map(({ fileName: name, uncompressedSize: bytes }) => ({ name, bytes }));
  return use({
    members,
    async open({ name }) {
      const entry = entries.get(name);
      if (entry === undefined) throw formatError(file.label, `has no member ${name}.`);
      return openMember(file, zip, { entry, until });
    },
  });
}

async function collect(file: OpenedFile, zip: ZipFile, entries: Map<string, Entry>): Promise<void> {
  if (zip.entryCount > mostMembers) {
    throw formatError(file.label, `has ${zip.entryCount} members, at most ${mostMembers} are read. Store it as HDF5.`);
  }
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName;
    if (name.endsWith('/') || /(?:^|\/)(?:__MACOSX\/|\.[^/]*$)/.test(name)) continue;
    if (entries.has(name)) throw formatError(file.label, `has ${name.slice(0, 100)} twice. Pack it again.`);
    entries.set(name, entry);
  }
}

interface MemberOpening {
  readonly entry: Entry;
  /** Time of `performance.now()` until which unpacking may take. */
  readonly until: number;
}

async function openMember(file: OpenedFile, zip: ZipFile, { entry, until }: MemberOpening): Promise<OpenedFile> {
  const label = `${file.label}: ${entry.fileName.slice(0, 200)}`;
  const method = methods[entry.compressionMethod];
  if (entry.isEncrypted()) throw formatError(label, 'is encrypted. Pack it without a password.');
  if (method === undefined) {
    throw formatError(
      label,
      `is compressed with method ${entry.compressionMethod}; ZIP is read stored or with deflate.`,
    );
  }
  const { fileDataStart: start } = await orDamaged(file, zip.readLocalFileHeaderPromise(entry, { minimal: true }));
  const { compressedSize: packedBytes, uncompressedSize: bytes, crc32: crc } = entry;
  if (start + packedBytes > file.bytes) throw formatError(label, 'lies beyond the end of its archive. Copy it again.');
  if (method === 'stored' && packedBytes !== bytes)
    throw formatError(label, 'is stored with another length than it has.');
  const packed = { file: { ...file, label }, start, packedBytes, bytes, crc, until };
  const handle = method === 'stored' ? storedHandle(file.handle, packed) : unpackedHandle(packed);
  return { handle, bytes, label, maxBytes: file.maxBytes, signal: file.signal };
}

function storedHandle(
  handle: ReadHandle,
  { start, bytes }: { readonly start: number; readonly bytes: number },
): ReadHandle {
  return {
    fd: handle.fd,
    read: (target, offset, length, position) =>
      handle.read(target, offset, Math.max(0, Math.min(length, bytes - position)), start + position),
    close: () => Promise.resolve(),
  };
}

/** The library throws plain errors for whatever is wrong with an archive. */
async function orDamaged<T>(file: OpenedFile, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (isRondelError(error) || !(error instanceof Error)) throw error;
    throw formatError(
      file.label,
      `is a damaged ZIP archive (${error.message.slice(0, 200)}). Copy or pack it again.`,
      error,
    );
  });
}
