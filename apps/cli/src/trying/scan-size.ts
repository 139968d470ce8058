import type { Client } from '@rondel/client';
import { parseDataReference, type DataInfo, type ScanPart, type Submission } from '@rondel/contracts';
import { chosenOf } from '@rondel/formats';

/** What is known of a scan before anything is computed. */
export interface ScanSize {
  /** Undefined where it has one alone, or where what it has is not said. */
  readonly slices: number | undefined;
  /** What one slice takes by sums: pixels of its image times angles, where the image is as wide as the detector. */
  readonly sums: number | undefined;
}

/** Sizes of the scan that is read, as the server sees the file. Those of the image of another job are not known. */
export async function sizeOfScan(data: Submission['data'], client: Client, signal: AbortSignal): Promise<ScanSize> {
  const reference = typeof data === 'string' ? data : data.data;
  if (reference === undefined) return unknown;
  const parsed = parseDataReference(reference);
  switch (parsed.scheme) {
    case 'job':
      return unknown;
    case 'artifact':
      // Said of the whole file, whatever the reference takes of it.
      return sizeIn(await client.dataInfo(parsed.sha256, { dataset: parsed.dataset, signal }), parsed.axes, parsed);
    default:
      return sizeIn(await client.rootDataInfo(reference, { signal }), parsed.axes, {});
  }
}

const unknown: ScanSize = { slices: undefined, sums: undefined };
const parted = ['slice', 'angle', 'detector'] as const;
/** Axes of sinograms that have no names for them, by their place from the end. */
const unnamed: readonly string[] = parted;

function sizeIn({ shape, axes }: DataInfo, named: readonly string[] | undefined, part: ScanPart): ScanSize {
  const names =
    named?.map((axis) => axis.replace(/^-/, '')) ?? axes ?? shape.map((_, axis) => unnamed.at(axis - shape.length));
  const extents = new Map(shape.map((extent, axis) => [names[axis], extent]));
  for (const axis of parted) {
    const extent = extents.get(axis);
    if (extent !== undefined) extents.set(axis, chosenOf(axis, part, extent).count);
  }
  const [slice = 1, angle, detector] = parted.map((axis) => extents.get(axis));
  return {
    slices: slice < 2 ? undefined : slice,
    sums: angle === undefined || detector === undefined ? undefined : detector ** 2 * angle,
  };
}
