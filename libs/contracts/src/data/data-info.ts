import { Type, type Static } from '../schema.js';
import { WarningSchema } from '../warning/warning.js';
import { MdfFactsSchema } from './mdf-facts.js';

const array = {
  shape: Type.Array(Type.Integer(), { description: 'Slowest axis first.' }),
  dtype: Type.String(),
  axes: Type.Optional(Type.Array(Type.String(), { description: 'Absent where the file does not name them.' })),
};

/** Answer of `GET /v1/data/{sha256}/info` and `GET /v1/data/info`: what a raw data file holds. */
export const DataInfoSchema = Type.Object({
  format: Type.String({ description: '`npy`, `npz`, `zip`, `hdf5` or `tiff`.' }),
  bytes: Type.Integer({ description: 'Of the file.' }),
  ...array,
  companions: Type.Record(Type.String(), Type.Object(array), {
    description: 'Arrays that come with it, such as `dark`, `white` and `angles`.',
  }),
  warnings: Type.Optional(Type.Array(WarningSchema, { description: 'As a job would carry that reads it.' })),
  mdf: Type.Optional(MdfFactsSchema),
  plane: Type.Optional(
    Type.Object(
      {
        at: Type.Optional(Type.Integer({ description: 'Entry of the last axis but two, counted from 0.' })),
        min: Type.Optional(Type.Number()),
        max: Type.Optional(Type.Number()),
        finite: Type.Boolean({ description: 'False when any value is NaN or infinite; those are not in the range.' }),
      },
      { description: 'The plane of the picture: its finite values, magnitudes of complex ones.' },
    ),
  ),
  links: Type.Optional(Type.Object({ picture: Type.String() })),
});
export type DataInfo = Static<typeof DataInfoSchema>;

/** What a worker says of a file that lies in one of its data roots. */
export const RemoteLookSchema = Type.Object({
  info: DataInfoSchema,
  picture: Type.Optional(Type.String({ description: 'The PNG, base64.' })),
});
export type RemoteLook = Static<typeof RemoteLookSchema>;
