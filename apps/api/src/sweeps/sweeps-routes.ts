import {
  imageParts,
  AcceptedSweepSchema,
  isTerminal,
  RondelError,
  SweepIdSchema,
  SweepItemSchema,
  SweepPageSchema,
  SweepSchema,
  SweepSubmissionSchema,
  SweepSummarySchema,
  type AcceptedSweep,
} from '@rondel/contracts';
import { mostCombinations } from '@rondel/plan';
import { Type } from '@rondel/contracts/schema';
import { ulid } from 'ulid';
import type { RouteServices, Services } from '../services.js';
import { mapInTurns, turns } from '../http/in-turns.js';
import { sweepSheet } from './sweep-sheet.js';
import { claimKey, idempotencyHeader, markReplayed } from '../http/repeatable.js';
import { seenBy } from '../access/seen-by.js';
import { projectSeen } from '../access/within-project.js';
import { keyOwner, submitterHeaders, withOwner } from '../access/submitter.js';
import { acceptSweep } from './sweep-submission.js';
import { untilGone } from '../http/until-gone.js';
import { findSweep, presentItems, presentSummary, sweepStandings } from './sweep-view.js';
import { defaultPageLength, pageQuery } from '../http/page-query.js';
import type { RouteApp, RoutePlugin } from '../http/route-plugin.js';

const tags = ['sweeps'];
const params = Type.Object({ id: SweepIdSchema });
/** A sweep without its items, and one of them: compiled once, as these objects stay the same. */
const headSchema = { ...Type.Object({ ...SweepSummarySchema.properties, planToml: SweepSchema.properties.planToml }) };
const itemSchema = { ...SweepItemSchema };

export const sweepRoutes: RoutePlugin = async (app, { services }) => {
  submitRoute(app, services);
  listRoute(app, services);
  sweepRoute(app, services);
  cancelRoute(app, services);
  sheetRoute(app, services);
};

function submitRoute(app: RouteApp, services: RouteServices): void {
  const { jobs, store } = services;
  app.post(
    '/sweeps',
    {
      schema: {
        tags,
        summary: 'Submit a plan with some properties varied',
        description:
          'One job per combination, at most 10,000, each with the label `sweep=<id>`. Every combination is checked before any job is accepted.',
        headers: Type.Object({
          ...idempotencyHeader('sweep'),
          ...submitterHeaders,
        }),
        body: SweepSubmissionSchema,
        response: { 202: AcceptedSweepSchema },
      },
    },
    async (request, reply) => {
      const { headers } = request;
      const body = withOwner(request);
      const given = { key: headers['idempotency-key'], owner: `sweep ${keyOwner(body)}`, body: request.body };
      const key = await claimKey(jobs, given);
      const known = key === undefined ? undefined : await jobs.sweeps.known(key);
      const id = known ?? (await create(ulid(), key));
      if (known !== undefined) markReplayed(reply);
      return reply
        .code(202)
        .header('location', `/v1/sweeps/${id}`)
        .send(await presentAccepted(id, services));

      async function create(fresh: string, idempotencyKey: string | undefined): Promise<string> {
        const own = { id: fresh, createdAt: new Date().toISOString() };
        const { record, batches } = await acceptSweep(body, own, seenBy(request, services));
        const accepted = await jobs.sweeps.create(record, batches, idempotencyKey);
        await jobs.sweeps.settle(accepted, (name, document) => store.putRecord(name, document));
        return accepted;
      }
    },
  );
}

function listRoute(app: RouteApp, services: RouteServices): void {
  const { jobs } = services;
  app.get(
    '/sweeps',
    {
      schema: {
        tags,
        summary: 'Sweeps, newest first',
        description: 'Those with a job that is still going, or ended less than a week ago.',
        querystring: pageQuery(SweepIdSchema),
        response: { 200: SweepPageSchema },
      },
    },
    async (request) => {
      const { limit = defaultPageLength, cursor } = request.query;
      const page = await jobs.sweeps.list({ limit, cursor, project: projectSeen(request) });
      const sweeps = [];
      for (const record of page.sweeps) sweeps.push(presentSummary(record, await sweepStandings(record, services)));
      return { ...page, sweeps };
    },
  );
}

function sweepRoute(app: RouteApp, services: RouteServices): void {
  app.get(
    '/sweeps/:id',
    {
      schema: {
        tags,
        summary: 'One sweep with all its combinations',
        params,
        querystring: Type.Object({
          items: Type.Optional(Type.Boolean({ default: true, description: 'false: only the counts.' })),
          from: Type.Optional(Type.Integer({ minimum: 0, default: 0, description: 'Combination to begin with.' })),
          limit: Type.Optional(
            Type.Integer({ minimum: 1, maximum: mostCombinations, description: 'Combinations; all unless given.' }),
          ),
        }),
        response: {
          200: Type.Object({ ...SweepSchema.properties, items: Type.Optional(SweepSchema.properties.items) }),
        },
      },
    },
    async ({ params: { id }, query }, reply) => {
      const record = await findSweep(id, services);
      const standings = await sweepStandings(record, services);
      const summary = presentSummary(record, standings);
      if (query.items === false) return summary;
      const head = { ...summary, planToml: record.planToml };
      // Ten thousand combinations are written out one by one, so that nobody has to wait for all of them.
      const giveWay = turns();
      const text = reply.compileSerializationSchema(headSchema)(head);
      await giveWay();
      const written = reply.compileSerializationSchema(itemSchema);
      await giveWay();
      const items = await mapInTurns(presentItems(record, standings, query), (item) => written(item));
      return reply
        .type('application/json; charset=utf-8')
        .serializer(() => `${text.slice(0, -1)},"items":[${items.join()}]}`)
        .send(head);
    },
  );
}

function cancelRoute(app: RouteApp, services: RouteServices): void {
  app.delete(
    '/sweeps/:id',
    {
      schema: {
        tags,
        summary: 'Cancel a sweep',
        description: 'Cancels every job that has not ended; the others stay as they are.',
        params,
        response: { 202: SweepSummarySchema },
      },
    },
    async ({ params: { id } }, reply) => {
      await cancelSweep(id, services);
      const record = await findSweep(id, services);
      return reply.code(202).send(presentSummary(record, await sweepStandings(record, services)));
    },
  );
}

function sheetRoute(app: RouteApp, services: RouteServices): void {
  const { store, pictures } = services;
  app.get(
    '/sweeps/:id/sheet.png',
    {
      schema: {
        tags,
        summary: 'A contact sheet',
        description:
          'The images of at most 100 combinations in one grey scale, with what was varied under each; combinations without an image show their state.',
        params,
        produces: ['image/png'],
        querystring: Type.Object({
          from: Type.Optional(Type.Integer({ minimum: 0, default: 0, description: 'Combination to begin with.' })),
          part: Type.Optional(
            Type.Enum(imageParts, { description: 'What is drawn of complex images; `magnitude` unless given.' }),
          ),
          colour: Type.Optional(Type.Integer({ minimum: 0, description: 'The first one unless given.' })),
          slice: Type.Optional(Type.Integer({ minimum: 0, description: 'The middle one unless given.' })),
          frame: Type.Optional(Type.Integer({ minimum: 0, description: 'The first one unless given.' })),
          window: Type.Optional(Type.String({ maxLength: 100, description: 'Values shown black and white, `lo,hi`.' })),
          percentiles: Type.Optional(
            Type.String({
              maxLength: 100,
              description:
                'Without `window`: percentiles of all images together that become black and white; `0.5,99.5` unless given.',
            }),
          ),
        }),
      },
    },
    async ({ params: { id }, query }, reply) => {
      const { from = 0, part, colour, slice, frame } = query;
      const window = query.window === undefined ? undefined : bounds('window', query.window);
      const percentiles = bounds('percentiles', query.percentiles ?? '0.5,99.5', [0, 100]);
      const record = await findSweep(id, services);
      const standings = await sweepStandings(record, services);
      const shown = { from, part, colour, slice, frame, window, percentiles };
      const sheet = await sweepSheet(record, standings, { ...shown, store });
      const png = await pictures.sheet(sheet, untilGone(reply));
      return reply.type('image/png').send(Buffer.from(png));
    },
  );
}

async function presentAccepted(id: string, services: Services): Promise<AcceptedSweep> {
  const record = await findSweep(id, services);
  const summary = presentSummary(record, await sweepStandings(record, services));
  return { ...summary, jobs: record.items.map(({ job }) => job) };
}

/** Jobs that are still to be added are added first, as nobody could cancel them later. */
async function cancelSweep(id: string, services: Services): Promise<void> {
  const { jobs, store } = services;
  const record = await findSweep(id, services);
  await jobs.sweeps.settle(id, (name, document) => store.putRecord(name, document));
  const standings = await sweepStandings(record, services);
  const open = record.items.filter((_, index) => !isTerminal(standings[index]?.state ?? 'cancelled'));
  await jobs.cancelAll(open.map(({ job }) => job));
}

function bounds(
  name: string,
  text: string,
  range: readonly [number, number] = [-Infinity, Infinity],
): [number, number] {
  const [low = NaN, high = NaN, ...rest] = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const good = Number.isFinite(low) && Number.isFinite(high) && low < high && rest.length === 0;
  if (good && low >= range[0] && high <= range[1]) return [low, high];
  const where = name === 'percentiles' ? ' between 0 and 100' : '';
  throw new RondelError('INVALID_REQUEST', `${name} must be two numbers lo,hi with lo < hi${where}, got "${text}".`);
}
