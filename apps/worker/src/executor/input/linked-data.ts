import { linkedName } from '@rondel/contracts';

type References = Readonly<Record<string, string>>;

/** What the links of a job's data lead to, where the job has it; undefined for any other array than the main one. */
export function linkedReference(references: References, name: string): string | undefined {
  return name === 'data' ? references[linkedName] : undefined;
}

/** The references beside the main one that are arrays of their own. */
export function companionReferences(references: References): [name: string, reference: string][] {
  return Object.entries(references).filter(([name]) => name !== 'data' && name !== linkedName);
}
