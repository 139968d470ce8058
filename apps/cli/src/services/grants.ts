import { ProjectSchema, RondelError } from '@rondel/contracts';
import { Check } from '@rondel/contracts/schema';
import type { Grant } from '@rondel/store';

const form = /^([A-Za-z0-9][A-Za-z0-9_-]{0,63}):([^=]+)=(.*)$/;

/**
 * `ROOT:PROJECT=PREFIX`: a project may read what lies under the prefix; `*` for every project, nothing behind `=` for all of the
 * root. Throws `INVALID_REQUEST` for anything else, and for a root that this worker does not have.
 */
export function grantsOf(
  texts: readonly string[],
  roots: Readonly<Record<string, string>>,
): Readonly<Record<string, readonly Grant[]>> {
  const grants: Record<string, Grant[]> = {};
  for (const text of texts) {
    const [, root = '', project = '', prefix = ''] = form.exec(text) ?? [];
    if (root === '') throw wrong(text, 'write it as ROOT:PROJECT=PREFIX, such as scans:cardiac=heart/');
    if (!Object.hasOwn(roots, root)) throw wrong(text, `there is no --data-root ${root}=DIR`);
    if (project !== '*' && !isProject(project)) throw wrong(text, `"${project}" is no name of a project`);
    if (prefix.startsWith('/') || prefix.split('/').includes('..'))
      throw wrong(text, 'the prefix is a path inside the root, without / at its beginning and without ..');
    (grants[root] ??= []).push({ project, prefix });
  }
  return grants;
}

function isProject(name: unknown): boolean {
  return Check(ProjectSchema, name);
}

function wrong(text: string, because: string): RondelError {
  return new RondelError('INVALID_REQUEST', `--grant ${text}: ${because}.`);
}
