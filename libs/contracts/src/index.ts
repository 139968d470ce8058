export * from './array.js';
export * from './catalog.js';
export * from './data-reference.js';
export * from './failure.js';
export * from './job.js';
export * from './worker.js';
