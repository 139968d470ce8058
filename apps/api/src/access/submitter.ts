import { projectOf, roleCovers, RondelError, SubmitterSchema, submitterFrom } from '@rondel/contracts';
import { Type, type Static } from '@rondel/contracts/schema';
import type { FastifyRequest } from 'fastify';
import { actFor, identityOf, type Acting } from './register-access.js';

/** Headers of every submission. */
export const submitterHeaders = {
  'rondel-submitter': Type.Optional({
    ...SubmitterSchema,
    description:
      'The submitter unless the body names one; where people log in, they are the submitter, and only operators may name another.',
  }),
};

interface Caller {
  readonly headers: { readonly 'rondel-submitter'?: Static<typeof SubmitterSchema> };
  readonly ip: string;
  readonly known: FastifyRequest['known'];
}

interface Owned {
  readonly submitter?: string | undefined;
  readonly project?: string | undefined;
}

/** Whose a submission is, and of which project. */
export interface Ownership {
  readonly submitter?: string;
  readonly project: string;
}

/**
 * A submission with whose it is. Where nobody has to log in, that is whom it names, else whom its request names, else the address
 * that it comes from; elsewhere whoever has logged in. The project is the one of theirs that it names, and what it refers to has
 * to be seen there.
 *
 * Throws `FORBIDDEN` for somebody else's name of anyone but an operator there, and as `actFor`.
 */
export function withOwner<T extends Owned>(request: Caller & Acting & { readonly body: T }): T & Ownership {
  actFor(request, request.body.project);
  return { ...request.body, ...ownership(request, request.body) };
}

/** The same of a request without such a body. */
export function ownership(request: Caller, named: Pick<Owned, 'submitter'> = {}): Ownership {
  const identity = identityOf(request);
  const { project } = identity;
  const submitter = named.submitter ?? request.headers['rondel-submitter'];
  if (identity.name === undefined) {
    const whose = submitter ?? submitterFrom(request.ip);
    return { project, ...(whose !== undefined && { submitter: whose }) };
  }
  if (submitter === undefined || submitter === identity.name) return { project, submitter: identity.name };
  if (roleCovers(identity.role, 'operator')) return { project, submitter };
  // The command line sends the name of the account on its machine with everything.
  if (named.submitter === undefined) return { project, submitter: identity.name };
  throw new RondelError(
    'FORBIDDEN',
    `You are "${identity.name}" here, and only operators submit for others. Leave \`submitter\` out.`,
  );
}

/** Whose an idempotency key is. */
export function keyOwner({ project, submitter = '' }: Ownership): string {
  return project === projectOf({}) ? submitter : `${project} ${submitter}`;
}

/** The project of what `keyOwner` has named. */
export function projectOfOwner(owner: string): string {
  const [project, submitter] = owner.split(' ');
  return submitter === undefined || project === undefined ? projectOf({}) : project;
}
