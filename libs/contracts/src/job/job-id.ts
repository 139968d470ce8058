import { Type } from '../schema.js';

/** ULID: sorts by creation time, no `:` (a separator in Redis keys) and not digits only (BullMQ refuses such ids). */
export const JobIdSchema = Type.String({ pattern: '^[0-9A-HJKMNP-TV-Z]{26}$', description: 'ULID of a job.' });
