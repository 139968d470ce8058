import { Type, type Static } from '../schema.js';
import { JobIdSchema } from '../job/job-id.js';
import { SubmitterSchema } from '../job/lane.js';
import { ProjectSchema } from './project.js';
import { RoleSchema } from './role.js';

const TimeSchema = Type.String({ format: 'date-time' });

const TokenNameSchema = {
  ...SubmitterSchema,
  description: 'What people call it, and the submitter of what is submitted with it.',
};

/** Body of `POST /v1/tokens`. */
export const NewTokenSchema = Type.Object(
  {
    name: TokenNameSchema,
    project: Type.Optional(ProjectSchema),
    role: RoleSchema,
    expiresAt: Type.Optional({ ...TimeSchema, description: 'When it stops to open anything; never unless given.' }),
  },
  { additionalProperties: false },
);
export type NewToken = Readonly<Static<typeof NewTokenSchema>>;

/** A token without its secret, which nobody knows but its owner. */
export const TokenRecordSchema = Type.Object({
  id: { ...JobIdSchema, description: 'ULID of a token.' },
  name: TokenNameSchema,
  project: ProjectSchema,
  role: RoleSchema,
  createdAt: TimeSchema,
  createdBy: Type.Optional(Type.String({ description: 'Name of who has made it.' })),
  expiresAt: Type.Optional(TimeSchema),
  lastUsedAt: Type.Optional({ ...TimeSchema, description: 'To the minute.' }),
});
export type TokenRecord = Readonly<Static<typeof TokenRecordSchema>>;

/** Answer of `POST /v1/tokens`. */
export const CreatedTokenSchema = Type.Object({
  ...TokenRecordSchema.properties,
  secret: Type.String({ description: 'What to send as `Authorization: Bearer`. It is told here and never again.' }),
});
