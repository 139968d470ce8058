export { buildApp } from './app.js';
export { installedManifests, startApi, version, type ApiOptions, type RunningApi } from './start.js';
export { type Services } from './services.js';
