import {
  given,
  hidePaths,
  imageParts,
  isComplex,
  JobIdSchema,
  RondelError,
  type ImagePart,
  type Job,
} from '@rondel/contracts';
import { writableFormats, type FormatWriter, type StreamedFacts, type WritableFormat } from '@rondel/formats';
import { Type } from '@rondel/contracts/schema';
import { drawnPicture } from './drawn-picture.js';
import { exportProvenance } from './export-provenance.js';
import { findArchive, requireImage } from './job-view.js';
import { untilGone } from '../http/until-gone.js';
import { sendArtifact } from '../data/send-artifact.js';
import type { RoutePlugin } from '../http/route-plugin.js';

const formats = Object.keys(writableFormats) as WritableFormat[];

export const jobResultRoutes: RoutePlugin = async (app, { services }) => {
  const { store, pictures } = services;
  app.get(
    '/jobs/:id/result',
    {
      schema: {
        tags: ['jobs'],
        summary: 'The image, in the format you ask for',
        description:
          '`npy` takes `Range` requests unless a part of complex numbers is asked for. Without `format` the `Accept` header decides, then `npy`. Complex images are complex in `npy`, `h5` and `nii.gz`; `tif`, `dcm` and `png` hold the magnitude unless `part` says otherwise. The header `rondel-part` says which part of a complex image a file holds.',
        params: Type.Object({ id: JobIdSchema }),
        takesRanges: true,
        produces: formats.map((format) => writableFormats[format].mediaType),
        querystring: Type.Object({
          format: Type.Optional(Type.Enum(formats)),
          part: Type.Optional(
            Type.Enum(imageParts, {
              description:
                'Of a complex image: one real number for each complex one, `phase` in radians. Refused for a real image.',
            }),
          ),
          colour: Type.Optional(
            Type.Integer({ minimum: 0, description: 'For png of an image with several; the first one unless given.' }),
          ),
          slice: Type.Optional(Type.Integer({ minimum: 0, description: 'For png; the middle one unless given.' })),
          frame: Type.Optional(Type.Integer({ minimum: 0, description: 'For png; the first one unless given.' })),
          window: Type.Optional(
            Type.String({
              maxLength: 100,
              description:
                'For png: values shown black and white, `lo,hi`. For tif and dcm: values of the first and the last grey level; those of the whole image unless given.',
            }),
          ),
          bits: Type.Optional(
            Type.Integer({
              minimum: 8,
              maximum: 16,
              multipleOf: 8,
              description:
                'For png; 16 unless given. For tif: grey levels of so many bits, on one scale for all slices and frames, in place of the values. dcm has 16.',
            }),
          ),
          side: Type.Optional(
            Type.Integer({
              minimum: 16,
              maximum: 1024,
              description: 'For png with `window`: in 8 bit, made smaller until neither side is longer.',
            }),
          ),
        }),
      },
    },
    async (request, reply) => {
      const { colour, slice, frame, window, bits: depth, side, ...query } = request.query;
      const bits = greyBits(depth);
      const archive = await findArchive(request.params.id, services);
      const { job } = archive;
      const sha256 = resultHash(job);
      await requireImage(job, services);
      const format = query.format ?? acceptedFormat(request.headers.accept);
      const writer: FormatWriter = writableFormats[format];
      const { mediaType, extension } = writer;
      const part = partWritten(job, query.part, writer);
      if (part !== undefined) reply.header('rondel-part', part);
      reply.header('content-disposition', `attachment; filename="${job.id}${extension}"`);
      if (writer.sent === 'as stored' && part === undefined)
        return sendArtifact(sha256, { request, reply, store, mediaType });
      reply.type(mediaType);
      const path = await store.localPath(sha256);
      const label = `the result of job ${job.id}`;
      const provenance = exportProvenance(services.hidesNames === true ? hidePaths(archive) : archive, part);
      if (writer.sent === 'drawn') {
        const image = { path, label, shape: job.result?.shape ?? [] };
        const shown = window === undefined ? undefined : parseWindow(window);
        const chosen = { part, colour, slice, frame, bits, side, provenance, window: shown };
        const drawn = await drawnPicture(job, chosen, store);
        const picture = drawn ?? (await pictures.slice(image, { ...chosen, signal: untilGone(reply) }));
        return reply.send(Buffer.from(picture));
      }
      const { axes, spacing, spacingUnit, valueUnit } = job.result ?? {};
      const levels = format === 'tif' || format === 'dcm' ? levelsOf(job, { format, bits, window, part }) : undefined;
      const madeAt = job.finishedAt;
      const facts = { label, part, provenance, ...given({ axes, spacing, spacingUnit, valueUnit, levels, madeAt }) };
      const { stream, bytes } = await writer.stream(path, facts);
      if (bytes !== undefined) reply.header('content-length', bytes);
      return reply.send(stream);
    },
  );
};

function greyBits(bits: number | undefined): 8 | 16 | undefined {
  if (bits === undefined) return undefined;
  return bits === 8 ? 8 : 16;
}

function resultHash({ id, state, result, error }: Job): string {
  if (result) return result.artifact.replace('artifact:sha256-', '');
  throw new RondelError('CONFLICT', `Job ${id} is ${state} and has no result.${error ? ` ${error.message}` : ''}`);
}

/** Which part of a complex image the file holds; undefined for all of it, and of a real image. Throws `INVALID_REQUEST`. */
function partWritten(
  { id, result }: Job,
  asked: ImagePart | undefined,
  { holdsComplex }: FormatWriter,
): ImagePart | undefined {
  if (isComplex(result?.dtype ?? '')) return asked ?? (holdsComplex ? undefined : 'magnitude');
  if (asked === undefined) return undefined;
  throw new RondelError(
    'INVALID_REQUEST',
    `The image of job ${id} is ${result?.dtype ?? 'real'} and has no ${asked} part. Leave part out.`,
  );
}

function acceptedFormat(accept: string | undefined): WritableFormat {
  return formats.find((format) => accept?.includes(writableFormats[format].mediaType)) ?? 'npy';
}

interface AskedLevels {
  readonly format: WritableFormat;
  readonly bits: 8 | 16 | undefined;
  readonly window: string | undefined;
  readonly part: ImagePart | undefined;
}

/** Grey levels of a TIFF file, where they are asked for, and of DICOM: from the smallest to the largest value of the image unless told. */
function levelsOf({ id, result }: Job, { format, bits, window, part }: AskedLevels): StreamedFacts['levels'] {
  if (format !== 'dcm' && bits === undefined && window === undefined) return undefined;
  if (window !== undefined) return { bits: bits ?? 16, window: parseWindow(window) };
  const { min = NaN, max = NaN } = result ?? {};
  // Of complex numbers the record has the magnitudes.
  const [low, high] = format === 'dcm' || isMagnitude(part) ? rangeOf(part, [min, max]) : [NaN, NaN];
  if (Number.isFinite(low) && Number.isFinite(high)) {
    return { bits: bits ?? 16, window: [low, high > low ? high : low + 1] };
  }
  throw new RondelError(
    'INVALID_REQUEST',
    `Grey levels of ${part === undefined ? '' : `the ${part} of `}job ${id} need a window, as its smallest and largest value are not known. Add window=lo,hi.`,
  );
}

const isMagnitude = (part: ImagePart | undefined) => part === undefined || part === 'magnitude';

/** Bounds of a part, by the smallest and largest magnitude. */
function rangeOf(part: ImagePart | undefined, [min, max]: [number, number]): [number, number] {
  if (isMagnitude(part)) return [min, max];
  return part === 'phase' ? [-Math.PI, Math.PI] : [-max, max];
}

function parseWindow(text: string): [number, number] {
  const [low = NaN, high = NaN, ...rest] = text.split(',').map(Number);
  if (Number.isFinite(low) && Number.isFinite(high) && low < high && rest.length === 0) return [low, high];
  throw new RondelError('INVALID_REQUEST', `window must be two numbers lo,hi with lo < hi, got "${text}".`);
}
