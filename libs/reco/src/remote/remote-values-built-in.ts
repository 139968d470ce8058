import { RondelError, type NdArray } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { rangeNumbers } from './remote-range.js';
import { implementRemoteResolver, type RemoteResolverDefinition, type RemoteSource } from './remote-values.js';

const reference = Type.String({
  maxLength: 4096,
  format: 'data-reference',
  description: '`root://NAME/path` in a data root of the worker, or `artifact:sha256-<hex>`.',
});
const unit = Type.Optional(
  Type.Enum(['rad', 'deg'], {
    description:
      'Unit in which angles are stored; degrees become radians. If left out: what the file says, else degrees for DXchange and radians for other files.',
  }),
);

const hdf5 = {
  name: 'hdf5',
  description: 'One dataset of an HDF5 file.',
  fields: Type.Object(
    { uri: reference, dataset: Type.String({ pattern: '^/', maxLength: 1024 }), unit },
    { additionalProperties: false },
  ),
} as const;

const npy = {
  name: 'npy',
  description: 'The array of a NumPy file.',
  fields: Type.Object({ uri: reference, unit }, { additionalProperties: false }),
} as const;

const range = {
  name: 'range',
  description:
    "Numbers at equal distances, as Julia's `range`: `stop` is among them, unless `endpoint` is false, as for angles of half a turn, where it would be the first direction again.",
  fields: Type.Object(
    {
      start: Type.Number(),
      stop: Type.Optional(Type.Number()),
      step: Type.Optional(Type.Number()),
      length: Type.Optional(Type.Integer({ minimum: 1, maximum: 4_000_000 })),
      endpoint: Type.Optional(Type.Boolean({ description: 'Whether `stop` is the last number; true unless told.' })),
    },
    {
      additionalProperties: false,
      oneOf: [
        { required: ['start', 'stop', 'length'] },
        { required: ['start', 'stop', 'step'] },
        { required: ['start', 'step', 'length'] },
      ],
    },
  ),
} as const;

/** Remote values that every registry knows. */
export const builtInRemoteResolvers: readonly RemoteResolverDefinition[] = [hdf5, npy, range];

export const builtInRemoteImplementations = [
  implementRemoteResolver(hdf5, (fields, source) => readAs('hdf5', fields, source)),
  implementRemoteResolver(npy, (fields, source) => readAs('npy', fields, source)),
  implementRemoteResolver(range, (fields) => {
    const data = Float64Array.from(rangeNumbers(fields));
    return { dtype: 'float64', shape: [data.length], data };
  }),
];

async function readAs(
  format: string,
  { uri, ...options }: { readonly uri: string; readonly dataset?: string; readonly unit?: 'rad' | 'deg' },
  source: RemoteSource,
): Promise<NdArray> {
  const read = await source.read(uri, options);
  if (read.format === format) return read.array;
  const right = builtInRemoteResolvers.some(({ name }) => name === read.format)
    ? `Write _remote = "${read.format}".`
    : 'Store the values as NumPy .npy or in HDF5.';
  throw new RondelError('DATA_FORMAT', `${uri} is a file of format ${read.format}, not ${format}. ${right}`);
}
