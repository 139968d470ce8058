import {
  RondelError,
  type AlgorithmRecord,
  type AlgorithmSubmission,
  type Catalog,
  type DataInfo,
  type Demand,
  type EngineName,
  type Erasure,
  type ErasureOutlook,
  type ImagePart,
  type Job,
  type JobPage,
  type JobPlan,
  type JsonValue,
  type PoolRecord,
  type ProjectQuotas,
  type Provenance,
  type QuotaReport,
  type Quotas,
  type Residuals,
  type SessionPage,
  type StoreCheck,
  type StoreCleaning,
  type StoreReport,
  type Submission,
  type FleetRecord,
  type WorkerRecord,
  type EmptiedResults,
  type EmptyResults,
} from '@rondel/contracts';
import { accessCalls, type AccessCalls } from './access.js';
import { createAlgorithm, openAlgorithm, type RepeatableOptions, type WarmAlgorithm } from './algorithm.js';
import { call } from './call.js';
import { attempt, openConnection, type ClientOptions, type Connection } from './connection.js';
import { jobEvents, type EventOptions, type ReceivedEvent } from './job-events.js';
import { waitForJob } from './wait-for-job.js';
import { filterOf, selectionCalls, type JobFilterQuery, type SelectionCalls } from './job-selection.js';
import { sweepCalls, type SweepCalls } from './sweep.js';
import { resumableBytes, resumableUpload, sourceOf } from './upload.js';
import type { CallOptions, SubmitOptions, Download, StoredData, PutOptions, UploadSource } from './call-options.js';
import type { UploadOptions } from './call-options.js';

export interface JobQuery extends JobFilterQuery, CallOptions {
  /**
   * Jobs of one page, 1 to 500. A page may hold fewer although more follow: where there is a cursor, there may be more.
   * @default 50
   */
  readonly limit?: number | undefined;
  /** `cursor` of the page before. @default the first page */
  readonly cursor?: string | undefined;
}

export interface SessionQuery extends CallOptions {
  /** Sessions of one page, 1 to 100. @default 20 */
  readonly limit?: number | undefined;
  /** `cursor` of the page before. @default the first page */
  readonly cursor?: string | undefined;
}

export interface ResultQuery extends CallOptions {
  readonly format: 'npy' | 'h5' | 'nii.gz' | 'tif' | 'dcm' | 'png';
  /** Of a complex image one real number for each complex one. @default all of it; the magnitude in `tif`, `dcm` and `png` */
  readonly part?: ImagePart | undefined;
  /** PNG only: colour counted from 0, less than there are. @default 0 */
  readonly colour?: number | undefined;
  /** PNG only: slice counted from 0, less than there are. @default the middle one */
  readonly slice?: number | undefined;
  /** PNG only: frame counted from 0, less than there are. @default 0 */
  readonly frame?: number | undefined;
  /** PNG: bits of a grey value, 16 unless told. TIFF: grey levels of so many bits on one scale. @default the values as they are */
  readonly bits?: 8 | 16 | undefined;
  /**
   * PNG: values that become black and white, the first below the second; smallest and largest of the slice unless told. TIFF and
   * DICOM: those of the first and the last grey level; smallest and largest of the image unless told.
   */
  readonly window?: readonly [low: number, high: number] | undefined;
  /** `npy` only: first and last byte, both included. The answer holds these bytes alone. @default all */
  readonly range?: readonly [first: number, last: number] | undefined;
}

/** What a worker would have that whoever asks can start: work for it counts although none was ever there. */
export interface StartableWorker {
  /** `name=value` each. */
  readonly label?: string[];
  readonly dataRoot?: string[];
  /** Reconstruction packages beside those of Rondel. */
  readonly package?: string[];
  readonly engine?: EngineName;
}

/** Answer of `/readyz`: `status` is `ready` when jobs can be taken. */
export interface Health {
  readonly status: string;
  readonly checks: Readonly<Record<string, JsonValue>>;
  /** Clock of the server, from its `Date` header, to the second. */
  readonly serverTime: Date | undefined;
}

/**
 * The REST interface of a Rondel server, typed.
 *
 * Every call throws `RondelError` with the code, path and problems of the server's problem document, and
 * `SERVICE_UNAVAILABLE` when no server answers.
 */
export interface Client extends AccessCalls, SweepCalls, SelectionCalls {
  readonly url: string;
  submit(submission: Submission, options?: SubmitOptions): Promise<Job>;
  job(id: string, options?: CallOptions): Promise<Job>;
  /** Resolves when the job has ended, whichever way. */
  waitForJob(id: string, options?: CallOptions): Promise<Job>;
  jobs(query?: JobQuery): Promise<JobPage>;
  events(id: string, options?: EventOptions): AsyncGenerator<ReceivedEvent>;
  result(id: string, query: ResultQuery): Promise<Download>;
  /** The exact plan of a job in any state. */
  jobPlan(id: string, options?: CallOptions): Promise<JobPlan>;
  /** What to submit to have the job once more. */
  jobSubmission(id: string, options?: CallOptions): Promise<Submission>;
  /** How the residual of an iterative job fell. */
  residuals(id: string, options?: CallOptions): Promise<Residuals>;
  provenance(id: string, options?: CallOptions): Promise<Provenance>;
  cancel(id: string, options?: CallOptions): Promise<Job>;
  /**
   * Removes a job for good, with its record, its traces, and those of its images and uploads that nothing else names; one that
   * runs is cancelled first. Harmless when done twice. Throws `NOT_FOUND`.
   */
  erase(id: string, options?: CallOptions): Promise<Erasure>;
  /** What `erase` would take along now and what would stay; changes nothing. Throws `NOT_FOUND`. */
  erasureOutlook(id: string, options?: CallOptions): Promise<ErasureOutlook>;
  /** Stops one sub-job, `<stage>.<block>`. The job ends as cancelled; with `again` the sub-job alone starts once more. */
  cancelSubjob(id: string, subjob: string, options?: CallOptions & { readonly again?: boolean }): Promise<Job>;
  /**
   * Runs a job again. One that has failed or was cancelled goes on under its id; a completed one stays as it is, and the answer
   * is a new job that names it as `rerunOf`. Throws `DATA_NOT_FOUND` when its data was removed.
   */
  retry(id: string, options?: CallOptions): Promise<Job>;
  /** Plan sessions, newest first; `plan` of what `connect` returns opens one. */
  sessions(query?: SessionQuery): Promise<SessionPage>;
  /** Forgets what jobs have left of the steps of a plan in a `ProcessResultCache`, of all or of those in the node at `path`. */
  emptyResults(request: EmptyResults, options?: CallOptions): Promise<EmptiedResults>;
  /** Keeps an algorithm built on one worker, for input after input. */
  algorithm(submission: AlgorithmSubmission, options?: RepeatableOptions): Promise<WarmAlgorithm>;
  /** All open algorithms, oldest first. */
  algorithms(options?: CallOptions): Promise<readonly AlgorithmRecord[]>;
  /** An algorithm that was opened before. Sends nothing yet. */
  openAlgorithm(id: string): WarmAlgorithm;
  /**
   * Sends data of which all can be sent in one request. A `Blob` or array of more than a few MiB goes as `upload` does.
   */
  putData(body: Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>, options?: PutOptions): Promise<StoredData>;
  /**
   * Sends data in as many requests as it takes: after a broken connection, or a restart of the server, it goes on with the
   * first byte that has not arrived. Throws `SERVICE_UNAVAILABLE` when patience ends.
   */
  upload(source: UploadSource, options?: UploadOptions): Promise<StoredData>;
  /** Size of the artifact in bytes, or nothing when the store has none of this hash. */
  hasData(sha256: string, options?: CallOptions): Promise<number | undefined>;
  /** What a raw data file holds; `dataset` names one inside an HDF5 file. Throws `DATA_FORMAT` for what is no data. */
  dataInfo(sha256: string, options?: CallOptions & { readonly dataset?: string | undefined }): Promise<DataInfo>;
  /**
   * The same of a file in a data root, `root://NAME/path`, which a worker looks at. Throws `WORKER_UNAVAILABLE` while none has
   * the root.
   */
  rootDataInfo(reference: string, options?: CallOptions): Promise<DataInfo>;
  data(sha256: string, options?: CallOptions): Promise<Download>;
  /** What lies in the artifact store, as it was measured last, at most an hour ago; measured now when `fresh`. */
  store(options?: CallOptions & { readonly fresh?: boolean }): Promise<StoreReport>;
  /** Removes from the store what is older than it is kept. Throws `CONFLICT` while that happens already. */
  cleanStore(options?: CallOptions & { readonly dryRun?: boolean }): Promise<StoreCleaning>;
  /**
   * Compares a part of what lies in the store with its hashes; go on with `next` as `after`. With `repair` damaged artifacts
   * are moved away, so that their bytes can be stored anew, and other damaged files deleted.
   */
  checkStore(options?: CallOptions & { readonly after?: string; readonly repair?: boolean }): Promise<StoreCheck>;
  catalog(options?: CallOptions): Promise<Catalog>;
  workers(options?: CallOptions): Promise<readonly WorkerRecord[]>;
  /** Workers and APIs, and whether they run the same build. */
  fleet(options?: CallOptions): Promise<FleetRecord>;
  pools(options?: CallOptions): Promise<readonly PoolRecord[]>;
  /** Throws `CONFLICT` for a pool that has workers or work. */
  forgetPool(pool: string, options?: CallOptions): Promise<void>;
  /** What a pool has to do; all zero for a pool that nobody knows. */
  demand(pool: string, options?: CallOptions & StartableWorker): Promise<Demand>;
  /** Workers of the pool finish what they run and start nothing new. */
  pausePool(pool: string, options?: CallOptions): Promise<Demand>;
  resumePool(pool: string, options?: CallOptions): Promise<Demand>;
  /** What the project and whoever asks may have at most, and how much they have. Another project is for an admin. */
  quota(options?: CallOptions & { readonly project?: string; readonly submitter?: string }): Promise<QuotaReport>;
  /** Those that were set of a project, and those that hold for what was not. For an admin, as the next. */
  quotasOf(project: string, options?: CallOptions): Promise<ProjectQuotas>;
  /** In place of all that was set of the project before. */
  setQuotas(project: string, quotas: Quotas, options?: CallOptions): Promise<ProjectQuotas>;
  /** Asks a worker to finish what it runs and leave; resolves before it has left. */
  drainWorker(id: string, options?: CallOptions): Promise<WorkerRecord>;
  /** Also answers when the server runs but can't take jobs; see `status` and `checks`. */
  health(options?: CallOptions): Promise<Health>;
}

/** Throws `INVALID_REQUEST` when `url` is not an http(s) URL. Opens no connection. */
export function createClient(options: ClientOptions): Client {
  return clientOn(openConnection(options));
}

/** The calls over a connection. */
export function clientOn(connection: Connection): Client {
  return {
    url: connection.url,
    ...jobCalls(connection),
    ...selectionCalls(connection),
    ...accessCalls(connection),
    ...sweepCalls(connection, download),
    ...dataCalls(connection),
    ...storeCalls(connection),
    ...fleetCalls(connection),
    sessions: ({ signal, ...query } = {}) => call(connection, 'get /v1/plans', { query, signal }),
    emptyResults: (body, { signal } = {}) => call(connection, 'post /v1/results/empty', { body, signal }),
    algorithm: (submission, options) => createAlgorithm(connection, submission, options),
    algorithms: async ({ signal } = {}) => (await call(connection, 'get /v1/algorithms', { signal })).algorithms,
    openAlgorithm: (id) => openAlgorithm(connection, id),
  };
}

export function jobCalls(
  connection: Connection,
): Pick<
  Client,
  | 'submit'
  | 'job'
  | 'waitForJob'
  | 'jobs'
  | 'events'
  | 'result'
  | 'jobPlan'
  | 'jobSubmission'
  | 'residuals'
  | 'provenance'
  | 'cancel'
  | 'erase'
  | 'erasureOutlook'
  | 'cancelSubjob'
  | 'retry'
> {
  const one = (id: string, { signal }: CallOptions = {}) => ({ path: { id }, signal });
  return {
    submit: (body, { idempotencyKey, waitSeconds: wait, signal } = {}) =>
      call(connection, 'post /v1/jobs', {
        query: { wait },
        headers: { 'idempotency-key': idempotencyKey },
        body,
        signal,
      }),
    job: (id, options) => call(connection, 'get /v1/jobs/{id}', one(id, options)),
    waitForJob: (id, options) => waitForJob(connection, id, options),
    jobs: ({ signal, limit, cursor, ...filter } = {}) =>
      call(connection, 'get /v1/jobs', { query: { ...filterOf(filter), limit, cursor }, signal }),
    events: (id, options) => jobEvents(connection, id, options),
    result: async (id, { signal, window, range, ...query }) =>
      download(
        await connection.send(`/v1/jobs/${encodeURIComponent(id)}/result`, {
          query: { ...query, window: window?.join(',') },
          headers: range === undefined ? {} : { range: `bytes=${range.join('-')}` },
          signal,
        }),
      ),
    jobPlan: (id, options) => call(connection, 'get /v1/jobs/{id}/plan', one(id, options)),
    jobSubmission: (id, options) => call(connection, 'get /v1/jobs/{id}/submission', one(id, options)),
    residuals: (id, options) => call(connection, 'get /v1/jobs/{id}/residuals', one(id, options)),
    provenance: (id, options) => call(connection, 'get /v1/jobs/{id}/provenance', one(id, options)),
    async cancel(id, options) {
      const answer = await call(connection, 'delete /v1/jobs/{id}', one(id, options));
      if (!('erasedAt' in answer)) return answer;
      throw new RondelError('INTERNAL', `The server has erased job ${id}, which it was asked to cancel.`);
    },
    async erase(id, options) {
      const answer = await call(connection, 'delete /v1/jobs/{id}', { ...one(id, options), query: { erase: true } });
      if ('erasedAt' in answer) return answer;
      throw new RondelError(
        'INTERNAL',
        `This server only cancels: job ${id} is ${answer.state}, and all of it is there.`,
      );
    },
    erasureOutlook: (id, options) => call(connection, 'get /v1/jobs/{id}/erasure', one(id, options)),
    cancelSubjob: (id, subjob, { again, signal } = {}) =>
      call(connection, 'delete /v1/jobs/{id}/subjobs/{subjob}', { path: { id, subjob }, query: { again }, signal }),
    retry: (id, options) => call(connection, 'post /v1/jobs/{id}/retry', one(id, options)),
  };
}

export function dataCalls(
  connection: Connection,
): Pick<Client, 'putData' | 'upload' | 'hasData' | 'dataInfo' | 'rootDataInfo' | 'data'> {
  return {
    putData: async (body, options = {}) => {
      const source = sourceOf(body);
      if (source !== undefined && source.bytes >= resumableBytes) return resumableUpload(connection, source, options);
      const { sha256, signal } = options;
      return (await connection.json('/v1/data', {
        method: 'PUT',
        headers: {
          'content-type': 'application/octet-stream',
          ...(sha256 !== undefined && { 'rondel-sha256': sha256 }),
        },
        body,
        signal,
      })) as StoredData;
    },
    upload: (source, options) => resumableUpload(connection, source, options),
    hasData: async (sha256, { signal } = {}) => {
      const answer = await connection.send(dataPath(sha256), { method: 'HEAD', accept: [404], signal });
      return answer.status === 404 ? undefined : (contentLength(answer) ?? 0);
    },
    dataInfo: (sha256, { signal, ...query } = {}) =>
      call(connection, 'get /v1/data/{sha256}/info', { path: { sha256 }, query, signal }),
    rootDataInfo: (reference, { signal } = {}) =>
      call(connection, 'get /v1/data/info', { query: { reference }, signal }),
    data: async (sha256, options) => download(await connection.send(dataPath(sha256), options)),
  };
}

function storeCalls(connection: Connection): Pick<Client, 'store' | 'cleanStore' | 'checkStore'> {
  return {
    store: ({ signal, ...query } = {}) => call(connection, 'get /v1/store', { query, signal }),
    cleanStore: ({ signal, ...query } = {}) => call(connection, 'post /v1/store/clean', { query, signal }),
    checkStore: ({ signal, ...query } = {}) => call(connection, 'post /v1/store/check', { query, signal }),
  };
}

function fleetCalls(
  connection: Connection,
): Pick<
  Client,
  | 'catalog'
  | 'workers'
  | 'fleet'
  | 'pools'
  | 'forgetPool'
  | 'demand'
  | 'pausePool'
  | 'resumePool'
  | 'drainWorker'
  | 'quota'
  | 'quotasOf'
  | 'setQuotas'
  | 'health'
> {
  const of = (pool: string, { signal }: CallOptions = {}) => ({ path: { pool }, signal });
  return {
    catalog: async (options = {}) => (await call(connection, 'get /v1/catalog', options)) as Catalog,
    workers: async (options = {}) => (await call(connection, 'get /v1/workers', options)).workers,
    fleet: (options = {}) => call(connection, 'get /v1/workers', options),
    pools: async (options = {}) => (await call(connection, 'get /v1/pools', options)).pools,
    quota: ({ signal, ...query } = {}) => call(connection, 'get /v1/quota', { query, signal }),
    quotasOf: (project, { signal } = {}) => call(connection, 'get /v1/quotas/{project}', { path: { project }, signal }),
    setQuotas: (project, quotas, { signal } = {}) =>
      call(connection, 'put /v1/quotas/{project}', { path: { project }, body: quotas, signal }),
    demand: (pool, { signal, ...query } = {}) =>
      call(connection, 'get /v1/pools/{pool}/demand', { path: { pool }, query, signal }),
    forgetPool: async (pool, options) => {
      await call(connection, 'delete /v1/pools/{pool}', of(pool, options));
    },
    pausePool: (pool, options) => call(connection, 'post /v1/pools/{pool}/pause', of(pool, options)),
    resumePool: (pool, options) => call(connection, 'post /v1/pools/{pool}/resume', of(pool, options)),
    drainWorker: (id, { signal } = {}) => call(connection, 'post /v1/workers/{id}/drain', { path: { id }, signal }),
    health: (options) => health(connection, options),
  };
}

async function health(connection: Connection, { signal }: CallOptions = {}): Promise<Health> {
  const response = await connection.send('/readyz', { accept: [503], signal });
  const answer = (await attempt(() => response.json(), connection.url, signal)) as Partial<Health>;
  const date = response.headers.get('date');
  return {
    status: answer.status ?? (response.ok ? 'ready' : 'not ready'),
    checks: answer.checks ?? {},
    serverTime: date === null ? undefined : new Date(date),
  };
}

function download(response: Response): Download {
  return {
    body: response.body ?? new Blob([]).stream(),
    bytes: contentLength(response),
    mediaType: response.headers.get('content-type') ?? 'application/octet-stream',
  };
}

/** Of the encoded bytes: useless, so ignored, when a proxy compressed the answer. */
function contentLength(response: Response): number | undefined {
  const length = response.headers.get('content-length');
  return length === null || response.headers.has('content-encoding') ? undefined : Number(length);
}

function dataPath(sha256: string): string {
  return `/v1/data/${encodeURIComponent(sha256)}`;
}
