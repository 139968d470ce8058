import { Type, type Static } from '../schema.js';

/**
 * Each may what those before it may:
 *
 * - `reader` sees what its project has;
 * - `submitter` adds to it, changes and removes it;
 * - `operator` also sees to pools, workers and the store, which all projects share, and may say whose work it submits;
 * - `admin` also gives out tokens, and sees every project.
 */
export const roles = ['reader', 'submitter', 'operator', 'admin'] as const;
export const RoleSchema = Type.Enum(roles, {
  description:
    'What an identity may do: `reader` sees what its project has, `submitter` adds to it, `operator` also sees to pools, workers and the store, `admin` also gives out tokens and sees every project.',
});
export type Role = Static<typeof RoleSchema>;

/** Whether whoever has a role may do what needs another. */
export function roleCovers(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
