import type { Block } from '@rondel/reco';
import type { PartFiles } from '@rondel/store';
import { warrantRefused } from '@rondel/warrants';
import { openDatasetPart } from '../files/dataset-parts.js';
import type { RunPart } from '../messages/messages.js';
import { openInputBlock, type InputBlockDocuments } from './input-blocks.js';

interface LeftPlaces {
  readonly files: PartFiles;
  readonly documents: InputBlockDocuments;
}

/**
 * Throws `WARRANT_REFUSED` for parts that are not what the sub-jobs before have left for this one: that have come through other
 * steps, or, where all are taken, lack a block or have another order. Redis has their names, and whoever can write there could
 * swap them; what they are stands in the parts themselves. Also throws as `damagedPart`.
 */
export function requireLeft(
  { inputs: { parts, axis }, follows }: Pick<RunPart, 'inputs' | 'follows'>,
  places: LeftPlaces,
): void {
  if (parts === undefined || follows === undefined) return;
  const blocks = parts.map((part) => {
    const { block, done } = leftAs(part, places);
    if (done !== undefined && !areSame(done, follows.steps)) throw swapped('has come through other steps than it must');
    return block;
  });
  if (follows.whole && !areWhole(blocks, axis))
    throw swapped('is not all that the stage before has left, in its order');
}

function leftAs(part: string, places: LeftPlaces): { block?: Block | undefined; done?: readonly string[] | undefined } {
  const input = openInputBlock(part, places);
  return input === undefined ? openDatasetPart(part, places.files).header : { block: input.block, done: [] };
}

function areSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}

/** A whole is left as such, or as blocks that follow each other. */
function areWhole(blocks: readonly (Block | undefined)[], axis: string | undefined): boolean {
  const [first] = blocks;
  if (first === undefined) return blocks.length === 1;
  let reached = 0;
  for (const block of blocks) {
    if (block?.start !== reached || block.extent !== first.extent || block.axis !== (axis ?? block.axis)) return false;
    reached = block.stop;
  }
  return reached === first.extent;
}

function swapped(what: string) {
  return warrantRefused(`what its stage begins with ${what}`, { changed: 'what its stage begins with' });
}
