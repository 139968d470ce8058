import { CatalogSchema } from '@rondel/contracts';
import type { RoutePlugin } from '../http/route-plugin.js';

export const catalogRoutes: RoutePlugin = async (app, { services: { registry } }) => {
  app.get(
    '/catalog',
    {
      schema: {
        tags: ['catalog'],
        summary: 'Every node type and built-in plan',
        response: { 200: CatalogSchema },
      },
      // Property schemas are free-form JSON Schema, which a compiled serializer would cut down.
      serializerCompiler: () => (value) => JSON.stringify(value),
    },
    async () => registry.catalog,
  );
};
