import { elementCount, elementSize, RondelError, type Dataset, type NdArray, type Result } from '@rondel/contracts';
import {
  encodeArray,
  joinFiles,
  readPlane,
  renderPreview,
  renderSlice,
  summarize,
  type JoinedSection,
  type Summary,
} from '@rondel/formats';
import { joinDatasets, requireImageSize } from '@rondel/reco';
import type { ArtifactStore, PartFiles } from '@rondel/store';
import { LRUCache } from 'lru-cache';
import type { DatasetFile } from '../files/dataset-file.js';
import { damagedPart, openDatasetPart } from '../files/dataset-parts.js';

export type PublishedImage = Omit<Result, 'seconds'>;

/** Images of no more than this are joined in memory, and their pictures remembered: those of small jobs are often the same. */
const smallImageBytes = 2 ** 20;
/** Pictures that are remembered, together. */
const mostPictureBytes = 2 * 2 ** 20;
/** What is remembered beside a picture. */
const entryBytes = 512;

/** What follows from the bytes of an image's file. */
interface Drawn {
  readonly picture: Uint8Array;
  readonly summary: Summary;
}

export interface ImagePublisher {
  /** Stores an image of a project, and a picture of its middle slice. Throws `STEP_FAILED` for NaN and infinite values. */
  readonly publish: (image: NdArray, project?: string) => Promise<PublishedImage>;
  /**
   * Joins what the blocks left to the image and stores it, as `publish` would, without holding it: in the 20 MiB or so
   * that pieces of files and one plane take, whatever the size of image and blocks.
   *
   * Throws as `damagedPart` for a part that is not what it was, `DATA_SHAPE_MISMATCH` for parts that do not fit together,
   * `QUOTA_EXCEEDED` when it is larger than allowed, or (to be tried again) when the disk is full, `STEP_FAILED` as `publish`.
   */
  readonly gather: (parts: readonly string[], axis: string, from: GatheredFrom) => Promise<PublishedImage>;
}

/** Where the parts lie, and the most that they may have together. */
interface GatheredFrom {
  readonly files: PartFiles;
  readonly maxOutputBytes: number;
  /** Whose image it is. @default the default project's */
  readonly project?: string | undefined;
}

export function openImagePublisher(store: ArtifactStore): ImagePublisher {
  const drawn = new LRUCache<string, Drawn>({ maxSize: mostPictureBytes });
  const publishSmall = async (image: NdArray, project?: string): Promise<PublishedImage> => {
    const { sha256 } = await store.put((await encodeArray(image, 'npy')).parts, { project });
    const known = drawn.get(sha256);
    const { picture, summary } = known ?? { picture: renderSlice(image, { bits: 8 }), summary: summarize(image) };
    requireFinite(summary);
    if (known === undefined) drawn.set(sha256, { picture, summary }, { size: picture.byteLength + entryBytes });
    const { sha256: preview } = await store.put([picture], { project });
    return imageRecord(image, summary, { sha256, preview });
  };
  const publish = async (image: NdArray, project?: string): Promise<PublishedImage> => {
    if (image.data.byteLength <= smallImageBytes) return publishSmall(image, project);
    const summary = summarize(image);
    requireFinite(summary);
    const { parts } = await encodeArray(image, 'npy');
    // The disk takes as long for the values as drawing and storing the picture does.
    const [{ sha256 }, { sha256: preview }] = await Promise.all([
      store.put(parts, { project }),
      renderPreview(image).then((picture) => store.put([picture], { project })),
    ]);
    return imageRecord(image, summary, { sha256, preview });
  };
  return {
    publish,
    async gather(names, axis, { files, maxOutputBytes, project }) {
      const blocks = names.map((name) => ({ name, ...openDatasetPart(name, files) }));
      requireSize(blocks, axis, maxOutputBytes);
      const image = joinsInMemory(blocks, axis)
        ? publish(joinDatasets(blocks.map(dataOf), axis).data, project)
        : gatherLarge(blocks, axis, { store, files, project });
      return { ...(await image), ...saidOfImage(blocks[0]?.header.attributes) };
    },
  };
}

/** Longer ones are none. */
const longestUnit = 32;

/** How far frames of an image lie apart in time, and the unit of its values, where what computed it says so. */
export function saidOfImage({ frameTime, valueUnit }: DatasetFile['header']['attributes'] = {}): Pick<
  Result,
  'frameTime' | 'valueUnit'
> {
  return {
    ...(typeof frameTime === 'number' && frameTime > 0 && Number.isFinite(frameTime) && { frameTime }),
    ...(typeof valueUnit === 'string' &&
      /^[ -~]+$/.test(valueUnit) &&
      valueUnit.length <= longestUnit && { valueUnit }),
  };
}

type NamedPart = DatasetFile & { readonly name: string };

function requireSize(blocks: readonly NamedPart[], axis: string, mostBytes: number): void {
  const { shape = [], axes } = blocks[0]?.header.data ?? {};
  const at = Math.max(0, axes?.indexOf(axis) ?? 0);
  const extent = blocks.reduce((sum, { header }) => sum + (header.data.shape[at] ?? 1), 0);
  requireImageSize({ shape: shape.with(at, extent), bytes: bytesOf(blocks) }, mostBytes);
}

function bytesOf(blocks: readonly NamedPart[]): number {
  return blocks.reduce((sum, { header: { data } }) => sum + elementCount(data.shape) * elementSize(data.dtype), 0);
}

function joinsInMemory(blocks: readonly NamedPart[], axis: string): boolean {
  return bytesOf(blocks) <= smallImageBytes && blocks.every(({ header: { data } }) => data.axes?.includes(axis));
}

function dataOf({ loadData }: NamedPart): Dataset {
  return { data: loadData(), companions: {}, attributes: {} };
}

async function gatherLarge(
  blocks: readonly NamedPart[],
  axis: string,
  {
    store,
    files,
    project,
  }: { readonly store: ArtifactStore; readonly files: PartFiles; readonly project: string | undefined },
): Promise<PublishedImage> {
  const sections = blocks.map(({ name, header, dataStart: start }, index): JoinedSection => {
    const { dtype, shape, sha256 } = header.data;
    const damaged = (why: string) => damagedPart({ name, why }, files);
    const label = `Block ${index + 1} of ${blocks.length}`;
    return { path: files.path(name), start, dtype, shape, sha256, label, damaged };
  });
  const { axes, spacing, spacingUnit } = blocks[0]?.header.data ?? {};
  return joinFiles(sections, Math.max(0, axes?.indexOf(axis) ?? 0), async ({ dtype, shape, bytes, summary }) => {
    const { sha256 } = await store.put(bytes(), { project });
    const known = summary();
    requireFinite(known);
    const label = `artifact:sha256-${sha256}`;
    const plane = await readPlane(await store.localPath(sha256), { label });
    const { sha256: preview } = await store.put([renderSlice(plane, { bits: 8 })], { project });
    const facts = {
      ...(axes && { axes }),
      ...(spacing && { spacing }),
      ...(spacingUnit !== undefined && { spacingUnit }),
    };
    return imageRecord({ dtype, shape, ...facts }, known, { sha256, preview });
  });
}

/**
 * Throws `STEP_FAILED` for an image with values that are NaN or infinite, whoever computed it: its figures would be those of
 * the other values.
 */
function requireFinite({ finite, min, max }: Summary): void {
  if (finite) return;
  const others = Number.isNaN(min) ? 'no other values' : `other values from ${min} to ${max}`;
  throw new RondelError(
    'STEP_FAILED',
    `The image holds values that are NaN or infinite, and ${others}. Look at the data and the parameters of the plan's last step.`,
  );
}

function imageRecord(
  image: Omit<NdArray, 'data'>,
  { min, max, mean }: Summary,
  { sha256, preview }: { readonly sha256: string; readonly preview: string },
): PublishedImage {
  const { shape, dtype, axes, spacing, spacingUnit } = image;
  return {
    artifact: `artifact:sha256-${sha256}`,
    preview: `artifact:sha256-${preview}`,
    shape: [...shape],
    dtype,
    axes: [...(axes ?? shape.map((_, axis) => `axis${axis}`))],
    spacing: [...(spacing ?? shape.map(() => 1))],
    ...(spacingUnit !== undefined && { spacingUnit }),
    min,
    max,
    mean,
  };
}
