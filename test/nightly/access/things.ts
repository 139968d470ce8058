import { readFile } from 'node:fs/promises';
import { eventually } from '../../support/machine/stack.js';

/** Sends a request with a token and returns the answer as JSON. Throws for any that is not 2xx. */
export type Ask = (method: string, path: string, options?: AskOptions) => Promise<Answer>;

export interface AskOptions {
  readonly json?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly id: string;
  readonly upload: string;
  readonly artifact: string;
  readonly state: string;
}

export function asking(url: string, token: string): Ask {
  return async (method, path, { json, bytes, headers = {} } = {}) => {
    const body = bytes ?? (json === undefined ? undefined : JSON.stringify(json));
    const type = bytes ? 'application/octet-stream' : 'application/json';
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': type }), ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Answer;
  };
}

/** What a project has, by the kind of thing, as `requests.py` reads it; the first of a kind is what it is best tried with. */
export type Things = Readonly<Record<string, readonly string[]>>;

/** Projections of the phantoms, degrees. */
export const angles = Array.from({ length: 12 }, (_, index) => index * 15);

/** Marks everything of a project that a person has written. */
export function canaryOf(project: string): string {
  return `canary-of-${project}`;
}

/** Of the data root, in the folder of the project. */
export function rootFile(project: string): string {
  return `${canaryOf(project)}.scan.npy`;
}

/**
 * Gives a project one thing of each kind, with its canary wherever people may write something: a job that has completed, one
 * that has failed, one that waits, one that was erased, a sweep, a live plan, a warm algorithm, an upload that is under way.
 *
 * @param ask As a submitter of the project.
 * @param phantom File with a sinogram that no other project has.
 */
export async function makeThings(project: string, ask: Ask, phantom: string): Promise<Things> {
  const canary = canaryOf(project);
  const labels = { patient: canary };
  const scan = await put(ask, new Uint8Array(await readFile(phantom)));
  const text = await put(ask, new TextEncoder().encode(`${canary} is no scan. ${project} ${Date.now()}`));
  const common = { plan: { name: 'radon/fbp' }, parameters: { angles }, labels, lane: 'interactive', priority: 1 };
  const submission = { ...common, title: canary, dataNames: { data: `${canary}.npy` } };
  const job = async (more: object, headers = {}) =>
    (await ask('POST', '/v1/jobs', { json: { ...submission, data: scan, ...more }, headers })).id;
  const key = `${canary}-${Date.now()}`;
  const completed = await job({}, { 'idempotency-key': key });
  const failed = await job({ data: text });
  const missing = await job({ data: `root://scans/${project}/${canary}.npy`, attempts: 1 });
  const waiting = await job({ pool: 'idle' });
  const erased = await job({ title: `${canary} erased`, plan: planWith(canary) });
  const vary = [{ path: 'centerOfRotation', values: [11.5, 12.5] }];
  const sweep = (await ask('POST', '/v1/sweeps', { json: { ...submission, data: scan, vary } })).id;
  const plan = (await ask('POST', '/v1/plans', { json: { plan: planWith(canary) } })).id;
  const algorithm = (await ask('POST', '/v1/algorithms', { json: common })).id;
  const upload = (await ask('POST', '/v1/uploads', { headers: { 'upload-complete': '?0' } })).upload;
  for (const [id, state] of [
    [completed, 'completed'],
    [failed, 'failed'],
    [missing, 'failed'],
    [erased, 'completed'],
  ] as const) {
    await ended(ask, id, state);
  }
  await ask('DELETE', `/v1/jobs/${erased}?erase=true`);
  const sha256 = (reference: string) => reference.replace('artifact:sha256-', '');
  return {
    job: [completed, failed, missing, waiting, erased],
    sweep: [sweep],
    plan: [plan],
    algorithm: [algorithm],
    upload: [upload],
    artifact: [sha256(scan), sha256(text)],
    data: [scan, `job:${completed}`],
    label: [`patient=${canary}`],
    text: [canary],
    root: [`root://scans/${project}/${rootFile(project)}`],
    'idempotency-key': [key],
    project: [project],
  };
}

async function put(ask: Ask, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return (await ask('PUT', '/v1/data', { bytes })).artifact;
}

async function ended(ask: Ask, id: string, state: string): Promise<void> {
  let last = '';
  await eventually(
    async () => (last = (await ask('GET', `/v1/jobs/${id}`)).state) === state,
    () => `Job ${id} is ${last}.`,
  );
}

/** Filtered backprojection whose first step shares its results, with an entry that nobody knows, which is kept. */
function planWith(canary: string): string {
  return `_module = "RondelRadon"
_type = "RecoPlan{DirectRadonAlgorithm}"
note = "${canary}"

[parameter]
_type = "RecoPlan{DirectRadonParameters}"

    [parameter.pre]
    _module = "AbstractImageReconstruction"
    _type = "RecoPlan{ProcessResultCache}"

        [parameter.pre.param]
        _module = "RondelRadon"
        _type = "RecoPlan{TransmissionPreprocessingParameters}"

    [parameter.reco]
    _type = "RecoPlan{RadonFilteredBackprojectionParameters}"
    filter = "ramp"
`;
}
