export { openCollector, type Collector } from './store/collection/collector.js';
export { loadCertificate, type CertificateFiles } from './access/tls/certificate.js';
export { watchCertificate } from './access/tls/watched-certificate.js';
export { buildApp, type AppOptions } from './app.js';
export {
  type DocumentedApi,
  type DocumentedBody,
  type DocumentedOperation,
  type DocumentedSchema,
} from './docs/documented-api.js';
export { httpStatus } from './plugins/problems.js';
export { type ApiLimits } from './server/limits.js';
export { installedManifests } from './server/installed-manifests.js';
export { startApi, version, type ApiOptions, type RunningApi } from './start.js';
export { type Services } from './services.js';
export { finishErasures } from './jobs/erase-job.js';
export { noAuthentication, type Authentication } from './access/authentication.js';
export { tokenAuthentication } from './access/token-authentication.js';
