/** Apart from the supervisor, which has no use for TensorFlow.js and need not wait for it. */
export { probeEngines, type EngineReport } from '@rondel/compute';
