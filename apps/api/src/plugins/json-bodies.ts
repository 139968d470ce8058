import type { FastifyInstance } from 'fastify';
import { isRondelError, RondelError } from '@rondel/contracts';
import { planLimits, textExcess, type TextBounds } from '@rondel/plan';

/** Plans with their parameters, or many values of a sweep. */
const mostBytes = 4 * 2 ** 20;

/** A plan as a tree lies a few levels inside a body; the values of a sweep beside it. */
const bounds: TextBounds = {
  depth: 2 * planLimits.depth,
  keys: 2 * planLimits.keys,
  items: 2 * planLimits.allArrayNumbers,
  lines: Infinity,
};

/**
 * JSON bodies are looked through before they are read: what is nested without end or holds more than any plan can is
 * refused while that is still cheap. Keys such as `__proto__` are refused as well.
 */
export function registerJsonBodies(app: FastifyInstance): void {
  const read = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    try {
      void read(request, checkedText(bytes), done);
    } catch (error) {
      if (!isRondelError(error)) throw error;
      done(error, undefined);
    }
  });
}

function checkedText(bytes: Buffer): string {
  if (bytes.byteLength > mostBytes) throw tooLong(bytes.byteLength);
  const text = bytes.toString();
  const excess = textExcess(text, 'json', bounds);
  if (excess === undefined) return text;
  throw new RondelError('PLAN_SYNTAX', `The body of a request has at most ${excess.limit}.`);
}

function tooLong(bytes: number): RondelError {
  return new RondelError(
    'QUOTA_EXCEEDED',
    `The body of the request has ${bytes} bytes, ${mostBytes} are allowed. Put large values into files that the plan refers to, and data into PUT /v1/data.`,
    { details: { maxBytes: mostBytes } },
  );
}
