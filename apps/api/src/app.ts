import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import helmet from '@fastify/helmet';
import { fastify, LogController, type FastifyBaseLogger } from 'fastify';
import type { Logger } from '@rondel/telemetry';
import { registerDashboard } from './plugins/dashboard.js';
import { registerMetrics } from './plugins/metrics.js';
import { registerOpenApi } from './plugins/openapi.js';
import { registerProblems } from './plugins/problems.js';
import { registerValidation } from './plugins/validation.js';
import { catalogRoutes } from './routes/catalog.js';
import { dataRoutes } from './routes/data.js';
import { fleetRoutes } from './routes/fleet.js';
import { healthRoutes } from './routes/health.js';
import { jobEventRoutes } from './routes/job-events.js';
import { jobPlanRoutes } from './routes/job-plan.js';
import { jobPreviewRoutes } from './routes/job-preview.js';
import { jobResultRoutes } from './routes/job-result.js';
import { jobRoutes } from './routes/jobs.js';
import type { Services } from './services.js';

/** Requests that are not uploads: plans with their parameters. */
const bodyLimitBytes = 16 * 2 ** 20;

/** Builds the API without listening. Every route validates what it takes and says what it returns. */
export async function buildApp(services: Services, options: { logger: Logger; version: string }) {
  const logger: FastifyBaseLogger = options.logger;
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    routerOptions: { maxParamLength: 500 },
    forceCloseConnections: true,
  }).withTypeProvider<TypeBoxTypeProvider>();
  registerValidation(app);
  registerProblems(app);
  await app.register(helmet, { contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } } });
  await registerOpenApi(app, options.version);
  registerMetrics(app, services);
  await app.register(healthRoutes, { services });
  await app.register(catalogRoutes, { prefix: '/v1', services });
  await app.register(dataRoutes, { prefix: '/v1', services });
  await app.register(jobRoutes, { prefix: '/v1', services });
  await app.register(jobEventRoutes, { prefix: '/v1', services });
  await app.register(jobPlanRoutes, { prefix: '/v1', services });
  await app.register(jobPreviewRoutes, { prefix: '/v1', services });
  await app.register(jobResultRoutes, { prefix: '/v1', services });
  await app.register(fleetRoutes, { prefix: '/v1', services });
  await registerDashboard(app);
  return app;
}
