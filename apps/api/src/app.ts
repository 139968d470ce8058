import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify, LogController, type FastifyBaseLogger } from 'fastify';
import { openPictureThreads } from '@rondel/formats';
import { livePlan } from '@rondel/plan';
import type { Logger } from '@rondel/telemetry';
import { openCollector } from './store/collection/collector.js';
import { noAuthentication, type Authentication, type LoginWay } from './access/authentication.js';
import { openAccess, type AccessOptions } from './access/known-hosts.js';
import { openOwners } from './access/find-owners.js';
import { registerCookies } from './access/login-cookie.js';
import { loginRoutes } from './access/login-routes.js';
import { choosingProject } from './access/members/chosen-project.js';
import type { CodeFlow } from './access/oidc/code-flow.js';
import { oidcLoginRoutes } from './access/oidc/oidc-login-routes.js';
import type { IsTrusted } from './access/proxy/trusted-proxies.js';
import { tokenRoutes } from './access/token-routes.js';
import { registerAccess } from './access/register-access.js';
import type { Certificate } from './access/tls/certificate.js';
import { secureServerFactory } from './access/tls/secure-server.js';
import { registerTrail } from './access/trail/register-trail.js';
import { openFleetView } from './fleet/fleet-view.js';
import { registerAllowedMethods } from './plugins/allowed-methods.js';
import { registerCompression } from './plugins/compression.js';
import { registerCors } from './plugins/cors.js';
import { registerDashboard } from './plugins/dashboard.js';
import { registerHelp } from './plugins/help.js';
import { registerJsonBodies } from './plugins/json-bodies.js';
import { registerLeaving } from './plugins/leaving.js';
import { registerMetrics } from './plugins/metrics.js';
import { registerOpenApi } from './docs/openapi.js';
import { registerOwnHost } from './plugins/own-host.js';
import { ownAnswers, registerProblems } from './plugins/problems.js';
import { registerRequestBodies, type BodyLimits } from './plugins/request-bodies.js';
import { registerRightStore } from './plugins/right-store.js';
import { registerSecurityHeaders } from './plugins/security-headers.js';
import { registerHiddenPaths } from './plugins/hidden-paths.js';
import { registerUnchanged } from './plugins/unchanged.js';
import { registerValidation } from './plugins/validation.js';
import { apiLimits } from './server/limits.js';
import { openJobIds } from './jobs/job-ids.js';
import { openPreparedPlans } from './jobs/submission/prepared-plans.js';
import { algorithmReconstructRoutes } from './algorithms/algorithm-reconstruct-routes.js';
import { algorithmRoutes } from './algorithms/algorithms-routes.js';
import { catalogRoutes } from './plans/catalog-routes.js';
import { dataInfoRoutes } from './data/data-info-routes.js';
import { dataRoutes } from './data/data-routes.js';
import { fleetRoutes } from './fleet/fleet-routes.js';
import { healthRoutes } from './server/health-routes.js';
import { openRecentTouches } from './data/recent-touches.js';
import { jobEventRoutes } from './jobs/job-events-routes.js';
import { jobPlanRoutes } from './jobs/job-plan-routes.js';
import { jobPreviewRoutes } from './jobs/job-preview-routes.js';
import { jobResultRoutes } from './jobs/job-result-routes.js';
import { jobRoutes } from './jobs/jobs-routes.js';
import { jobSelectionRoutes } from './jobs/job-selection-routes.js';
import { planEditRoutes } from './plans/plan-edits-routes.js';
import { planEventRoutes } from './plans/plan-events-routes.js';
import { planPropertyRoutes } from './plans/plan-properties-routes.js';
import { planRoutes } from './plans/plans-routes.js';
import { quotaRoutes } from './quotas/quota-routes.js';
import { resultCacheRoutes } from './store/result-cache-routes.js';
import { storeRoutes } from './store/store-routes.js';
import { sweepRoutes } from './sweeps/sweeps-routes.js';
import { uploadRoutes } from './data/uploads-routes.js';
import type { RouteServices, Services } from './services.js';
import { openPlanSessions } from './plans/sessions/plan-sessions.js';

/**
 * Requests that are not uploads. Longer ones are cut off; shorter ones that are still too long are taken to their end, so
 * that whoever sends them hears why they are refused.
 */
const bodyLimitBytes = 16 * 2 ** 20;

/** The headers of a request have to be there after this time. */
const headersMs = 10_000;
const http = {
  headersTimeout: headersMs,
  connectionsCheckingInterval: headersMs / 2,
  // Node.js would refuse those without a host by itself, in words of its own and without our headers.
  requireHostHeader: false,
};

export interface AppOptions {
  readonly logger: Logger;
  readonly version: string;
  /** Submissions may be placed by what the fleet looked like so many milliseconds ago. @default 0 */
  readonly fleetAgeMs?: number;
  /** A look at the store for the data of a submission is good for so many milliseconds. @default 0 */
  readonly touchAgeMs?: number;
  /** Origins, such as `https://lab.example`, whose pages may ask the API. @default none */
  readonly allowOrigins?: readonly string[];
  /** Under which names it may be called. @default those of loopback */
  readonly access?: Omit<AccessOptions, 'allowedOrigins'>;
  /** What it is known by to those who speak TLS with it, and then nobody may speak without. @default none */
  readonly certificate?: Certificate;
  /** How bodies of requests may arrive. @default `bodyLimits` */
  readonly bodies?: BodyLimits;
  /** Finds out who asks. @default nobody is asked who they are */
  readonly authentication?: Authentication;
  /** How browsers may log in. @default not at all */
  readonly loginWays?: readonly LoginWay[];
  /** Logs browsers in at an identity provider. @default there is none */
  readonly oidc?: CodeFlow;
  /** Whether a connection comes from a reverse proxy that says truly from where and for which name it was asked. @default none does */
  readonly isTrusted?: IsTrusted;
  /** Milliseconds that what is under way when the API is closed has to end. @default 20000 */
  readonly graceMs?: number;
}

const defaultGraceMs = 20_000;

/** Builds the API without listening. Every route validates what it takes and says what it returns. */
export async function buildApp(parts: Services, options: AppOptions) {
  const logger: FastifyBaseLogger = options.logger;
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
    // What is asked while the process leaves is answered like anything else, `/readyz` with 503.
    return503OnClosing: false,
    http,
    ...(options.isTrusted && { trustProxy: options.isTrusted }),
    ...(options.certificate && { serverFactory: secureServerFactory(options.certificate, http) }),
    ...ownAnswers,
  }).withTypeProvider<TypeBoxTypeProvider>();
  // Node.js would refuse what it does not expect to be expected, as above; nobody has to keep to it (RFC 9110, 10.1.1).
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  registerJsonBodies(app);
  // Nothing here takes it, and any page may send it unasked.
  app.removeContentTypeParser('text/plain');
  const services = routeServices(parts, options);
  registerLeaving(app, parts.jobs.news, options.graceMs ?? defaultGraceMs);
  registerValidation(app);
  registerProblems(app);
  registerSecurityHeaders(app);
  registerTrail(app, parts.trail);
  registerOwnHost(app, openAccess({ ...options.access, allowedOrigins: options.allowOrigins }));
  await registerCors(app, options.allowOrigins ?? []);
  registerAllowedMethods(app);
  await registerCookies(app);
  registerAccess(app, services);
  registerRequestBodies(app, options.bodies);
  registerRightStore(app, parts);
  registerHiddenPaths(app, parts);
  registerUnchanged(app);
  await registerCompression(app);
  await registerOpenApi(app, options.version);
  registerMetrics(app, services);
  await app.register(healthRoutes, { services });
  await app.register(loginRoutes, { prefix: '/v1', services });
  await app.register(oidcLoginRoutes, { prefix: '/v1', services });
  await app.register(tokenRoutes, { prefix: '/v1', services });
  await app.register(quotaRoutes, { prefix: '/v1', services });
  await app.register(catalogRoutes, { prefix: '/v1', services });
  await app.register(dataRoutes, { prefix: '/v1', services });
  await app.register(dataInfoRoutes, { prefix: '/v1', services });
  await app.register(uploadRoutes, { prefix: '/v1', services });
  await app.register(storeRoutes, { prefix: '/v1', services });
  await app.register(jobRoutes, { prefix: '/v1', services });
  await app.register(jobSelectionRoutes, { prefix: '/v1', services });
  await app.register(jobEventRoutes, { prefix: '/v1', services });
  await app.register(jobPlanRoutes, { prefix: '/v1', services });
  await app.register(jobPreviewRoutes, { prefix: '/v1', services });
  await app.register(jobResultRoutes, { prefix: '/v1', services });
  await app.register(sweepRoutes, { prefix: '/v1', services });
  await app.register(algorithmRoutes, { prefix: '/v1', services });
  await app.register(algorithmReconstructRoutes, { prefix: '/v1', services });
  await app.register(planRoutes, { prefix: '/v1', services });
  await app.register(planPropertyRoutes, { prefix: '/v1', services });
  await app.register(planEditRoutes, { prefix: '/v1', services });
  await app.register(planEventRoutes, { prefix: '/v1', services });
  await app.register(resultCacheRoutes, { prefix: '/v1', services });
  await app.register(fleetRoutes, { prefix: '/v1', services });
  await registerDashboard(app);
  await registerHelp(app);
  return app;
}

function routeServices(services: Services, options: AppOptions): RouteServices {
  const { logger, fleetAgeMs = 0, touchAgeMs = 0 } = options;
  const { catalog, linkFunctions: functions } = services.registry;
  const plans = openPlanSessions(services.jobs.sessions, {
    openLive: ({ tree, released }, version) =>
      livePlan(tree, {
        catalog,
        functions,
        released,
        version,
        onObserverError: (error) => logger.error({ err: error }, 'an observer of a plan session failed'),
      }),
    onError: (error) => logger.warn({ err: error }, 'the log of a plan session was not shortened'),
  });
  const fleet = openFleetView(services.jobs, fleetAgeMs);
  const collector = openCollector(services, services.policy ?? {});
  const [touches, pictures] = [openRecentTouches(services.store, touchAgeMs), openPictureThreads()];
  return {
    ...services,
    limits: { ...apiLimits, ...services.limits, maxUploadBytes: services.maxUploadBytes },
    plans,
    fleet,
    prepared: openPreparedPlans(),
    newJobId: openJobIds(),
    authentication: choosingProject(options.authentication ?? noAuthentication),
    loginWays: options.loginWays ?? [],
    oidc: options.oidc,
    owners: openOwners(services),
    collector,
    touches,
    pictures,
  };
}
