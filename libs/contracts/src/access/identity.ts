import { Type, type Static } from '../schema.js';
import { SubmitterSchema } from '../job/lane.js';
import { ProjectSchema } from './project.js';
import { RoleSchema } from './role.js';

/** How it is known who asks. */
export const identityKinds = ['none', 'token', 'login', 'oidc', 'proxy'] as const;

/** What somebody may do in one project. */
export const MembershipSchema = Type.Object({ project: ProjectSchema, role: RoleSchema });
export type Membership = Readonly<Static<typeof MembershipSchema>>;

/** Who asks, for which project, and what they may do there. */
export const IdentitySchema = Type.Object({
  name: Type.Optional({
    ...SubmitterSchema,
    description: 'Name of the account or the token: the submitter of what it submits. Absent where nobody logs in.',
  }),
  project: ProjectSchema,
  role: RoleSchema,
  via: Type.Enum(identityKinds, {
    description:
      'How it is known: `none` asks nobody, `token` was sent with the request, `login` is a browser that has logged in, `oidc` a token of the identity provider, `proxy` the word of a trusted proxy.',
  }),
  token: Type.Optional(Type.String({ description: 'Id of the token.' })),
  projects: Type.Optional(
    Type.Array(MembershipSchema, {
      description:
        'All projects of whoever an identity provider or a proxy knows. The first counts, unless the header `rondel-project` names another.',
    }),
  ),
});
export type Identity = Readonly<Static<typeof IdentitySchema>>;

/** Whoever asks an API that asks nobody who they are. */
export const localIdentity: Identity = { project: 'default', role: 'admin', via: 'none' };

/** Whether what belongs to a project may be seen. */
export function seesProject({ role, project }: Pick<Identity, 'role' | 'project'>, owner: string): boolean {
  return role === 'admin' || project === owner;
}
