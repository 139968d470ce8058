import type { WorkerRecord } from '@rondel/contracts';

/** What a worker that runs and has nothing special says of itself. */
export function workerRecord(id: string, overrides: Partial<WorkerRecord> = {}): WorkerRecord {
  const now = new Date().toISOString();
  return {
    id,
    state: 'running',
    pools: ['default'],
    labels: {},
    host: 'h',
    pid: 1,
    engine: 'wasm',
    device: 'cpu',
    concurrency: 1,
    threads: 1,
    memoryBytes: 1e9,
    packages: {},
    roots: [],
    running: [],
    startedAt: now,
    heartbeatAt: now,
    ...overrides,
  };
}
