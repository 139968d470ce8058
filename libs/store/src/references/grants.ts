import { posix } from 'node:path';
import { defaultProject } from '@rondel/contracts';

/** A project may read what lies in a data root under a prefix. */
export interface Grant {
  /** `*`: every project. */
  readonly project: string;
  /** Relative to the root, with `/` between names; empty: all of it. */
  readonly prefix: string;
}

/** Name of a data root to what of it is granted. Of a root without an entry all is the `default` project's, and nobody else's. */
export type Grants = Readonly<Record<string, readonly Grant[]>>;

/** Whether a path in a data root may be read. */
export type MayRead = (root: string, path: string) => boolean;

const ofDefault: readonly Grant[] = [{ project: defaultProject, prefix: '' }];

export function grantedTo(project: string, grants: Grants): MayRead {
  return (root, path) => {
    const given = Object.hasOwn(grants, root) ? (grants[root] ?? []) : ofDefault;
    const wanted = posix.normalize(path);
    return given.some((grant) => [project, '*'].includes(grant.project) && lies(wanted, grant.prefix));
  };
}

function lies(path: string, prefix: string): boolean {
  const folder = posix.normalize(`${prefix}/`).replace(/^\/+/, '');
  return folder === '' || folder === './' || `${path}/`.startsWith(folder);
}
