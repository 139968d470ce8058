export { startWorker, type RunningWorker, type WorkerOptions } from './supervisor/worker.js';
