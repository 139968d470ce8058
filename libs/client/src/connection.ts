import { given, RondelError } from '@rondel/contracts';
import { localServer } from './local-token.js';
import { failureOfAnswer, unreachable } from './problem.js';
import { checkedSubmitter, ownSubmitter } from './submitter.js';

export interface ClientOptions {
  /** Where the server is, e.g. `http://127.0.0.1:7420`; a path before `/v1` is kept. */
  readonly url: string;
  /** Sent as `Authorization: Bearer`. A function is asked before each request. @default in Node.js the one that a server on this machine has left for this account */
  readonly token?: string | (() => Promise<string>) | undefined;
  /**
   * Whose work submissions are that name nobody: those who have work waiting take turns. Never a patient's name.
   * @default in Node.js `RONDEL_SUBMITTER` or the name of the account; in browsers the server takes the client's address
   */
  readonly submitter?: string | undefined;
  /** For which of your projects you ask. @default the first of them */
  readonly project?: string | undefined;
  /** Sends requests, e.g. through a proxy. @default the global `fetch` */
  readonly fetch?: typeof fetch | undefined;
}

export interface RequestOptions {
  /** @default GET */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A list is sent as one parameter for each of its entries. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
  /** Statuses besides 2xx that are answers, not errors. @default none */
  readonly accept?: readonly number[];
}

/** Sends requests to one server and turns everything that is not an answer into a `RondelError`. */
export interface Connection {
  readonly url: string;
  send(path: string, options?: RequestOptions): Promise<Response>;
  /** Sends and reads the answer as JSON; nothing for one that has no content (204). */
  json(path: string, options?: RequestOptions): Promise<unknown>;
}

/** Longest error answer that is read; a problem document is far smaller. */
const longestProblem = 1_048_576;

/** Throws `INVALID_REQUEST` when `url` is not an http(s) URL, or for a submitter that no submission can have. */
export function openConnection({ url, token, submitter, project, fetch: send = fetch }: ClientOptions): Connection {
  const base = checkedUrl(url);
  const whose = submitter === undefined ? ownSubmitter() : checkedSubmitter(submitter);
  const credentials = async (local: string | undefined): Promise<Record<string, string>> => {
    const bearer = typeof token === 'function' ? await token() : (token ?? local);
    return given({
      authorization: bearer === undefined ? undefined : `Bearer ${bearer}`,
      'rondel-submitter': whose,
      'rondel-project': project,
    });
  };
  const connection: Connection = {
    url: base,
    async send(path, options = {}) {
      // Looked for each time: one that was started again has another, and one that was stopped shall not be told to whoever follows.
      const local = token === undefined ? localServer(base) : undefined;
      const target = address(local?.url ?? base, path, options.query);
      const request = requestOf(options, await credentials(local?.token));
      const response = await attempt(() => send(target, request), base, options.signal);
      if (response.ok || options.accept?.includes(response.status) === true) return response;
      throw RondelError.from(
        failureOfAnswer({
          status: response.status,
          text: await readText(response, base),
          request: `${options.method ?? 'GET'} ${target}`,
        }),
      );
    },
    async json(path, options) {
      const response = await connection.send(path, options);
      if (response.status === 204) return undefined;
      return parseAnswer(await readText(response, base), `${base}${path}`);
    },
  };
  return connection;
}

/**
 * Runs one exchange with the server at `url`. An abort by the caller keeps its reason; every other rejection of
 * `fetch` means that the server could not be reached (`SERVICE_UNAVAILABLE`).
 */
export async function attempt<T>(exchange: () => Promise<T>, url: string, signal?: AbortSignal): Promise<T> {
  try {
    return await exchange();
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw unreachable(url, error);
  }
}

function requestOf(options: RequestOptions, credentials: Readonly<Record<string, string>>): RequestInit {
  const { method = 'GET', headers, body, signal } = options;
  const request: RequestInit = { method, headers: { ...credentials, ...headers }, signal: signal ?? null };
  if (body === undefined) return request;
  // Node and Chromium send a stream only when told that the answer is read after the request has been sent.
  const streaming = body instanceof ReadableStream ? { duplex: 'half' } : {};
  return { ...request, body, ...streaming };
}

function address(base: string, path: string, query: RequestOptions['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) parameters.append(name, String(each));
  }
  const text = parameters.toString();
  return text === '' ? `${base}${path}` : `${base}${path}?${text}`;
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.href.replace(/\/+$/, '');
  throw new RondelError(
    'INVALID_REQUEST',
    `"${text.slice(0, 200)}" is not the address of a server: write http://HOST:PORT.`,
  );
}

async function readText(response: Response, url: string): Promise<string> {
  const text = await attempt(() => response.text(), url);
  return response.ok ? text : text.slice(0, longestProblem);
}

function parseAnswer(text: string, address: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RondelError(
      'INTERNAL',
      `${address} answered something that is not JSON. Check that the address is that of a Rondel server.`,
      { cause: error },
    );
  }
}
