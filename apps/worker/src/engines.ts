/** Apart from the supervisor, which has no use for TensorFlow.js and need not wait for it. */
export { measureProjectors, openEngine, probeEngines, type EngineReport, type ProjectorRate } from '@rondel/compute';
