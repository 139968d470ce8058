import { identityOf, inputFile, type GivenFiles, type InputSources } from './input-file.js';
import { linkedReferences } from './linked-data.js';
import type { RunRequest } from '../messages/messages.js';

/**
 * What tells the input of a run from any other, without reading it: hashes where there are some; for a file in a data root
 * what changes with its bytes, on any machine that sees the same file. Two answers that differ may still be the same input.
 */
export async function inputIdentity({ data, part }: RunRequest, sources: InputSources): Promise<string> {
  const { parts, axis } = part.inputs;
  if (parts !== undefined) return JSON.stringify({ parts, axis });
  const named: unknown[] = [];
  for (const [name, reference] of Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1))) {
    named.push([name, ...(await referenceIdentity(reference, sources, linkedReferences(data, name)))]);
  }
  return JSON.stringify({ data: named });
}

/** What tells the files behind a reference from any other; see `inputFile` for what was given to it. */
export async function referenceIdentity(
  reference: string,
  sources: InputSources,
  given?: GivenFiles,
): Promise<string[]> {
  return identityOf(await inputFile(reference, sources, given));
}
