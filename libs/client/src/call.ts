import type { Connection, RequestOptions } from './connection.js';
import type { paths } from './generated/openapi.js';

type Method = 'get' | 'put' | 'post' | 'delete';

/** Every call of the REST interface, as `get /v1/jobs/{id}`. */
export type Route = {
  [P in keyof paths]: {
    [M in Method]: [NonNullable<paths[P][M]>] extends [never] ? never : `${M} ${P}`;
  }[Method];
}[keyof paths];

type Operation<R extends Route> = R extends `${infer M extends Method} ${infer P extends keyof paths}`
  ? NonNullable<paths[P][M]>
  : never;

/** What is undefined is not sent. */
type Unsent<T> = { readonly [K in keyof T]: T[K] | (Partial<Pick<T, K>> extends Pick<T, K> ? undefined : never) };

type PathOf<O> = O extends { parameters: { path: infer P } } ? { readonly path: P } : { readonly path?: undefined };
type QueryOf<O> = O extends { parameters: { query?: infer Q } } ? { readonly query?: Unsent<Q> } : unknown;
type HeadersOf<O> = O extends { parameters: { header?: infer H } } ? { readonly headers?: Unsent<H> } : unknown;
type BodyOf<O> = O extends { requestBody: { content: { 'application/json': infer B } } }
  ? { readonly body: B }
  : { readonly body?: undefined };

/** What a call needs: the variables of its path, query, headers and body, as the OpenAPI document has them. */
export type CallRequest<R extends Route> = R extends Route ? RequestOf<Operation<R>> : never;

/** For one call at a time: all paths with all queries with all bodies would be too many for the compiler. */
type RequestOf<O> = PathOf<O> & QueryOf<O> & HeadersOf<O> & BodyOf<O> & { readonly signal?: AbortSignal | undefined };

type Content<A> = A extends { content: { 'application/json': infer B } } ? B : undefined;

/** What a call answers, as the OpenAPI document has it. */
export type CallAnswer<R extends Route> =
  Operation<R> extends { responses: infer A } ? Content<A[keyof A & (200 | 201 | 202 | 204)]> : never;

/** The request in the form in which all of them are sent. */
interface AnyRequest {
  readonly path?: Readonly<Record<string, string>> | undefined;
  readonly query?: RequestOptions['query'];
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** Makes a call of the REST interface and reads its answer as JSON. Throws as the connection does. */
export async function call<R extends Route>(
  connection: Connection,
  route: R,
  request: CallRequest<R>,
): Promise<CallAnswer<R>> {
  const { address, options } = requestFor(route, request);
  // The schemas of the document are those that the server prints its answers with.
  return (await connection.json(address, options)) as CallAnswer<R>;
}

function requestFor(
  route: Route,
  { path, query, headers, body, signal }: AnyRequest,
): { address: string; options: RequestOptions } {
  const [method = '', template = ''] = route.split(' ');
  return {
    address: template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path?.[name] ?? '')),
    options: {
      method: method.toUpperCase() as 'GET' | 'PUT' | 'POST' | 'DELETE',
      ...(query !== undefined && { query }),
      headers: { ...sentHeaders(headers), ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
    },
  };
}

function sentHeaders(headers: AnyRequest['headers'] = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}
