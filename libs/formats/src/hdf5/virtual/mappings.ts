import { readSelection, type Selection } from './selection.js';

/** A part of a virtual dataset, and where its values are. */
export interface StoredMapping {
  /** As the file names it; `.` for itself. */
  readonly file: string;
  readonly dataset: string;
  readonly source: Selection;
  readonly virtual: Selection;
}

/** Of one dataset. */
export const mostMappings = 4096;

/** Of version 1, what a mapping says of its names: those of an earlier one, or the file itself. */
const named = { fileBefore: 1, datasetBefore: 2, sameFile: 4 } as const;

/**
 * Reads how a virtual dataset is put together: HDF5 File Format Specification 3.0, III.G "Disk Format: Global Heap Block for Virtual
 * Datasets", version 0, and version 1 as HDF5 2.0 writes it. Undefined for what is something else, or has a selection that
 * `readSelection` does not read.
 */
export function readMappings(block: Buffer): StoredMapping[] | undefined {
  const version = block[0];
  if (block.byteLength < 9 || version === undefined || version > 1) return undefined;
  const count = Number(block.readBigUInt64LE(1));
  if (count === 0 || count > mostMappings) return undefined;
  const mappings: StoredMapping[] = [];
  let at = 9;
  for (let index = 0; index < count; index += 1) {
    const flags = version === 1 ? (block[at] ?? 0) : 0;
    const file =
      flags & named.sameFile
        ? { text: '.', next: at + version }
        : nameAt(block, at + version, flags & named.fileBefore && mappings.map((each) => each.file));
    const dataset =
      file && nameAt(block, file.next, flags & named.datasetBefore && mappings.map((each) => each.dataset));
    const source = dataset && readSelection(block, dataset.next);
    const virtual = source && readSelection(block, source.next);
    if (!file || !dataset || !source || !virtual) return undefined;
    mappings.push({ file: file.text, dataset: dataset.text, source: source.selection, virtual: virtual.selection });
    at = virtual.next;
  }
  return mappings;
}

interface Name {
  readonly text: string;
  readonly next: number;
}

/** A name, or the number of one of those before. */
function nameAt(block: Buffer, at: number, before: readonly string[] | 0): Name | undefined {
  if (before !== 0) {
    const text = at + 8 <= block.byteLength ? before[Number(block.readBigUInt64LE(at))] : undefined;
    return text === undefined ? undefined : { text, next: at + 8 };
  }
  const end = block.indexOf(0, at);
  return end < 0 ? undefined : { text: block.toString('utf8', at, end), next: end + 1 };
}
