import { DataInfoSchema, RondelError, type DataInfo } from '@rondel/contracts';
import { dataInfoOf } from '@rondel/formats';
import { Type } from '@rondel/contracts/schema';
import { openDataLooks } from './data-looks.js';
import { openRootLooks } from './root-looks.js';
import { identityOf } from '../access/register-access.js';
import { untilGone } from '../http/until-gone.js';
import type { RoutePlugin } from '../http/route-plugin.js';

const mediaType = 'image/png';
const Params = Type.Object({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) });
const Query = Type.Object({
  dataset: Type.Optional(
    Type.String({ maxLength: 1000, description: 'One dataset of an HDF5 file, as behind `#` of a data reference.' }),
  ),
});

const RootQuery = Type.Object({
  reference: Type.String({ maxLength: 4096, description: 'As the data of a job: `root://NAME/path`.' }),
});

/** What a file that was uploaded, or lies in a data root, holds, before anybody submits it. */
export const dataInfoRoutes: RoutePlugin = async (app, { services }) => {
  const looks = openDataLooks(services);
  const rootLooks = openRootLooks(services);

  app.get(
    '/data/info',
    {
      schema: {
        tags: ['data'],
        operationId: 'getRootDataInfo',
        summary: 'What a raw data file in a data root holds',
        description:
          'As for an uploaded file; a worker with the root looks at it. If there is none: `WORKER_UNAVAILABLE`.',
        querystring: RootQuery,
        response: { 200: DataInfoSchema },
      },
    },
    async (request, reply) => {
      const { reference } = request.query;
      const { info, picture } = await rootLooks.look(reference, {
        raw: reply.raw,
        project: identityOf(request).project,
      });
      return withPicture(info, picture && `/v1/data/picture?${new URLSearchParams({ reference }).toString()}`);
    },
  );

  app.get(
    '/data/picture',
    {
      schema: {
        tags: ['data'],
        operationId: 'getRootDataPicture',
        summary: 'A small picture of one plane of a raw data file in a data root',
        description: 'As for an uploaded file.',
        querystring: RootQuery,
        produces: [mediaType],
      },
    },
    async (request, reply) => {
      const { reference } = request.query;
      const { picture } = await rootLooks.look(reference, { raw: reply.raw, project: identityOf(request).project });
      if (picture === undefined) throw noPicture(reference);
      return reply.header('cache-control', 'no-store').type(mediaType).send(Buffer.from(picture, 'base64'));
    },
  );

  app.get(
    '/data/:sha256/info',
    {
      schema: {
        tags: ['data'],
        summary: 'What a raw data file holds',
        description:
          'Format, shape, axes, what lies beside the main array, and the range of the values of one plane. A file without data is `DATA_FORMAT`, as it would be for a job.',
        params: Params,
        querystring: Query,
        response: { 200: DataInfoSchema },
      },
    },
    async ({ params: { sha256 }, query: { dataset } }, reply) => {
      const look = await looks.look(sha256, dataset, untilGone(reply));
      return withPicture(dataInfoOf(look), look.plane && pictureAddress(sha256, dataset));
    },
  );

  app.get(
    '/data/:sha256/picture',
    {
      schema: {
        tags: ['data'],
        summary: 'A small picture of one plane of a raw data file',
        description:
          'An 8-bit PNG of at most 256 x 256 pixels: the last two axes, at the middle of the axis before them and the first entry of all others; grey between the percentiles 1 and 99.',
        params: Params,
        querystring: Query,
        produces: [mediaType],
      },
    },
    async ({ params: { sha256 }, query: { dataset } }, reply) => {
      const { plane } = await looks.look(sha256, dataset, untilGone(reply));
      if (plane === undefined) throw noPicture(`sha256-${sha256}`);
      return reply
        .header('cache-control', 'private, max-age=31536000, immutable')
        .type(mediaType)
        .send(Buffer.from(plane.picture));
    },
  );
};

function withPicture(info: DataInfo, picture: string | undefined): DataInfo {
  return picture === undefined ? info : { ...info, links: { picture } };
}

function pictureAddress(sha256: string, dataset: string | undefined): string {
  const query = dataset === undefined ? '' : `?${new URLSearchParams({ dataset }).toString()}`;
  return `/v1/data/${sha256}/picture${query}`;
}

function noPicture(what: string): RondelError {
  return new RondelError('NOT_FOUND', `There is no picture of ${what}: it has no plane, or too large a one.`);
}
