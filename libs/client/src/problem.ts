import { failure, failureCodes, RondelError, type Failure, type FailureCode, type Problem } from '@rondel/contracts';

/** Longest text of an answer that is quoted in a message when the answer is not a problem document. */
const longestQuote = 200;

/** Codes for answers that carry none: a proxy between client and server wrote them. */
const codeOfStatus: Readonly<Record<number, FailureCode>> = {
  400: 'INVALID_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'QUOTA_EXCEEDED',
  429: 'QUOTA_EXCEEDED',
  502: 'SERVICE_UNAVAILABLE',
  503: 'SERVICE_UNAVAILABLE',
  504: 'SERVICE_UNAVAILABLE',
};

/** What answers without a body mean that a Rondel server gives to HEAD. */
const sentences: Readonly<Record<number, { readonly code: FailureCode; readonly message: string }>> = {
  401: {
    code: 'UNAUTHENTICATED',
    message:
      'The server wants to know who asks. Send a token as `Authorization: Bearer`; the command line takes it from --token or RONDEL_TOKEN.',
  },
  403: { code: 'FORBIDDEN', message: 'You may not do this here. Ask whoever runs the server for a role that may.' },
};

/** What is known of an answer that reports an error. */
export interface ErrorAnswer {
  readonly status: number;
  readonly text: string;
  /** `METHOD URL` of the request, for messages. */
  readonly request: string;
}

/**
 * The failure inside an error answer: the problem document (RFC 9457) of the server with its code, path and further
 * problems, or, when something else answered, a code derived from the status.
 */
export function failureOfAnswer({ status, text, request }: ErrorAnswer): Failure {
  const body = parseObject(text);
  const code = body?.code;
  if (body !== undefined && isFailureCode(code)) {
    return failure(code, sentenceOf(body) ?? `${request} answered ${status}.`, {
      at: textField(body, 'path'),
      details: objectField(body, 'details'),
      problems: problemsOf(body),
    });
  }
  const quote = text.trim().slice(0, longestQuote);
  // An answer to HEAD has no body that could say it.
  const known = quote === '' ? sentences[status] : undefined;
  if (known !== undefined) return failure(known.code, known.message, { details: { status } });
  return failure(
    codeOfStatus[status] ?? 'INTERNAL',
    `${request} answered ${status}${quote === '' ? '' : `: ${quote}`}. Check that the address is that of a Rondel server.`,
    { details: { status } },
  );
}

/** The failure for a server that could not be reached at all. */
export function unreachable(url: string, cause: unknown): RondelError {
  const page = pageOrigin();
  if (page !== undefined && page !== new URL(url).origin) {
    return new RondelError(
      'SERVICE_UNAVAILABLE',
      `The browser gives this page, which comes from ${page}, no answer of ${url} (${reasonOf(cause)}): either no Rondel server answers there, or it does not allow pages of other origins (CORS). Start it with \`rondel api --allow-origin ${page}\`.`,
      { cause, details: { url, origin: page } },
    );
  }
  const tls = tlsProblem(url, reasonOf(cause));
  if (tls !== undefined)
    return new RondelError('SERVICE_UNAVAILABLE', tls, { cause, details: { url, tls: reasonOf(cause) } });
  return new RondelError(
    'SERVICE_UNAVAILABLE',
    `No Rondel server answers at ${url} (${reasonOf(cause)}). Start one with \`rondel up\`, or name another with --server or RONDEL_URL.`,
    { cause, details: { url } },
  );
}

/** What OpenSSL calls certificates that lead to no authority which this machine knows. */
const ofNobodyKnown = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

/** Why there is a server and no TLS with it, and what to do; undefined for every other reason. */
function tlsProblem(url: string, reason: string): string | undefined {
  if (ofNobodyKnown.includes(reason)) {
    return `The certificate of ${url} was signed by nobody that is known here (${reason}). If it is yours, name it, or the authority that signed it: --ca FILE or RONDEL_CA=FILE on the command line, NODE_EXTRA_CA_CERTS=FILE for programs.`;
  }
  if (reason === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `The certificate of ${url} was made for other names (${reason}). Call the server by one that it has, or have one made with this name as a subjectAltName.`;
  }
  if (reason === 'CERT_HAS_EXPIRED' || reason === 'CERT_NOT_YET_VALID') {
    return `The certificate of ${url} does not hold now (${reason}). Look at the clock of this machine; if it is right, whoever runs the server has to renew the certificate.`;
  }
  if (reason === 'ERR_SSL_WRONG_VERSION_NUMBER' || reason === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return `What answers at ${url} speaks no TLS (${reason}). Write http:// if it is a Rondel server without a certificate.`;
  }
  const isCutOff = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(reason);
  if (isCutOff && url.startsWith('http:')) {
    return `The server at ${url} ended the connection without an answer (${reason}). If it speaks TLS, write https://; otherwise it went away: look at its log.`;
  }
  return undefined;
}

/** Where the page comes from that this runs in; undefined outside of pages. Browsers do not say why they refuse an answer. */
function pageOrigin(): string | undefined {
  return typeof document === 'undefined' ? undefined : globalThis.location.origin;
}

/** `fetch` hides the reason in the cause of its `TypeError`, and behind several addresses in an `AggregateError`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return reasonOf(error.cause);
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code !== '' ? code : error.message;
}

function problemsOf(body: Readonly<Record<string, unknown>>): Problem[] | undefined {
  if (!Array.isArray(body.problems)) return undefined;
  return body.problems.filter(isObject).flatMap((problem) => {
    const code = problem.code;
    if (!isFailureCode(code)) return [];
    const at = textField(problem, 'at') ?? textField(problem, 'path');
    return [failure(code, sentenceOf(problem) ?? code, { at, details: objectField(problem, 'details') })];
  });
}

function sentenceOf(body: Readonly<Record<string, unknown>>): string | undefined {
  return textField(body, 'detail') ?? textField(body, 'message') ?? textField(body, 'title');
}

function textField(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = body[name];
  return typeof value === 'string' ? value : undefined;
}

function objectField(body: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> | undefined {
  const value = body[name];
  return isObject(value) ? value : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFailureCode(value: unknown): value is FailureCode {
  return typeof value === 'string' && Object.hasOwn(failureCodes, value);
}
