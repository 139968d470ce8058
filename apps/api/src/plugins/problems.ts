import type { Duplex } from 'node:stream';
import { failure, isRondelError, toFailure, type Failure, type FailureCode } from '@rondel/contracts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { lastAnswer, problemDocument, problemMediaType } from './problem-document.js';
import { securityHeaders } from './security-headers.js';

/** The HTTP status of every failure that can answer a request. */
export const httpStatus: Record<FailureCode, number> = {
  PLAN_SYNTAX: 400,
  PLAN_UNKNOWN_TYPE: 422,
  PLAN_MISSING_PROPERTY: 422,
  PLAN_INVALID_VALUE: 422,
  PLAN_UNKNOWN_PROPERTY: 422,
  DATA_NOT_FOUND: 422,
  DATA_FORMAT: 422,
  DATA_SHAPE_MISMATCH: 422,
  DATA_FORBIDDEN: 403,
  POOL_UNKNOWN: 422,
  WORKER_UNAVAILABLE: 503,
  ENGINE_UNAVAILABLE: 503,
  OUT_OF_MEMORY: 507,
  STRICT_WARNING: 422,
  WARRANT_REFUSED: 409,
  STEP_FAILED: 500,
  TIMEOUT: 504,
  CANCELLED: 409,
  WORKER_LOST: 503,
  QUOTA_EXCEEDED: 413,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  IDEMPOTENCY_MISMATCH: 422,
  CONFLICT: 409,
  INVALID_REQUEST: 400,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL: 500,
};

const retryAfterSeconds = 2;

/** Makes every error of every route an RFC 9457 problem document. */
export function registerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const failed = failureOf(error);
    if (httpStatus[failed.code] >= 500) request.log.error({ err: error }, failed.message);
    return sendProblem(reply, failed, ownStatus(error));
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, {
      code: 'NOT_FOUND',
      message: `There is no ${request.method} ${request.url.slice(0, 200)}. See /docs for what there is.`,
      retryable: false,
    }),
  );
}

/** What Fastify answers by itself, before there is a route or any request at all. */
export const ownAnswers = {
  frameworkErrors(error: FastifyError, _request: FastifyRequest, reply: FastifyReply) {
    void sendProblem(reply.headers(securityHeaders()), failureOf(error), ownStatus(error));
  },
  clientErrorHandler(error, socket) {
    // Nobody is there any more to answer.
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else socket.end(notUnderstood(error.code, socket));
  },
} satisfies FastifyServerOptions;

function notUnderstood(code: string, socket: Duplex): string {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return lastAnswer(
      failure('INVALID_REQUEST', 'Address and headers of the request are longer than 16 KiB.'),
      431,
      socket,
    );
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return lastAnswer(failure('TIMEOUT', 'The headers of the request did not arrive in time.'), 408, socket);
  }
  return lastAnswer(failure('INVALID_REQUEST', 'The request is no HTTP that can be understood.'), 400, socket);
}

/**
 * A conflict with what the request says it has seen is the one that `If-Match` asks for; what is known to have been
 * there is gone; a quota of a project or submitter is one of 429, one that passes a full disk; a range outside of the bytes, a media type and a
 * method that are not taken have a status of their own.
 */
function statusOf({ code, details, retryable }: Failure): number {
  if (code === 'CONFLICT' && details?.ifMatch !== undefined) return 412;
  if (code === 'INVALID_REQUEST' && details?.range !== undefined) return 416;
  if (code === 'INVALID_REQUEST' && details?.mediaType !== undefined) return 415;
  if (code === 'INVALID_REQUEST' && details?.allow !== undefined) return 405;
  if (code === 'QUOTA_EXCEEDED' && details?.retryAfterSeconds !== undefined) return 429;
  if (code === 'QUOTA_EXCEEDED' && retryable) return 507;
  const wasThere = [details?.collectedAt, details?.erasedAt, details?.lostAt].some((at) => at !== undefined);
  return code === 'NOT_FOUND' && wasThere ? 410 : httpStatus[code];
}

/** Of Fastify's own complaints some say more than that the request is wrong. */
function ownStatus({ statusCode }: FastifyError): number | undefined {
  return statusCode !== undefined && [408, 414, 415].includes(statusCode) ? statusCode : undefined;
}

function sendProblem(reply: FastifyReply, failed: Failure, status = statusOf(failed)): FastifyReply {
  if (status === 503) reply.header('retry-after', retryAfterSeconds);
  const { retryAfterSeconds: seconds } = failed.details ?? {};
  if (status === 429 && typeof seconds === 'number') reply.header('retry-after', seconds);
  reply.request.failureCode = failed.code;
  const document = problemDocument(failed, status);
  return reply.code(status).header('content-type', problemMediaType).send(JSON.stringify(document));
}

function failureOf(error: FastifyError): Failure {
  if (isRondelError(error)) return error.failure;
  if (error.validation) return validationFailure(error);
  if (error.statusCode === 413) {
    return {
      code: 'QUOTA_EXCEEDED',
      message: 'The request body is larger than allowed here. Upload data with PUT /v1/data instead.',
      retryable: false,
    };
  }
  // It would say all of it again.
  if (error.statusCode === 414)
    return failure('INVALID_REQUEST', 'A part of the address is longer than 500 characters.');
  // Fastify's own complaints about a request: malformed JSON, an unknown content type, and the like.
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return { code: 'INVALID_REQUEST', message: error.message, retryable: false };
  }
  const failed = toFailure(error);
  if (failed.code !== 'INTERNAL') return failed;
  return { ...failed, message: 'Rondel itself failed; the log of the API has the reason.' };
}

function validationFailure(error: FastifyError): Failure {
  const first = error.validation?.[0];
  const where = `${error.validationContext ?? 'request'}${(first?.instancePath ?? '').replaceAll('/', '.')}`;
  const extra = first?.params.additionalProperty;
  const reason =
    typeof extra === 'string' ? `has no field "${extra.slice(0, 100)}"` : (first?.message ?? 'is not valid');
  return {
    code: 'INVALID_REQUEST',
    message: `${where} ${reason}. See /docs for what the request may hold.`,
    retryable: false,
    ...(first && { details: { at: first.instancePath, rule: first.keyword } }),
  };
}
