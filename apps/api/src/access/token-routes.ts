import {
  CreatedTokenSchema,
  IdentitySchema,
  JobIdSchema,
  NewTokenSchema,
  RondelError,
  TokenRecordSchema,
} from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import type { RoutePlugin } from '../http/route-plugin.js';
import { identityOf } from './register-access.js';

const tags = ['access'];

/** Who asks, and the tokens by which they may show it. */
export const tokenRoutes: RoutePlugin = async (app, { services: { jobs } }) => {
  app.get(
    '/identity',
    {
      schema: {
        tags,
        summary: 'Who asks, for which project, and what they may do',
        response: { 200: IdentitySchema },
      },
    },
    (request) => identityOf(request),
  );

  app.get(
    '/tokens',
    {
      schema: {
        tags,
        summary: 'All tokens, oldest first, without their secrets',
        description: 'Expired ones are listed for a month.',
        response: { 200: Type.Object({ tokens: Type.Array(TokenRecordSchema) }) },
      },
    },
    async () => ({ tokens: await jobs.tokens.list() }),
  );

  app.post(
    '/tokens',
    {
      schema: {
        tags,
        summary: 'Make a token',
        description: 'The answer has its secret, which is kept nowhere else: what is lost is revoked and made anew.',
        body: NewTokenSchema,
        response: { 201: CreatedTokenSchema },
      },
    },
    async (request, reply) => {
      const { body } = request;
      if (body.expiresAt !== undefined && Date.parse(body.expiresAt) <= jobs.clock()) {
        throw new RondelError('INVALID_REQUEST', `expiresAt: ${body.expiresAt} is over already.`);
      }
      const { name: createdBy } = identityOf(request);
      const created = await jobs.tokens.create({ ...body, createdBy });
      request.about = [created.id];
      return reply.code(201).header('cache-control', 'no-store').send(created);
    },
  );

  app.delete(
    '/tokens/:id',
    {
      schema: {
        tags,
        summary: 'Revoke a token',
        description: 'Within a second it opens nothing any more, at whichever API.',
        params: Type.Object({ id: { ...JobIdSchema, description: 'ULID of a token.' } }),
        response: { 200: TokenRecordSchema },
      },
    },
    ({ params: { id } }) => jobs.tokens.revoke(id),
  );
};
