import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { failureCodes, type Failure, type PlanProblem, type Problem, type ProblemDocument } from '@rondel/contracts';
import { securityHeaders } from './security-headers.js';

export const problemMediaType = 'application/problem+json';

/** A failure as RFC 9457 has it. */
export function problemDocument({ code, message, at, details, problems }: Failure, status: number): ProblemDocument {
  return {
    type: `urn:rondel:problem:${code}`,
    title: failureCodes[code].title,
    status,
    detail: message,
    code,
    ...(at !== undefined && { path: at }),
    ...(details && { details }),
    ...(problems && { problems: problems.map(oneOfSeveral) }),
  };
}

/** A whole answer, for a connection on which no request was understood or its body did not come. It is the last one there. */
export function lastAnswer(failure: Failure, status: number, connection: Duplex): string {
  const body = JSON.stringify(problemDocument(failure, status));
  const headers = {
    ...securityHeaders(connection),
    'content-type': problemMediaType,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n');
}

function oneOfSeveral({ code, message, at }: Problem): PlanProblem {
  return { code, detail: message, ...(at !== undefined && { path: at }) };
}
