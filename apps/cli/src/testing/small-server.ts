import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Catalog, DataInfo, FailureCode, Job, JobState } from '@rondel/contracts';

/** A server with the few calls that `submit`, `watch` and `data put` make and one built-in plan, whose jobs end as it is told. */
export interface SmallServer {
  readonly url: string;
  /** `METHOD path` of every request. */
  readonly calls: string[];
  /** Bytes of uploaded data, by their hash. */
  readonly stored: Map<string, number>;
  /** Bodies of submissions. */
  readonly submissions: unknown[];
  /** How the job ends; `active` until then. */
  ending: Pick<Job, 'state' | 'error' | 'warnings' | 'waiting'> & Partial<Pick<Job, 'result'>>;
  /** It has no such slice of any result. */
  sliceless: boolean;
  /** What it says of files in data roots. */
  look: Pick<DataInfo, 'shape' | 'axes'>;
  /** It forgets each job that it has accepted. */
  forgetful: boolean;
  close(): Promise<void>;
}

const catalog: Catalog = {
  packages: [],
  nodes: [],
  plans: [{ name: 'lab/mean', description: 'Of a package that only the server has.', toml: '_type = "LabMean"\n' }],
  remoteResolvers: [],
};

export const jobId = '01JD0000000000000000000000';

export async function startSmallServer(): Promise<SmallServer> {
  const small: Omit<SmallServer, 'url' | 'close'> = {
    calls: [],
    submissions: [],
    ending: { state: 'completed' },
    stored: new Map(),
    sliceless: false,
    look: { shape: [64, 180, 64] },
    forgetful: false,
  };
  const server = createServer((request, response) => {
    void answer(request, response, small);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(small, {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

type Small = Omit<SmallServer, 'url' | 'close'>;

async function answer(request: IncomingMessage, response: ServerResponse, small: Small): Promise<void> {
  const { method = '', url = '' } = request;
  const path = url.split('?')[0] ?? '';
  small.calls.push(`${method} ${path.endsWith('/result') ? url : path}`);
  const body = await bodyOf(request);
  if (small.forgetful && path.startsWith('/v1/jobs/')) sendProblem(response, 404, 'NOT_FOUND', 'There is no such job.');
  else if (small.sliceless && path.endsWith('/result')) sendProblem(response, 400, 'INVALID_REQUEST', 'No such slice.');
  else if (path.endsWith('/events')) sendEvents(response, small);
  else if (path.endsWith('/result')) response.end('pixels');
  else if (path === '/v1/data/info') sendJson(response, small.look);
  else if (path === '/v1/catalog') sendJson(response, catalog);
  else if (method === 'HEAD') sendSize(response, small.stored.get(path.slice('/v1/data/'.length)));
  else sendJson(response, method === 'PUT' ? put(body, small) : jobAfter(method, body, small));
}

/** What a request for a job does to it, and the job after it. */
function jobAfter(method: string, body: Buffer, small: Small): Job {
  if (method === 'POST') small.submissions.push(JSON.parse(body.toString('utf8')));
  if (method === 'DELETE') small.ending = { state: 'cancelled' };
  return jobIn(method === 'POST' ? { state: 'queued' } : small.ending);
}

function sendSize(response: ServerResponse, bytes: number | undefined): void {
  response.writeHead(bytes === undefined ? 404 : 200, bytes === undefined ? {} : { 'content-length': bytes }).end();
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function sendProblem(response: ServerResponse, status: number, code: FailureCode, detail: string): void {
  const problem = { type: `urn:rondel:problem:${code}`, code, detail };
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
}

function put(body: Buffer, { stored }: Small): object {
  const sha256 = createHash('sha256').update(body).digest('hex');
  stored.set(sha256, body.length);
  return { artifact: `artifact:sha256-${sha256}`, sha256, bytes: body.length, existed: false };
}

/** The stream of an active job stays open. */
function sendEvents(response: ServerResponse, { ending }: Small): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('id: 1-0\nevent: progress\ndata: {"fraction":0.5,"step":"parameter.reco"}\n\n');
  if (ending.state !== 'active') response.end();
}

function jobIn(ending: Partial<SmallServer['ending']> & { readonly state: JobState }): Job {
  return {
    id: jobId,
    pool: 'default',
    priority: 100,
    attempts: { made: 1, allowed: 3 },
    labels: {},
    plan: { name: 'radon/fbp', sha256: 'ab'.repeat(32) },
    data: `job:${jobId}`,
    createdAt: '2026-01-01T00:00:00.000Z',
    steps: [
      { path: 'parameter.reco', type: 'RadonFilteredBackprojectionParameters', state: 'completed', seconds: 0.5 },
    ],
    ...ending,
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
