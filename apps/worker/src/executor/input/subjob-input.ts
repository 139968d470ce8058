import type { Block } from '@rondel/reco';
import type { Input } from './read-input.js';
import type { DescribedInput } from './described-input.js';

/** What a sub-job begins with, before it is read. */
export interface SubjobInput {
  /** Which part of a whole it is; absent: the whole. */
  readonly block?: Block;
  /** Looks at the job's raw data, once, without reading it; absent where the sub-job begins with something else. */
  readonly describe?: () => Promise<DescribedInput>;
  /** Throws as `damagedPart` for what the sub-jobs before have left, and `CONFLICT` for a divided file that was changed. */
  load(): Promise<Input>;
}
