import type { Role } from '@rondel/contracts';

/** What the id in the address of a route names. */
export type Thing = 'job' | 'sweep' | 'plan' | 'algorithm' | 'upload' | 'artifact';

export interface Rule {
  /** Least role that may; `anyone` need not say who they are. */
  readonly role: Role | 'anyone';
  /** What the address names: it has to be of a project that whoever asks may see. */
  readonly of?: Thing;
}

const anyone: Rule = { role: 'anyone' };

function rule(role: Role, of?: Thing): Rule {
  return { role, ...(of !== undefined && { of }) };
}

/**
 * Who may what: every route of the API, by method and pattern of its address. HEAD is asked for as GET is. An API with a
 * route that stands not here does not start.
 */
export const rules: Readonly<Record<string, Rule>> = {
  'GET /healthz': anyone,
  'GET /readyz': anyone,
  'GET /openapi.json': anyone,
  'GET /docs': anyone,
  'GET /metrics': rule('operator'),

  'GET /v1/catalog': rule('reader'),

  'POST /v1/jobs': rule('submitter'),
  'GET /v1/jobs': rule('reader'),
  'GET /v1/jobs/counts': rule('reader'),
  'POST /v1/jobs/cancel': rule('submitter'),
  'POST /v1/jobs/retry': rule('submitter'),
  'POST /v1/jobs/erase': rule('submitter'),
  'GET /v1/jobs/:id': rule('reader', 'job'),
  'DELETE /v1/jobs/:id': rule('submitter', 'job'),
  'GET /v1/jobs/:id/provenance': rule('reader', 'job'),
  'GET /v1/jobs/:id/erasure': rule('submitter', 'job'),
  'DELETE /v1/jobs/:id/subjobs/:subjob': rule('submitter', 'job'),
  'POST /v1/jobs/:id/retry': rule('submitter', 'job'),
  'GET /v1/jobs/:id/events': rule('reader', 'job'),
  'GET /v1/jobs/:id/plan': rule('reader', 'job'),
  'GET /v1/jobs/:id/submission': rule('reader', 'job'),
  'GET /v1/jobs/:id/residuals': rule('reader', 'job'),
  'GET /v1/jobs/:id/preview': rule('reader', 'job'),
  'GET /v1/jobs/:id/result': rule('reader', 'job'),

  'POST /v1/sweeps': rule('submitter'),
  'GET /v1/sweeps': rule('reader'),
  'GET /v1/sweeps/:id': rule('reader', 'sweep'),
  'DELETE /v1/sweeps/:id': rule('submitter', 'sweep'),
  'GET /v1/sweeps/:id/sheet.png': rule('reader', 'sweep'),

  'POST /v1/algorithms': rule('submitter'),
  'GET /v1/algorithms': rule('reader'),
  'GET /v1/algorithms/:id': rule('reader', 'algorithm'),
  'DELETE /v1/algorithms/:id': rule('submitter', 'algorithm'),
  'GET /v1/algorithms/:id/plan': rule('reader', 'algorithm'),
  'POST /v1/algorithms/:id/put': rule('submitter', 'algorithm'),
  'POST /v1/algorithms/:id/take': rule('submitter', 'algorithm'),
  'POST /v1/algorithms/:id/reconstruct': rule('submitter', 'algorithm'),
  'POST /v1/algorithms/:id/lock': rule('submitter', 'algorithm'),
  'DELETE /v1/algorithms/:id/lock': rule('submitter', 'algorithm'),

  'PUT /v1/data': rule('submitter'),
  'GET /v1/data/info': rule('reader'),
  'GET /v1/data/picture': rule('reader'),
  'GET /v1/data/:sha256': rule('reader', 'artifact'),
  'GET /v1/data/:sha256/info': rule('reader', 'artifact'),
  'GET /v1/data/:sha256/picture': rule('reader', 'artifact'),
  'POST /v1/uploads': rule('submitter'),
  'HEAD /v1/uploads/:upload': rule('submitter', 'upload'),
  'PATCH /v1/uploads/:upload': rule('submitter', 'upload'),
  'DELETE /v1/uploads/:upload': rule('submitter', 'upload'),

  'POST /v1/plans': rule('submitter'),
  'GET /v1/plans': rule('reader'),
  'GET /v1/plans/:id': rule('reader', 'plan'),
  'DELETE /v1/plans/:id': rule('submitter', 'plan'),
  'GET /v1/plans/:id/tree': rule('reader', 'plan'),
  'GET /v1/plans/:id/toml': rule('reader', 'plan'),
  'POST /v1/plans/:id/fork': rule('submitter', 'plan'),
  'GET /v1/plans/:id/properties/:path': rule('reader', 'plan'),
  'PUT /v1/plans/:id/properties/:path': rule('submitter', 'plan'),
  'DELETE /v1/plans/:id/properties/:path': rule('submitter', 'plan'),
  'POST /v1/plans/:id/set-all': rule('submitter', 'plan'),
  'POST /v1/plans/:id/clear': rule('submitter', 'plan'),
  'PUT /v1/plans/:id/links/:path': rule('submitter', 'plan'),
  'DELETE /v1/plans/:id/links/:path': rule('submitter', 'plan'),
  'POST /v1/plans/:id/build': rule('reader', 'plan'),
  'GET /v1/plans/:id/events': rule('reader', 'plan'),
  'DELETE /v1/plans/:id/cache': rule('submitter', 'plan'),

  'GET /v1/workers': rule('reader'),
  'POST /v1/workers/:id/drain': rule('operator'),
  'GET /v1/pools': rule('reader'),
  'DELETE /v1/pools/:pool': rule('operator'),
  'GET /v1/pools/:pool/demand': rule('reader'),
  'POST /v1/pools/:pool/pause': rule('operator'),
  'POST /v1/pools/:pool/resume': rule('operator'),
  'GET /v1/store': rule('operator'),
  'POST /v1/store/clean': rule('operator'),
  'POST /v1/store/check': rule('operator'),
  'POST /v1/results/empty': rule('operator'),

  'GET /v1/login': anyone,
  'POST /v1/login': anyone,
  'DELETE /v1/login': anyone,
  'GET /v1/login/oidc': anyone,
  'GET /v1/login/oidc/callback': anyone,
  'POST /v1/login/link': rule('reader'),
  'GET /v1/identity': rule('reader'),
  'GET /v1/quota': rule('reader'),
  'GET /v1/quotas/:project': rule('admin'),
  'PUT /v1/quotas/:project': rule('admin'),
  'GET /v1/tokens': rule('admin'),
  'POST /v1/tokens': rule('admin'),
  'DELETE /v1/tokens/:id': rule('admin'),
};

/** Pages and their files, which hold nothing of anybody. */
const pagePatterns = [
  /^\/$/,
  /^\/\*$/,
  /^\/help(\/.*)?$/,
  /^\/assets\//,
  /^\/[\w.-]+\.(html|js|css|svg|png|ico|txt|webmanifest)$/,
];

/** Of a route that is registered; undefined for one that nobody has said anything about. */
export function ruleOf(method: string, url: string): Rule | undefined {
  const known = rules[`${method} ${url}`] ?? (method === 'HEAD' ? rules[`GET ${url}`] : undefined);
  if (known !== undefined) return known;
  return ['GET', 'HEAD'].includes(method) && pagePatterns.some((pattern) => pattern.test(url)) ? anyone : undefined;
}
