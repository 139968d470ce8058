import type { Identity, RondelError } from '@rondel/contracts';
import type { Thing } from './rules.js';

/** Which things belong to whom. */
export interface Owners {
  /** Also true of what there is not: whoever is asked for it says so. */
  isSeen(by: Pick<Identity, 'role' | 'project'>, thing: Thing, id: string): Promise<boolean>;
  /** What is answered where there is none. */
  missing(thing: Thing, id: string): RondelError;
}

/** What a request may refer to. */
export interface Visible {
  /** Throws what is thrown where there is no such thing. */
  require(thing: Thing, id: string): Promise<void>;
  isSeen(thing: Thing, id: string): Promise<boolean>;
}

/** For those who may see everything. */
const everythingVisible: Visible = {
  require: () => Promise.resolve(),
  isSeen: () => Promise.resolve(true),
};

export function visibleTo(identity: Pick<Identity, 'role' | 'project'>, owners: Owners): Visible {
  if (identity.role === 'admin') return everythingVisible;
  const isSeen = (thing: Thing, id: string) => owners.isSeen(identity, thing, id);
  return {
    isSeen,
    async require(thing, id) {
      if (!(await isSeen(thing, id))) throw owners.missing(thing, id);
    },
  };
}
