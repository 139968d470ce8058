import { Transform } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { failure, isRondelError, RondelError } from '@rondel/contracts';
import { lastAnswer } from './problem-document.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body goes into the store as it comes: it may take as long as it likes, as long as bytes do come. */
    streamed?: boolean;
  }
}

/** How long a connection outlives an answer whose request is still being sent. */
const lingerMs = 1000;

/** How bodies of requests may arrive. */
export interface BodyLimits {
  /** A body that is held in memory has to be there after so many seconds. */
  readonly seconds: number;
  /** A streamed body is looked at so often, and must bring this many bytes each time. */
  readonly streamed: { readonly everySeconds: number; readonly leastBytes: number };
  /** Bytes of all bodies that are held in memory, together. */
  readonly allBytes: number;
}

export const bodyLimits: BodyLimits = {
  seconds: 20,
  streamed: { everySeconds: 20, leastBytes: 4096 },
  allBytes: 128 * 2 ** 20,
};

/**
 * Bounds how long the bodies of requests take, and how much of them lies in memory. A connection whose body does not
 * come is answered 408 and closed; what would be too much together is answered 503, to be tried again.
 */
export function registerRequestBodies(app: FastifyInstance, limits: BodyLimits = bodyLimits): void {
  answerBeforeBody(app);
  let held = 0;
  const hold = (bytes: number) => {
    if (held + bytes > limits.allBytes) throw tooMuchAtOnce(limits);
    held += bytes;
  };
  const receive = (request: FastifyRequest, reply: FastifyReply) => {
    const { raw } = request;
    const late = watch(request, limits);
    let bytes = 0;
    const release = () => {
      late.forget();
      held -= bytes;
      bytes = 0;
    };
    reply.raw.once('close', release);
    if (isStreamed(request)) return;
    // What is longer than the route takes is refused without being read.
    const length = Number(raw.headers['content-length'] ?? 0);
    const expected = length <= request.routeOptions.bodyLimit ? length : 0;
    hold(expected);
    bytes = expected;
  };
  app.addHook('onRequest', (request, reply, done) => {
    try {
      if (hasBody(request.raw)) receive(request, reply);
      done();
    } catch (error) {
      if (!isRondelError(error)) throw error;
      done(error);
    }
  });
  app.addHook('preParsing', (request, reply, payload, parse) => {
    if (request.raw.headers['transfer-encoding'] === undefined || isStreamed(request)) {
      parse(null, payload);
      return;
    }
    // Nobody knows yet how long it will be.
    let bytes = 0;
    reply.raw.once('close', () => (held -= bytes));
    const counting = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        try {
          hold(chunk.byteLength);
          bytes += chunk.byteLength;
          done(null, chunk);
        } catch (error) {
          done(error instanceof Error ? error : new Error('unreachable', { cause: error }));
        }
      },
    });
    payload.once('error', (error) => counting.destroy(error));
    parse(null, payload.pipe(counting));
  });
}

/**
 * An answer that comes before its body is the last one on a connection, as the rest of the body may be very long. Whoever
 * sends it and does not listen meanwhile is stopped, as nobody reads any more, and hears of it when the connection ends a
 * moment later: ended at once, what says so could overtake the answer.
 */
function answerBeforeBody(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (isStreamed(request) && hasBody(request.raw) && !request.raw.complete) endAfterAnswer(reply);
    done(null, payload);
  });
}

function endAfterAnswer(reply: FastifyReply): void {
  const { socket } = reply.raw;
  if (!socket) return;
  reply.header('connection', 'close');
  // What Node.js calls when the answer has been written.
  socket.destroySoon = () => {
    socket.end();
    const late = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(late));
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isStreamed({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.streamed === true;
}

/** Ends a request whose body has stopped to come. */
function watch(request: FastifyRequest, limits: BodyLimits): { readonly forget: () => void } {
  const { raw } = request;
  const { seconds, leastBytes } = isStreamed(request)
    ? { seconds: limits.streamed.everySeconds, leastBytes: limits.streamed.leastBytes }
    : { seconds: limits.seconds, leastBytes: Infinity };
  let seen = raw.socket.bytesRead;
  const timer = setInterval(() => {
    const came = raw.socket.bytesRead - seen;
    seen = raw.socket.bytesRead;
    // The store writes more slowly than the network brings: the rest waits in the socket, and nobody is slow but us.
    if (raw.complete || raw.readableEnded || came >= leastBytes || isHeldBack(raw, leastBytes)) return;
    clearInterval(timer);
    raw.socket.end(lastAnswer(failure('TIMEOUT', tooSlow(limits, isStreamed(request))), 408, raw.socket), () => {
      raw.socket.destroy();
    });
  }, seconds * 1000);
  timer.unref();
  const forget = () => clearInterval(timer);
  raw.once('close', forget);
  return { forget };
}

/** Bytes that have arrived lie unread, as whoever reads them is busy. */
function isHeldBack(raw: IncomingMessage, leastBytes: number): boolean {
  return leastBytes < Infinity && raw.readableLength >= raw.readableHighWaterMark;
}

function tooSlow({ seconds, streamed }: BodyLimits, isUpload: boolean): string {
  return isUpload
    ? `Less than ${streamed.leastBytes} bytes of the data came within ${streamed.everySeconds} s. Begin again, or go on where an upload of /v1/uploads stands.`
    : `The body of the request did not arrive within ${seconds} s.`;
}

function tooMuchAtOnce({ allBytes }: BodyLimits): RondelError {
  return new RondelError(
    'SERVICE_UNAVAILABLE',
    `Requests with more than ${allBytes} bytes are being received at once. Try again in a moment.`,
  );
}
