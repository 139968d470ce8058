import { type Block } from '@rondel/reco';
import { type Input } from './read-input.js';
import { type DescribedInput } from './described-input.js';

/** What a leg begins with, before it is read. */
export interface LegInput {
  /** Which part of a whole it is; absent: the whole. */
  readonly block?: Block;
  /** Looks at the job's raw data, once, without reading it; absent where the leg begins with something else. */
  readonly describe?: () => Promise<DescribedInput>;
  /** Throws as `damagedPart` for what the legs before have left, and `CONFLICT` for a divided file that was changed. */
  load(): Promise<Input>;
}
