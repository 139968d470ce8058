import { isRondelError, projectOf, toFailure, type Failure, type Progress } from '@rondel/contracts';
import { openEngine } from '@rondel/compute';
import { createExecutableRegistry, loadPackages, makerOf, openHeldThings, outOfMemoryIn } from '@rondel/reco';
import {
  grantedTo,
  openArtifactStore,
  openCheckpointArea,
  openEndedJobs,
  openPartArea,
  openResultArea,
  type Grants,
} from '@rondel/store';
import { beKilledFirst } from './memory/killed-first.js';
import { openBoundedLog, shortened } from './messages/bounded-log.js';
import { givingMemoryBack } from './memory/given-back.js';
import { installedPackages } from './packages.js';
import {
  messageVersion,
  type BuildRequest,
  type EngineFacts,
  type ExecutorSettings,
  type RunRequest,
  type ToExecutor,
} from './messages/messages.js';
import { otherVersion } from './messages/other-version.js';
import { openKeptResults } from './run/kept-results.js';
import { memoryOfThisProcess, openRoom, roomOf } from './memory/memory-room.js';
import { openBatchedMessages } from './messages/batched-messages.js';
import { openSupervisorRequests } from './messages/supervisor-requests.js';
import { killGroup } from '../process-group.js';
import { createJobRunner, type JobRunner } from './run/run-job.js';
import { blocking } from './files/small-files.js';
import { warmAlgorithms, type WarmAlgorithms } from './run/warm-algorithms.js';

/**
 * The compute side of a worker: one process per device slot. It owns the engine and may be killed at any time, by its
 * supervisor alone: what asks all processes of a worker to end, as Slurm and systemd may, is for the supervisor to obey.
 */
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);

const tell = openBatchedMessages({ send: (messages) => process.send?.(messages) });
let leaving = false;
beKilledFirst((problem) => console.error(problem));

/** A process whose device is gone can compute nothing more: a fresh one takes its place, and the job is tried again. */
function leave(failure: Failure): void {
  if (!process.connected) return;
  tell({ kind: 'failed', failure });
  leaveAlone();
}

/** The supervisor lives, and ends what steps have started here. */
function leaveAlone(): void {
  leaving = true;
  process.disconnect();
}

/** Small jobs leave the same picture, if not the same image, again and again. */
const comparedForMs = 60_000;

/** Of the memory that one job may take, what things may take that steps hold for later jobs. */
const heldShare = 0.25;

interface Started {
  readonly run: JobRunner;
  readonly giveMemoryBack: (ranMs: number) => void;
  readonly algorithms: WarmAlgorithms;
  readonly grants: Grants;
}

async function start(settings: ExecutorSettings): Promise<Started> {
  const engine = await openEngine(settings.engine, settings.threads === undefined ? {} : { threads: settings.threads });
  void engine.lost?.then(({ failure }) => leave(failure));
  const added = await loadPackages(settings.packages, process.cwd());
  const registry = createExecutableRegistry([...installedPackages, ...added]);
  const memory = memoryOfThisProcess();
  const room = roomOf(engine, settings, memory);
  const facts: EngineFacts = {
    name: engine.name,
    version: engine.version,
    device: engine.device,
    memoryBytes: room.memoryBytes,
    hostBytes: room.hostBytes ?? room.memoryBytes,
    ownMemory: room.hostBytes !== undefined,
    threads: engine.threads,
  };
  const store = openArtifactStore(settings.storeDirectory, { ...blocking, comparedForMs });
  tell({ kind: 'ready', v: messageVersion, engine: facts, packages: registry.versions });
  const results = openKeptResults(openResultArea(settings.storeDirectory, blocking), requests.ask);
  const { roots, grants = {}, storeDirectory, checkpointSeconds: everySeconds } = settings;
  const checkpoints = { area: openCheckpointArea(storeDirectory), everySeconds };
  const algorithms = warmAlgorithms(registry, { roots, store });
  const things = openHeldThings({
    mostBytes: () => heldShare * facts.hostBytes,
    makerOf: (type) => makerOf(type, registry),
  });
  return {
    algorithms,
    grants,
    giveMemoryBack: givingMemoryBack(memory.ownBytes, facts),
    run: createJobRunner({
      registry,
      store,
      parts: openPartArea(storeDirectory),
      roots,
      grants,
      ended: openEndedJobs(storeDirectory),
      engine: facts,
      room: openRoom(room, memory),
      askDivision: requests.askDivision,
      algorithms,
      results,
      checkpoints,
      things,
    }),
  };
}

/** Leaves the steps of every part built for the inputs to come. */
async function build(started: Promise<Started>, { plan, stages, ...asked }: BuildRequest): Promise<void> {
  const { algorithms, grants } = await started;
  const mayRead = grantedTo(projectOf(asked), grants);
  for (const steps of stages) await algorithms({ plan, steps, mayRead });
  tell({ kind: 'built' });
}

async function run(started: Promise<Started>, request: RunRequest): Promise<void> {
  const { run: runJob, giveMemoryBack: giveBack } = await started;
  const begunAt = performance.now();
  const log = openBoundedLog((level, message) => tell({ kind: 'log', level, message }));
  const outcome = await runJob(request, {
    onProgress: (progress) => tell({ kind: 'progress', progress: bounded(progress) }),
    onPreview: (preview) => tell({ kind: 'preview', preview }),
    onStep: (step) => tell({ kind: 'step', step }),
    onWarning: (warning) => tell({ kind: 'warning', warning }),
    onLog: log.say,
  }).finally(() => {
    log.end();
    giveBack(performance.now() - begunAt);
  });
  tell({ kind: 'done', outcome });
}

function bounded(progress: Progress): Progress {
  return progress.message === undefined ? progress : { ...progress, message: shortened(progress.message) };
}

const requests = openSupervisorRequests((id, ask) => tell({ kind: 'ask', id, ask }));
let started: Promise<Started> | undefined;

process.on('message', (message: ToExecutor) => {
  if (message.kind === 'start') {
    const { v = 1 } = message;
    const isKnown = v <= messageVersion;
    started = isKnown ? start(message.settings) : Promise.reject(otherVersion(v, messageVersion));
    started.catch((error: unknown) => {
      const failure = toFailure(error, 'ENGINE_UNAVAILABLE');
      tell({ kind: 'unusable', failure, ...(!isKnown && { v }) });
      leaveAlone();
    });
    return;
  }
  if (message.kind === 'answer') {
    requests.settle(message.id, message.answer);
    return;
  }
  if (started === undefined) throw new Error('A run was requested before the executor was started.');
  const work = message.kind === 'build' ? build(started, message.request) : run(started, message.request);
  work.catch((error: unknown) => {
    const failure = toFailure(isRondelError(error) ? error : (outOfMemoryIn(error) ?? error), 'STEP_FAILED');
    if (failure.code === 'WORKER_LOST') leave(failure);
    else tell({ kind: 'failed', failure });
  });
});

// Nobody is left to report to, nor to end what steps have started.
process.on('disconnect', () => {
  if (!leaving) killGroup(process.pid);
  process.exit(1);
});
