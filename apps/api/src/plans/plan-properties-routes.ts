import {
  PropertyPathSchema,
  SessionChangeSchema,
  SessionPropertySchema,
  SetPropertySchema,
  SessionIdSchema,
  ValueTransformSchema,
} from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { identityOf } from '../access/register-access.js';
import { resolveProperty } from './resolved-property.js';
import { presentProperty } from './sessions/property-view.js';
import { EditHeaders, expectedVersion, presentChange, tagVersion } from './plan-session-calls.js';
import type { RoutePlugin } from '../http/route-plugin.js';

const PropertyParams = Type.Object({ id: SessionIdSchema, path: PropertyPathSchema });

/** One property of a session at a time. */
export const planPropertyRoutes: RoutePlugin = async (app, { services }) => {
  const { plans } = services;
  app.get(
    '/plans/:id/properties/:path',
    {
      schema: {
        tags: ['plans'],
        summary: 'The value of a property, or that it is missing',
        description:
          'A `_remote` value is answered as the reference, also with a transform, unless `resolve` is true: then a worker with its data root reads what it stands for. You get up to 10,000 numbers and 64 KiB; beyond that, only what a transform makes of it.',
        params: PropertyParams,
        querystring: Type.Object({
          transform: Type.Optional(ValueTransformSchema),
          resolve: Type.Optional(
            Type.Boolean({ default: false, description: 'Answer what a `_remote` value stands for.' }),
          ),
        }),
        response: { 200: SessionPropertySchema },
      },
    },
    async (request, reply) => {
      const {
        params: { id, path },
        query: { transform, resolve },
        raw,
      } = request;
      const { plan } = await plans.read(id);
      // Others may change the plan while a worker reads.
      const { tree, version } = plan;
      const shown = presentProperty({ path, version, value: plan.get(path) }, transform);
      if (resolve === true && shown.remote === true) {
        const resolved = await resolveProperty(
          { path, tree, transform },
          {
            services,
            raw,
            project: identityOf(request).project,
          },
        );
        return tagVersion(reply, { version }).send({ path, version, ...resolved });
      }
      return tagVersion(reply, { version }).send(shown);
    },
  );

  app.put(
    '/plans/:id/properties/:path',
    {
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
        summary: 'Unset a property, or take an item out of a list',
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
