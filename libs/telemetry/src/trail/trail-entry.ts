import { IdentitySchema } from '@rondel/contracts';
import { Type, type Static } from '@rondel/contracts/schema';

/** Ids that one line names at most; of more, as of many jobs that are cancelled at once, further lines name the rest. */
export const mostIds = 500;
/** Longest line, in bytes. */
export const longestLine = 2 ** 16;

/** What is noted of one request, or of something that a process did by itself. Never labels, paths, plans or names of data. */
export const TrailNoteSchema = Type.Object({
  what: Type.String({
    maxLength: 200,
    description: 'Method and route, such as `POST /v1/jobs`, or the name of an action.',
  }),
  deed: Type.Optional(Type.String({ maxLength: 64, description: 'Which of several things a route does: `erase`.' })),
  who: Type.Optional({ ...IdentitySchema.properties.name, description: 'Name of the account or the token.' }),
  via: Type.Optional(IdentitySchema.properties.via),
  role: Type.Optional(IdentitySchema.properties.role),
  token: Type.Optional(IdentitySchema.properties.token),
  project: Type.Optional(IdentitySchema.properties.project),
  ids: Type.Optional(
    Type.Array(Type.String({ maxLength: 128 }), {
      maxItems: mostIds,
      description: 'Of the jobs, sweeps, artifacts and so on that it is about.',
    }),
  ),
  from: Type.Optional(Type.String({ maxLength: 64, description: 'Address of who asked.' })),
  status: Type.Optional(
    Type.Integer({ description: 'HTTP status of the answer; 0 where the connection ended before.' }),
  ),
  code: Type.Optional(Type.String({ maxLength: 64, description: 'Of the failure.' })),
  times: Type.Optional(Type.Integer({ description: 'How often it happened, where that is not noted one by one.' })),
  request: Type.Optional(Type.String({ maxLength: 64, description: 'Id of the request, as in the log.' })),
});
export type TrailNote = Readonly<Static<typeof TrailNoteSchema>>;

const position = {
  n: Type.Integer({ minimum: 0, description: 'Number of the line in its trail, over all its files.' }),
  at: Type.String({ maxLength: 40, description: 'When, in UTC.' }),
};
const HashSchema = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** First line of a file. */
export const TrailOpeningSchema = Type.Object({
  ...position,
  what: Type.Enum(['trail.begin', 'trail.continue']),
  v: Type.Literal(1),
  trail: Type.String({ maxLength: 128 }),
  /** Number of the file, from 1 on. */
  file: Type.Integer({ minimum: 1 }),
  host: Type.String({ maxLength: 255 }),
  pid: Type.Integer(),
  seal: Type.Enum(['sha256', 'hmac-sha256']),
  /** The hash of the line before, in the file before; of the first one zeros. */
  previous: HashSchema,
});
export type TrailOpening = Readonly<Static<typeof TrailOpeningSchema>>;

/** Where a trail stood. */
export const TrailHeadSchema = Type.Object({
  trail: Type.String({ maxLength: 128 }),
  n: Type.Integer({ minimum: 0 }),
  hash: HashSchema,
});
export type TrailHead = Readonly<Static<typeof TrailHeadSchema>>;

/** Where other trails of the folder stood: what is cut off of them or changed later is found by it. */
export const TrailWitnessSchema = Type.Object({
  ...position,
  what: Type.Literal('trail.witness'),
  trails: Type.Array(TrailHeadSchema, { maxItems: 100 }),
});

/** Any line. */
export const TrailLineSchema = Type.Object({ ...position, what: Type.String({ maxLength: 200 }), hash: HashSchema });
export type TrailLine = Readonly<Static<typeof TrailLineSchema>>;

export const TrailEntrySchema = Type.Object({ ...position, ...TrailNoteSchema.properties, hash: HashSchema });
export type TrailEntry = Readonly<Static<typeof TrailEntrySchema>>;
