export { probeEngines, type EngineReport } from '@rondel/compute';
export { startWorker, type RunningWorker, type WorkerOptions } from './supervisor/worker.js';
