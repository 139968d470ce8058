import {
  PropertyPathSchema,
  SessionChangeSchema,
  SessionPropertySchema,
  SetPropertySchema,
  SessionIdSchema,
  ValueTransformSchema,
} from '@rondel/contracts';
import { Type } from 'typebox';
import { presentProperty } from '../sessions/property-view.js';
import { EditHeaders, expectedVersion, planBodyLimitBytes, presentChange, tagVersion } from './plan-session-calls.js';
import type { RoutePlugin } from './route-plugin.js';

const PropertyParams = Type.Object({ id: SessionIdSchema, path: PropertyPathSchema });

/** One property of a session at a time. */
export const planPropertyRoutes: RoutePlugin = async (app, { services: { plans } }) => {
  app.get(
    '/plans/:id/properties/:path',
    {
      schema: {
        tags: ['plans'],
        summary: 'The value of a property, or that it is missing',
        description: 'A `_remote` value is answered as the reference, also with a transform.',
        params: PropertyParams,
        querystring: Type.Object({ transform: Type.Optional(ValueTransformSchema) }),
        response: { 200: SessionPropertySchema },
      },
    },
    async ({ params, query }, reply) => {
      const { plan } = await plans.read(params.id);
      const value = plan.get(params.path);
      return tagVersion(reply, plan).send(
        presentProperty({ path: params.path, version: plan.version, value }, query.transform),
      );
    },
  );

  app.put(
    '/plans/:id/properties/:path',
    {
      bodyLimit: planBodyLimitBytes,
      schema: {
        tags: ['plans'],
        summary: 'Set a property',
        description: 'The value is checked and converted. What follows the property through links is set too.',
        params: PropertyParams,
        headers: EditHeaders,
        body: SetPropertySchema,
        response: { 200: SessionChangeSchema },
      },
    },
    async ({ params, body, headers }, reply) => {
      const edit = { kind: 'set', path: params.path, value: body.value } as const;
      const edited = await plans.edit(params.id, edit, expectedVersion(headers));
      return tagVersion(reply, edited).send(presentChange(edited));
    },
  );

  app.delete(
    '/plans/:id/properties/:path',
    {
      schema: {
        tags: ['plans'],
        summary: 'Make a property missing, or take an item out of a list',
        params: PropertyParams,
        headers: EditHeaders,
        response: { 200: SessionChangeSchema },
      },
    },
    async ({ params, headers }, reply) => {
      const edited = await plans.edit(params.id, { kind: 'remove', path: params.path }, expectedVersion(headers));
      return tagVersion(reply, edited).send(presentChange(edited));
    },
  );
};
