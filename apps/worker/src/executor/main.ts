import { toFailure, type Failure } from '@rondel/contracts';
import { openEngine } from '@rondel/compute';
import { createExecutableRegistry, loadPackages } from '@rondel/reco';
import { openArtifactStore, openCheckpointArea, openResultArea } from '@rondel/store';
import { installedPackages } from './packages.js';
import type { EngineFacts, ExecutorSettings, FromExecutor, RunRequest, ToExecutor } from './messages.js';
import { openKeptResults } from './kept-results.js';
import { openAsks } from './result-asks.js';
import { createJobRunner, type JobRunner } from './run-job.js';

/**
 * The compute side of a worker: one process per device slot. It owns the engine and may be killed at any time; no
 * signal has a handler here, so SIGTERM ends it even while a kernel runs.
 */
function tell(message: FromExecutor): void {
  process.send?.(message);
}

/** A process whose device is gone can compute nothing more: a fresh one takes its place, and the job is tried again. */
function leave(failure: Failure): void {
  if (!process.connected) return;
  tell({ kind: 'failed', failure });
  process.disconnect();
}

async function start(settings: ExecutorSettings): Promise<JobRunner> {
  const engine = await openEngine(settings.engine, settings.threads === undefined ? {} : { threads: settings.threads });
  void engine.lost?.then(({ failure }) => leave(failure));
  const added = await loadPackages(settings.packages, process.cwd());
  const registry = createExecutableRegistry([...installedPackages, ...added]);
  const facts: EngineFacts = {
    name: engine.name,
    version: engine.version,
    device: engine.device,
    memoryBytes: engine.memoryBytes,
    threads: engine.threads,
  };
  const store = openArtifactStore(settings.storeDirectory);
  tell({ kind: 'ready', engine: facts, packages: registry.versions });
  const results = openKeptResults(openResultArea(settings.storeDirectory), asks.ask);
  const { roots, storeDirectory, checkpointSeconds: everySeconds } = settings;
  const checkpoints = { area: openCheckpointArea(storeDirectory), everySeconds };
  return createJobRunner({ registry, store, roots, engine: facts, results, checkpoints });
}

async function run(runner: Promise<JobRunner>, request: RunRequest): Promise<void> {
  const outcome = await (
    await runner
  )(request, {
    onProgress: (progress) => tell({ kind: 'progress', progress }),
    onPreview: (preview) => tell({ kind: 'preview', preview }),
    onStep: (step) => tell({ kind: 'step', step }),
    onLog: (level, message) => tell({ kind: 'log', level, message }),
  });
  tell({ kind: 'done', outcome });
}

const asks = openAsks((id, ask) => tell({ kind: 'ask', id, ask }));
let runner: Promise<JobRunner> | undefined;

process.on('message', (message: ToExecutor) => {
  if (message.kind === 'start') {
    runner = start(message.settings);
    runner.catch((error: unknown) => {
      tell({ kind: 'unusable', failure: toFailure(error, 'ENGINE_UNAVAILABLE') });
      process.disconnect();
    });
    return;
  }
  if (message.kind === 'answer') {
    asks.settle(message.id, message.answer);
    return;
  }
  if (runner === undefined) throw new Error('A run was requested before the executor was started.');
  run(runner, message.request).catch((error: unknown) => {
    const failure = toFailure(error, 'STEP_FAILED');
    if (failure.code === 'WORKER_LOST') leave(failure);
    else tell({ kind: 'failed', failure });
  });
});

// Nobody is left to report to.
process.on('disconnect', () => process.exit(1));
