export { openCollector, type Collector } from './collection/collector.js';
export { buildApp, type AppOptions } from './app.js';
export { type ApiLimits } from './limits.js';
export { installedManifests } from './installed-manifests.js';
export { startApi, version, type ApiOptions, type RunningApi } from './start.js';
export { type Services } from './services.js';
export { finishErasures } from './erase-job.js';
