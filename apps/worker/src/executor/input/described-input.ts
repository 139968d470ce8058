import type { DatasetFacts, Provenance } from '@rondel/contracts';

/** What `readInput` would read, without its values. */
export interface DescribedInput {
  readonly references: Readonly<Record<string, string>>;
  readonly dataset: DatasetFacts;
  /** By reference, what told each file from any other before it was looked at. */
  readonly identities: ReadonlyMap<string, string[]>;
  /** Where every part comes from; hashes files whose hash is not known. */
  readonly sources: () => Promise<Provenance['data']>;
}
