import { isLinkedName } from '@rondel/contracts';
import type { GivenFiles } from './input-file.js';

type References = Readonly<Record<string, string>>;

/** What the links of a job's data lead to, as far as the job has it; nothing for any other array than the main one. */
export function linkedReferences(references: References, name: string): GivenFiles {
  return name === 'data' ? Object.entries(references).filter(([each]) => isLinkedName(each)) : [];
}

/** The references beside the main one that are arrays of their own. */
export function companionReferences(references: References): [name: string, reference: string][] {
  return Object.entries(references).filter(([name]) => name !== 'data' && !isLinkedName(name));
}
