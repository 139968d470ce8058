import { DataInfoSchema, RondelError, type DataInfo } from '@rondel/contracts';
import type { DataLook } from '@rondel/formats';
import { Type } from '@rondel/contracts/schema';
import { openDataLooks } from '../data-looks.js';
import { untilGone } from '../until-gone.js';
import type { RoutePlugin } from './route-plugin.js';

const mediaType = 'image/png';
const Params = Type.Object({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) });
const Query = Type.Object({
  dataset: Type.Optional(
    Type.String({ maxLength: 1000, description: 'One dataset of an HDF5 file, as behind `#` of a data reference.' }),
  ),
});

/** What a file that was uploaded holds, before anybody submits it. */
export const dataInfoRoutes: RoutePlugin = async (app, { services }) => {
  const looks = openDataLooks(services);

  app.get(
    '/data/:sha256/info',
    {
      schema: {
        tags: ['data'],
        summary: 'What a raw data file holds',
        description:
          'Format, shape, axes, what lies beside the main array, and the range of the values of one plane. A file that is no data is `DATA_FORMAT`, as it would be for a job.',
        params: Params,
        querystring: Query,
        response: { 200: DataInfoSchema },
      },
    },
    async ({ params: { sha256 }, query: { dataset } }, reply) => {
      const look = await looks.look(sha256, dataset, untilGone(reply));
      return dataInfo(look, pictureAddress(sha256, dataset));
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
      if (plane === undefined) {
        throw new RondelError(
          'NOT_FOUND',
          `There is no picture of sha256-${sha256}: it has no plane, or too large a one.`,
        );
      }
      return reply
        .header('cache-control', 'private, max-age=31536000, immutable')
        .type(mediaType)
        .send(Buffer.from(plane.picture));
    },
  );
};

function pictureAddress(sha256: string, dataset: string | undefined): string {
  const query = dataset === undefined ? '' : `?${new URLSearchParams({ dataset }).toString()}`;
  return `/v1/data/${sha256}/picture${query}`;
}

function dataInfo({ format, bytes, data, companions, warnings, plane }: DataLook, picture: string): DataInfo {
  return {
    format,
    bytes,
    ...arrayInfo(data),
    companions: Object.fromEntries(Object.entries(companions).map(([name, facts]) => [name, arrayInfo(facts)])),
    ...(warnings && { warnings: [...warnings] }),
    ...(plane && { plane: planeInfo(plane), links: { picture } }),
  };
}

function arrayInfo({ shape, dtype, axes }: DataLook['data']) {
  return { shape: [...shape], dtype, ...(axes && { axes: [...axes] }) };
}

function planeInfo({ picture: _, ...facts }: NonNullable<DataLook['plane']>) {
  return facts;
}
