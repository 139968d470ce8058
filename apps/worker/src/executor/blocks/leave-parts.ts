import type { ArrayFacts, Dataset } from '@rondel/contracts';
import { cutDataset, extentAlong, requirePartSize, widened, type Block } from '@rondel/reco';
import type { PartFiles } from '@rondel/store';
import { putDataset } from '../files/dataset-parts.js';
import type { RunPart } from '../messages/messages.js';
import { plannedBlocks, type LeftBlocks } from './input-blocks.js';

export interface Leaving {
  readonly leaves: Extract<RunPart['leaves'], { kind: 'dataset' }> | LeftBlocks;
  /** What part of the whole the dataset is; absent for all of it. */
  readonly block?: Block;
  /** Paths of the steps that have run. */
  readonly done?: readonly string[];
  /** Bytes that an array of the job may have. */
  readonly maxOutputBytes: number;
}

/**
 * Stores what a sub-job leaves for those after it; returns the names of the parts. Throws `QUOTA_EXCEEDED` where one of its arrays, of
 * all blocks together, would be larger than a job may write.
 */
export function leaveParts(
  dataset: Dataset,
  { leaves, block, done, maxOutputBytes }: Leaving,
  files: PartFiles,
): string[] {
  const held = block && widened(block, leaves.halo);
  requireParts(dataset, { blocks: held ? held.extent / (held.to - held.from) : 1, maxOutputBytes });
  if (leaves.kind === 'dataset') return [putDataset(dataset, files, { block: held, done })];
  return plannedBlocks(extentAlong(dataset, leaves.axis), leaves).map((each) => {
    const { axis, from: start, to: stop } = each;
    return putDataset(cutDataset(dataset, { axis, start, stop }), files, { block: each, done });
  });
}

/** What each array has for as many such blocks. Companions that all blocks have alike count once. */
function requireParts(
  { data, companions }: Pick<Dataset, 'data' | 'companions'>,
  { blocks, maxOutputBytes }: { readonly blocks: number; readonly maxOutputBytes: number },
): void {
  requirePartSize('data', sized(data, blocks), maxOutputBytes);
  for (const [name, array] of Object.entries(companions)) requirePartSize(name, sized(array, 1), maxOutputBytes);
}

function sized({ shape, data }: ArrayFacts & { readonly data: { readonly byteLength: number } }, blocks: number) {
  return { shape, bytes: Math.ceil(data.byteLength * blocks) };
}
