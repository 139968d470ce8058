import type { Dataset } from '@rondel/contracts';
import { joinDatasets, type Block } from '@rondel/reco';
import type { PartFiles } from '@rondel/store';
import { openDatasetPart } from '../files/dataset-parts.js';
import { openInputBlock, readInputBlock, type InputBlockDocuments } from './input-blocks.js';
import type { RunRequest } from '../messages/messages.js';
import { describeInput, readInput, type Places } from '../input/read-input.js';
import type { DescribedInput } from '../input/described-input.js';
import type { SubjobInput } from '../input/subjob-input.js';

/** `files`: what the sub-jobs of the job have left for each other. */
export type SubjobPlaces = Places & { readonly files: PartFiles; readonly documents: InputBlockDocuments };

/** The raw data, a part of it, or what the sub-jobs before this one left. */
export function openSubjobInput({ data, part }: RunRequest, places: SubjobPlaces): SubjobInput {
  const { parts, axis, history } = part.inputs;
  if (parts === undefined || history === undefined) {
    let described: Promise<DescribedInput> | undefined;
    const describe = () => (described ??= describeInput(data, places));
    return { describe, load: () => readInput(data, places, describe) };
  }
  const sources = history.data;
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    const { block, load } = openPart(only, places);
    return { ...(block && isPart(block) && { block }), load: async () => ({ dataset: await load(), sources }) };
  }
  return {
    async load() {
      const blocks: Dataset[] = [];
      for (const part of parts) blocks.push(await openPart(part, places).load());
      return { dataset: joinDatasets(blocks, axis ?? ''), sources };
    },
  };
}

function isPart({ extent, start, stop }: Block): boolean {
  return start > 0 || stop < extent;
}

function openPart(part: string, places: SubjobPlaces): { block?: Block | undefined; load: () => Promise<Dataset> } {
  const input = openInputBlock(part, places);
  if (input !== undefined) return { block: input.block, load: () => readInputBlock(input, places) };
  const { header, load } = openDatasetPart(part, places.files);
  return { block: header.block, load: () => Promise.resolve(load()) };
}
