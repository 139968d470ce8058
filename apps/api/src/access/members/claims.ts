import type { Mapping } from './mapping.js';
import type { Person } from './membership.js';

type Claims = Readonly<Record<string, unknown>>;

/** Whom the claims of a token name; of what is there, also whether it says so at all. */
export function personOf(claims: Claims & { readonly sub?: string | undefined }, mapping: Mapping): Person {
  const { sub: subject = '' } = claims;
  const name = claimAt(claims, nameClaim(mapping));
  const groups = claimAt(claims, groupsClaim(mapping));
  return {
    name: typeof name === 'string' && name !== '' ? name : subject,
    subject,
    groups: [groups].flat().filter((group) => typeof group === 'string'),
  };
}

/** Whether the claims that the mapping speaks of are there, as some providers leave them out of their tokens. */
export function saysWho(claims: Claims, mapping: Mapping): boolean {
  return [nameClaim(mapping), groupsClaim(mapping)].every((name) => claimAt(claims, name) !== undefined);
}

function nameClaim({ name = 'preferred_username' }: Mapping): string {
  return name;
}

function groupsClaim({ groups = 'groups' }: Mapping): string {
  return groups;
}

/** Some claims are called by an address, which has dots of its own. */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split('.')
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, part) ? (value as Claims)[part] : undefined,
      claims,
    );
}
