import type { RondelError } from '@rondel/contracts';
import type { Thing } from './rules.js';

/** To which project things belong. */
export interface Owners {
  /** undefined for what there is not: whoever is asked for it says so. */
  find(thing: Thing, id: string): Promise<string | undefined>;
  /** What is answered where there is none. */
  missing(thing: Thing, id: string): RondelError;
}
