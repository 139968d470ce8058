export { buildIdentity, type BuildIdentity } from './build-identity.js';
export { createLogger, type Logger, type LogLevel } from './logger.js';
export { watchOpenFiles } from './open-files-watch.js';
export { openTroubleLog } from './trouble-log.js';
