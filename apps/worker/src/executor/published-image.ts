import type { NdArray, Result } from '@rondel/contracts';
import {
  encodeArray,
  joinFiles,
  readPlane,
  renderSlice,
  summarize,
  type JoinedSection,
  type Summary,
} from '@rondel/formats';
import type { ArtifactStore, PartFiles } from '@rondel/store';
import { damagedPart, openDatasetPart } from './dataset-parts.js';

export type PublishedImage = Omit<Result, 'seconds'>;

/** Stores an image, and a picture of its middle slice. */
export async function publishImage(image: NdArray, store: ArtifactStore): Promise<PublishedImage> {
  const { sha256 } = await store.put((await encodeArray(image, 'npy')).parts);
  const { sha256: preview } = await store.put([renderSlice(image, { bits: 8 })]);
  return imageRecord(image, summarize(image), { sha256, preview });
}

/**
 * Joins what the blocks left to the image and stores it, as `publishImage` would, without holding it: in the 20 MiB or so
 * that pieces of files and one plane take, whatever the size of image and blocks.
 *
 * Throws as `damagedPart` for a part that is not what it was, `DATA_SHAPE_MISMATCH` for parts that do not fit together,
 * `QUOTA_EXCEEDED` (to be tried again) when the disk is full.
 */
export async function gatherImage(
  parts: readonly string[],
  axis: string,
  { store, files }: { readonly store: ArtifactStore; readonly files: PartFiles },
): Promise<PublishedImage> {
  const sections: JoinedSection[] = [];
  let facts: Pick<NdArray, 'axes' | 'spacing'> = {};
  for (const [index, name] of parts.entries()) {
    const { header, dataStart: start } = openDatasetPart(name, files);
    const { dtype, shape, sha256, axes, spacing } = header.data;
    if (index === 0) facts = { ...(axes && { axes }), ...(spacing && { spacing }) };
    const damaged = (why: string) => damagedPart({ name, why }, files);
    const label = `Block ${index + 1} of ${parts.length}`;
    sections.push({ path: files.path(name), start, dtype, shape, sha256, label, damaged });
  }
  return joinFiles(sections, Math.max(0, facts.axes?.indexOf(axis) ?? 0), async ({ dtype, shape, bytes, summary }) => {
    const { sha256 } = await store.put(bytes());
    const label = `artifact:sha256-${sha256}`;
    const plane = await readPlane(await store.localPath(sha256), { label });
    const { sha256: preview } = await store.put([renderSlice(plane, { bits: 8 })]);
    return imageRecord({ dtype, shape, ...facts }, summary(), { sha256, preview });
  });
}

function imageRecord(
  image: Omit<NdArray, 'data'>,
  { min, max, mean }: Summary,
  { sha256, preview }: { readonly sha256: string; readonly preview: string },
): PublishedImage {
  const { shape, dtype, axes, spacing } = image;
  return {
    artifact: `artifact:sha256-${sha256}`,
    preview: `artifact:sha256-${preview}`,
    shape: [...shape],
    dtype,
    axes: [...(axes ?? shape.map((_, axis) => `axis${axis}`))],
    spacing: [...(spacing ?? shape.map(() => 1))],
    min,
    max,
    mean,
  };
}
