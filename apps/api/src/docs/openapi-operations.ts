/** As much of a route's schema as is looked at here. */
interface RouteSchema {
  readonly operationId?: string;
  readonly consumes?: readonly string[];
  readonly produces?: readonly string[];
  readonly body?: unknown;
  readonly response?: unknown;
  readonly description?: string;
  readonly takesRanges?: boolean;
}

declare module 'fastify' {
  interface FastifySchema {
    /** Whether a part of what is streamed can be asked for. @default false */
    takesRanges?: boolean;
  }
}

/** As generators of clients know bytes. */
const bytes = { type: 'string', format: 'binary' } as const;

/**
 * A route's schema as the document has it: with a name for the operation, and with the bodies that routes stream and so do not
 * validate. Such a route says their types in `consumes` and `produces`.
 */
export function inOperation<S extends RouteSchema>(schema: S, method: string, url: string) {
  const { takesRanges, ...said } = schema;
  const { consumes, produces, body, response, operationId = operationName(method, url) } = said;
  const part = takesRanges === true && { 206: streamed(produces ?? []) };
  return {
    ...said,
    operationId,
    ...(consumes !== undefined && body === undefined && { body: bytes }),
    ...(produces !== undefined && response === undefined && { response: { 200: streamed(produces), ...part } }),
  };
}

function streamed(produces: readonly string[]): object {
  const schema = produces.every((type) => type.startsWith('text/')) ? { type: 'string' } : bytes;
  return { description: 'As asked for.', content: Object.fromEntries(produces.map((type) => [type, { schema }])) };
}

const verbs: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'look',
  PUT: 'put',
  PATCH: 'patch',
  DELETE: 'delete',
};

/**
 * What the function for a call is named in generated clients: `listJobs`, `createJob`, `getJob`, `retryJob`, `cancelJobs`,
 * `getJobResult`. A last word after `POST` that is not a list says what is done.
 */
export function operationName(method: string, url: string): string {
  const segments = url
    .replace(/^\/v1\//, '/')
    .split('/')
    .slice(1);
  const words = segments.flatMap((segment, index) => {
    if (isParameter(segment)) return [];
    return [isParameter(segments[index + 1] ?? '') ? singular(segment) : segment];
  });
  const last = segments.at(-1) ?? '';
  const isList = url.startsWith('/v1/') && words.length === 1 && last.endsWith('s');
  if (method === 'POST' && words.length > 1 && !isParameter(last)) {
    return camelCase([last, ...words.slice(0, -1)]);
  }
  if (method === 'POST') return camelCase(['create', ...words.map(singular)]);
  if (method === 'GET' && isList) return camelCase(['list', ...words]);
  return camelCase([verbs[method] ?? method.toLowerCase(), ...words]);
}

function isParameter(segment: string): boolean {
  return /^[:{*]/.test(segment);
}

function singular(word: string): string {
  return word.replace(/ies$/, 'y').replace(/s$/, '');
}

function camelCase(words: readonly string[]): string {
  const parts = words.flatMap((word) => word.split(/[^A-Za-z0-9]+/)).filter((part) => part !== '');
  return parts.map((part, index) => (index === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1))).join('');
}
