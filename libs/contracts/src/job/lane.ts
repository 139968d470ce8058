import { Type, type Static } from '../schema.js';

/** First to last: work of one lane starts only where none of the lanes before it waits. */
export const lanes = ['interactive', 'normal', 'batch'] as const;
export const LaneSchema = Type.Enum(lanes);
export type Lane = Static<typeof LaneSchema>;

/** An account's name or a network address; never anything about a patient, as it is shown with the job. */
export const SubmitterSchema = Type.String({
  pattern: '^[A-Za-z0-9_:][A-Za-z0-9_.@:%+-]{0,63}$',
  description:
    "Whose work it is, such as the name of an account: submitters with work waiting in a lane take turns. The client's address unless given. Never anything about a patient.",
});
