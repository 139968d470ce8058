import { joinDatasets, type Block } from '@rondel/reco';
import { checkedFiles, type ResultFiles } from '@rondel/store';
import { asDatasetDocument, getDocument, loadDataset } from './dataset-artifacts.js';
import { isInputBlock, readInputBlock } from './input-blocks.js';
import type { RunRequest } from './messages.js';
import { readInput, type Input, type Places } from './read-input.js';

/** `files`: what the legs of the job have left for each other. */
type LegPlaces = Places & { readonly files: ResultFiles };

/** What a leg begins with, before it is read. */
export interface LegInput {
  /** Which part of a whole it is; absent: the whole. */
  readonly block?: Block;
  /** Throws `CONFLICT` when what the legs before have left, or a file that was divided, is not what it was. */
  load(): Promise<Input>;
}

/** The raw data, a part of it, or what the legs before this one left. */
export async function openLegInput({ data, part }: RunRequest, places: LegPlaces): Promise<LegInput> {
  const { parts, axis, history } = part.inputs;
  if (parts === undefined || history === undefined) return { load: () => readInput(data, places) };
  const sources = history.data;
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    const { block, load } = await openPart(only, places);
    return { ...(block && isPart(block) && { block }), load: async () => ({ dataset: await load(), sources }) };
  }
  return {
    async load() {
      const blocks = await Promise.all(parts.map(async (sha256) => (await openPart(sha256, places)).load()));
      return { dataset: joinDatasets(blocks, axis ?? ''), sources };
    },
  };
}

function isPart({ extent, start, stop }: Block): boolean {
  return start > 0 || stop < extent;
}

async function openPart(sha256: string, places: LegPlaces) {
  const files = checkedFiles(places.files, 'A part of the job that the stage before left');
  const document = await getDocument(sha256, files);
  if (isInputBlock(document)) return { block: document.block, load: () => readInputBlock(document, places) };
  const { block, ...dataset } = asDatasetDocument(document, sha256);
  return { block, load: () => loadDataset(dataset, files) };
}
