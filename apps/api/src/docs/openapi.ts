import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { secureLoginCookie } from '../access/login-cookie.js';
import { withNamedSchemas } from './openapi-components.js';
import { registerDocsPage } from './docs-page.js';
import type { DocumentedApi } from './documented-api.js';
import { inOperation } from './openapi-operations.js';
import { withProblems } from './openapi-problems.js';

const tags = [
  { name: 'jobs', description: 'Submit reconstructions, watch them, fetch what they made.' },
  { name: 'sweeps', description: 'One plan with some properties varied: one job per combination.' },
  { name: 'algorithms', description: 'Keep an algorithm built on one worker and feed it input after input.' },
  { name: 'data', description: 'Upload and download raw data and images.' },
  { name: 'store', description: 'What lies in the store, and what goes when it is old.' },
  { name: 'plans', description: 'Live plans that several people can read, change and watch.' },
  { name: 'catalog', description: 'What plans can be made of here.' },
  { name: 'fleet', description: 'Who computes.' },
  { name: 'access', description: 'Who may do what.' },
  { name: 'health', description: 'For load balancers and monitors.' },
];

/** How whoever asks shows who they are; where a server asks nobody, none is needed. */
const securitySchemes = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of `rondel token create`, or of the identity provider that the server trusts.',
  },
  login: {
    type: 'apiKey',
    in: 'cookie',
    name: secureLoginCookie,
    description:
      'What `POST /v1/login` has set, over TLS under this name. Changes with it are taken from pages of the server alone.',
  },
} as const;

/** Serves the OpenAPI document that the routes' schemas make, and a page to browse it. */
export async function registerOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Rondel',
        version,
        description: 'Runs image-reconstruction plans on a fleet of workers. Errors are RFC 9457 problem documents.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      tags,
      components: { securitySchemes },
    },
    transform: ({ schema, url, route }) => ({
      schema: {
        ...inOperation(schema, [route.method].flat()[0] ?? '', url),
        security: route.config?.rule?.role === 'anyone' ? [] : [{ token: [] }, { login: [] }],
      },
      url,
    }),
    transformObject: (document) =>
      'openapiObject' in document ? withNamedSchemas(withProblems(document.openapiObject)) : document.swaggerObject,
  });
  // The types of @fastify/swagger leave everything optional; `transformObject` above fills it in.
  let made: DocumentedApi | undefined;
  const document = () => (made ??= app.swagger() as DocumentedApi);
  registerDocsPage(app, document);
  app.get('/openapi.json', { schema: { hide: true } }, ({ protocol, host }) => ({
    ...document(),
    servers: [{ url: `${protocol}://${host}` }],
  }));
}
