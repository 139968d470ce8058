import { createHash } from 'node:crypto';
import { roleCovers, RondelError, submitterFrom, type Identity, type Membership } from '@rondel/contracts';
import type { Mapping } from './mapping.js';

/** Whom an identity provider or a proxy has named. */
export interface Person {
  /** What people call them. */
  readonly name: string;
  /** What nobody else is ever called there. */
  readonly subject: string;
  readonly groups: readonly string[];
}

const mostNamed = 5;

/** Who somebody is here: of the first of their projects, in the order of the mapping. Throws `FORBIDDEN` for somebody with none. */
export function identityOfPerson(person: Person, mapping: Mapping, via: 'oidc' | 'proxy'): Identity {
  const name = submitterOf(person);
  const projects = membershipsOf(person, mapping);
  const [first] = projects;
  if (first === undefined) throw noProject(name, person.groups);
  return { name, ...first, via, projects };
}

/** Each project once, with the most that one of the groups may do there. */
function membershipsOf({ groups }: Person, { members }: Mapping): Membership[] {
  const own = new Set(groups);
  const found = new Map<string, Membership>();
  for (const { group, project, role } of members) {
    if (group !== undefined && !own.has(group)) continue;
    const known = found.get(project);
    if (known === undefined || roleCovers(role, known.role)) found.set(project, { project, role });
  }
  return [...found.values()];
}

/** What had to be changed for a submitter could be somebody else's name then, so it gets a mark of its own. */
function submitterOf({ name, subject }: Person): string {
  const plain = submitterFrom(name);
  if (plain === name) return plain;
  const mark = createHash('sha256').update(subject).digest('hex').slice(0, 12);
  return `${plain?.slice(0, 50) ?? '_'}-${mark}`;
}

function noProject(name: string, groups: readonly string[]): RondelError {
  const named = groups.slice(0, mostNamed).map((group) => `"${group.slice(0, 100)}"`);
  const whose =
    named.length === 0
      ? 'no group of theirs was named'
      : `none of their groups (${named.join(', ')}${groups.length > mostNamed ? ', ...' : ''}) has one`;
  return new RondelError(
    'FORBIDDEN',
    `"${name}" has logged in, but works for no project here: ${whose}. Ask whoever runs this server to give one of their groups a project in its --access-mapping.`,
  );
}
