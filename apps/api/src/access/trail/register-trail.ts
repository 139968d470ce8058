import { RondelError } from '@rondel/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AuditTrail } from '@rondel/telemetry/trail';
import { isNoted, isRefusal, noteOf } from './noted-requests.js';

/** Refusals that are noted one by one within a while; of more only the number is, as anybody may send any number of them. */
const refusalsOneByOne = { most: 200, withinMs: 10_000 } as const;

/**
 * Notes each request that changes something or hands out data, and each that was refused, when its answer begins, or when
 * its connection ends without one. Has to come before whatever may refuse a request.
 */
export function registerTrail(app: FastifyInstance, trail: AuditTrail | undefined): void {
  app.decorateRequest('about');
  app.decorateRequest('deed', undefined);
  app.decorateRequest('failureCode', undefined);
  app.addHook('onRequest', (request, _reply, done) => {
    request.about = [];
    done();
  });
  if (trail === undefined) return;
  const answered = new WeakSet<FastifyRequest>();
  const mayNoteRefusal = openRefusalCount(trail);
  const note = (request: FastifyRequest, reply: FastifyReply, status: number) => {
    const isMeant = isNoted(request) || (isRefusal(status) && mayNoteRefusal());
    if (isMeant && !answered.has(request)) trail.note(noteOf(request, reply, status));
    answered.add(request);
    return isMeant;
  };
  app.addHook('onRequest', (request, reply, done) => {
    // Whoever goes away before the answer has been heard all the same.
    reply.raw.once('close', () => {
      if (!answered.has(request)) note(request, reply, 0);
    });
    const problem = trail.isRequired && isNoted(request) ? trail.problem() : undefined;
    done(problem === undefined ? undefined : cannotNote(problem));
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const isFirst = !answered.has(request);
    const isMeant = note(request, reply, reply.statusCode);
    if (trail.isRequired && isFirst && isMeant && reply.statusCode < 400) await onDisk(trail);
    return payload;
  });
}

/** In an installation that asks for it nothing is handed out, and no change confirmed, that is not on the disk. */
async function onDisk(trail: AuditTrail): Promise<void> {
  try {
    await trail.settled();
  } catch (error) {
    throw cannotNote(error instanceof Error ? error.message : String(error), ' What was asked for may have been done.');
  }
}

function cannotNote(problem: string, then = ''): RondelError {
  return new RondelError(
    'SERVICE_UNAVAILABLE',
    `The audit log cannot be written (${problem}), and nothing may happen here without it.${then} Whoever runs this server has to look at its disk.`,
  );
}

/** Says of each refusal whether it is noted by itself; how many more there were is noted when the while is over. */
function openRefusalCount(trail: AuditTrail): () => boolean {
  const { most, withinMs } = refusalsOneByOne;
  let count = 0;
  const tell = () => {
    if (count > most) trail.note({ what: 'refusals.more', times: count - most });
    count = 0;
  };
  return () => {
    if (count === 0) setTimeout(tell, withinMs).unref();
    count += 1;
    return count <= most;
  };
}
