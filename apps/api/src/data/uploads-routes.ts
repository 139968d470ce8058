import { isRondelError, RondelError } from '@rondel/contracts';
import type { Jobs } from '@rondel/jobs';
import type { StoredArtifact } from '@rondel/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from '@rondel/contracts/schema';
import { tooManyUploads, uploadRoom } from '../server/limits.js';
import { openUploadReceiver, type ReceivedUpload, type UploadReceiver } from './receive-upload.js';
import { identityOf } from '../access/register-access.js';
import { keyOwner, ownership, submitterHeaders } from '../access/submitter.js';
import type { RouteApp, RoutePlugin } from '../http/route-plugin.js';

const tags = ['data'];
const UploadParams = Type.Object({
  upload: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', description: 'Id of an upload.' }),
});
const Sha256Schema = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Hash that the whole must have.' });
const CountSchema = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** A boolean of structured fields, RFC 9651. */
const CompleteSchema = Type.Enum(['?0', '?1'], { description: '`?1`: no more bytes follow, `?0`: more will.' });

const StoredSchema = Type.Object({
  artifact: Type.String({ description: 'The data reference to submit.' }),
  sha256: Type.String(),
  bytes: Type.Integer(),
  existed: Type.Boolean(),
});

/** An unfinished upload is given up after this time without a byte. */
const maxAgeSeconds = 24 * 3600;

const beginSchema = {
  tags,
  summary: 'Begin an upload that may arrive in several requests',
  description:
    'Without a body. Send the bytes with `PATCH` to the `Location` of the answer; after a broken connection, ask with `HEAD` how many have arrived and continue there. Follows draft-ietf-httpbis-resumable-upload. An upload that gets no byte for a day is dropped.',
  headers: Type.Object({
    'upload-complete': Type.Literal('?0', { description: 'The bytes follow in other requests.' }),
    'upload-length': Type.Optional({
      ...CountSchema,
      description:
        'Bytes in all: what is larger than allowed, or than the space left, is refused at once, and so is an upload of another length when it shall be complete.',
    }),
    ...submitterHeaders,
  }),
  response: {
    201: Type.Object({
      upload: Type.String(),
      offset: Type.Integer({ description: 'Bytes that have arrived.' }),
    }),
  },
} as const;

const continueSchema = {
  tags,
  summary: 'Add bytes to an upload, or complete it',
  description:
    'The body is the next bytes, of any number. With `Upload-Complete: ?1` the answer is that of `PUT /v1/data`; sent once more, because that did not arrive, it gets the same answer. 409 when the upload is not at `Upload-Offset`; the header of the answer says where it is.',
  consumes: ['application/partial-upload'],
  params: UploadParams,
  headers: Type.Object({
    'upload-offset': { ...CountSchema, description: 'Position of the first byte of the body.' },
    'upload-complete': CompleteSchema,
    'upload-length': Type.Optional({ ...CountSchema, description: 'As it was said when the upload began.' }),
    'rondel-sha256': Type.Optional(Sha256Schema),
  }),
  response: { '2xx': StoredSchema, 204: Type.Null() },
} as const;

/** Uploads that survive broken connections, as draft-ietf-httpbis-resumable-upload (version 10) has them. */
export const uploadRoutes: RoutePlugin = async (app, { services }) => {
  const { store, maxUploadBytes, jobs, limits: most } = services;
  const receiver = openUploadReceiver(services);
  const limits = `max-size=${maxUploadBytes}, max-age=${maxAgeSeconds}`;
  // Bytes are streamed into the store; no body is ever held in memory.
  for (const type of ['application/octet-stream', 'application/partial-upload']) {
    app.addContentTypeParser(type, (_request, payload, done) => done(null, payload));
  }

  stateRoute(app, receiver, limits);

  app.post(
    '/uploads',
    {
      schema: beginSchema,
    },
    async (request, reply) => {
      const { headers } = request;
      const length = headers['upload-length'];
      await uploadRoom({ bytes: length ?? 0 }, most, services.freeBytes);
      const state = await store.beginUpload();
      const submitter = keyOwner(ownership(request));
      try {
        const begun = await jobs.uploads.begin({ id: state.upload, submitter, length }, most.openUploads);
        if (begun !== 'begun') throw tooManyUploads(begun, most);
      } catch (error) {
        await store.removeUpload(state.upload);
        throw error;
      }
      return reply
        .code(201)
        .header('location', `/v1/uploads/${state.upload}`)
        .headers({ 'upload-offset': state.offset, 'upload-complete': '?0', 'upload-limit': limits })
        .send(state);
    },
  );

  app.patch(
    '/uploads/:upload',
    {
      bodyLimit: maxUploadBytes,
      config: { streamed: true },
      schema: continueSchema,
    },
    async (request, reply) => {
      const { headers, params, raw } = request;
      if (headers['content-type'] !== 'application/partial-upload') {
        throw new RondelError('INVALID_REQUEST', 'Send the bytes with Content-Type: application/partial-upload.', {
          details: { mediaType: headers['content-type'] ?? '' },
        });
      }
      const offset = headers['upload-offset'];
      const bytes = Number(headers['content-length'] ?? 0);
      const room = await uploadRoom({ bytes, arrived: offset }, most, services.freeBytes);
      const expectedSha256 = headers['rondel-sha256'];
      const complete = headers['upload-complete'] === '?1';
      const length = lengthOf(params.upload, headers['upload-length'], await jobs.uploads.length(params.upload));
      const grown = await jobs.uploads.grow(params.upload, offset + bytes, most.openUploads);
      if (grown !== 'begun') throw tooManyUploads(grown, most);
      const received = await receiver.receive({
        ...params,
        offset,
        complete,
        expectedSha256,
        project: identityOf(request).project,
        length,
        most: room,
        message: raw,
      });
      if (received.complete) await ended(request, received.stored, jobs);
      // Of a body without a length it is known only now how much it was; what is too much keeps the next one from being taken.
      else await jobs.uploads.grow(params.upload, received.state.offset, most.openUploads);
      return answer(reply, received);
    },
  );

  app.delete(
    '/uploads/:upload',
    { schema: { tags, summary: 'Give an upload up', params: UploadParams, response: { 204: Type.Null() } } },
    async ({ params }, reply) => {
      await receiver.remove(params.upload);
      await jobs.uploads.end(params.upload);
      return reply.code(204).send(null);
    },
  );

  // What a conflict is about is told in the header as well.
  app.addHook('onError', (_request: FastifyRequest, reply: FastifyReply, error: Error, done: () => void) => {
    const offset = isRondelError(error) ? error.failure.details?.offset : undefined;
    if (typeof offset === 'number') reply.header('upload-offset', offset);
    done();
  });
};

/** It is an artifact now. Whoever asks again, as the answer was lost, has it no second time. */
async function ended(
  request: FastifyRequest & { readonly params: { readonly upload: string } },
  { sha256, existed, bytes }: StoredArtifact,
  { uploads, quotas }: Pick<Jobs, 'uploads' | 'quotas'>,
): Promise<void> {
  request.about = [sha256];
  const wasOpen = await uploads.end(request.params.upload);
  if (wasOpen && !existed) await quotas.countStored(identityOf(request).project, bytes);
}

/** What was said first counts. Throws `INVALID_REQUEST` for a request that says otherwise. */
function lengthOf(upload: string, said: number | undefined, known: number | undefined): number | undefined {
  if (said === undefined || known === undefined || said === known) return known ?? said;
  throw new RondelError(
    'INVALID_REQUEST',
    `Upload ${upload} was begun with Upload-Length ${known}; now it is ${said}. Begin a new one.`,
    { details: { length: known } },
  );
}

function answer(reply: FastifyReply, received: ReceivedUpload) {
  if (!received.complete) {
    const { offset } = received.state;
    return reply.code(204).headers({ 'upload-offset': offset, 'upload-complete': '?0' }).send(null);
  }
  const { stored } = received;
  return reply
    .code(stored.existed ? 200 : 201)
    .headers({ 'upload-offset': stored.bytes, 'upload-complete': '?1' })
    .send({ artifact: `artifact:sha256-${stored.sha256}`, ...stored });
}

function stateRoute(app: RouteApp, receiver: UploadReceiver, limits: string): void {
  app.head(
    '/uploads/:upload',
    {
      config: { swagger: { exposeHeadRoute: true } },
      schema: {
        tags,
        summary: 'How many bytes of an upload have arrived',
        description: 'In the header `Upload-Offset`; `Upload-Complete` is `?1` when it is finished.',
        params: UploadParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { offset, finished } = await receiver.state(request.params.upload);
      return reply
        .code(204)
        .headers({ 'upload-offset': offset, 'upload-complete': finished ? '?1' : '?0', 'upload-limit': limits })
        .header('cache-control', 'no-store')
        .send(null);
    },
  );
}
