import { RondelError, type Dataset } from '@rondel/contracts';
import { implementStep, type ParametersOf, type StepContext } from '@rondel/reco';
import { flatField, requireAir } from '../../manifest/flat-field.js';
import { requireFinite } from '../../sinogram/finite-values.js';
import { extents, sinogramShape, type SinogramShape } from '../../sinogram/sinogram-shape.js';
import { sayDisagreement, sayDisputed, sayRepaired, saySaturated, sayWithoutDark } from '../faults/said-of-scan.js';
import { quantityOf } from '../quantity.js';
import { normalizeAir } from './air.js';
import { averageFields } from './field-average.js';
import { normalizeFlatField } from './flat-field.js';
import { normalizeOverTime, whiteGroups } from './white-over-time.js';

type Parameters = ParametersOf<typeof flatField.properties>;

/** What tells later steps that white fields have been used. */
export const whiteUsed = 'whiteUsed';

/** Counts become transmissions; transmissions are only normalized by air. */
export const flatFieldStep = implementStep(flatField, (parameters) => ({
  process(input, context) {
    const shape = sinogramShape(input.data);
    requireAir(parameters.air, shape.detectors);
    requireFinite(input.data.data, input.data.shape, 'The raw data');
    const quantity = quantityOf(input, undefined, context);
    if (quantity === 'lineIntegrals') throw notCounts();
    const data = Float32Array.from(input.data.data);
    if (quantity === 'counts') normalize(data, shape, input, { parameters, context });
    if (parameters.air > 0) normalizeAir(data, shape, parameters.air);
    const { clip } = parameters;
    if (clip !== undefined) for (let at = 0; at < data.length; at++) data[at] = Math.max(clip, data[at] ?? 0);
    const { white: _white, dark: _dark, ...companions } = input.companions;
    const { data: _, ...facts } = input.data;
    return {
      ...input,
      companions,
      data: { ...facts, dtype: 'float32', shape: extents(shape), data },
      attributes: {
        ...input.attributes,
        quantity: 'transmission',
        ...(quantity === 'counts' && { [whiteUsed]: true }),
      },
    };
  },
}));

interface Surroundings {
  readonly parameters: Parameters;
  readonly context: Pick<StepContext, 'log' | 'warn'>;
}

function normalize(
  data: Float32Array,
  shape: SinogramShape,
  input: Dataset,
  { parameters, context }: Surroundings,
): void {
  const { white, dark } = input.companions;
  if (white === undefined) return;
  const { average, overTime, flatPosition, flatMultiplier, darkMultiplier } = parameters;
  const groups = overTime === 'none' ? [{ position: 0, white }] : whiteGroups(input, white, flatPosition);
  const averaged = groups.map((group) => ({
    ...group,
    ...averageFields({ white: group.white, dark }, shape, average),
  }));
  const [first] = averaged;
  if (first === undefined) return;
  if (dark === undefined) sayWithoutDark(input, first.white, context);
  saySaturated(input, { white, dark: first.dark }, context);
  for (const { disagreements, disputed } of averaged) {
    for (const each of disagreements) sayDisagreement(each, context);
    for (const each of disputed) sayDisputed(each, shape.frames, context);
  }
  const scaled = {
    dark: first.dark.map((value) => value * darkMultiplier),
    groups: averaged.map(({ position, white: mean }) => ({
      position,
      white: mean.map((value) => value * flatMultiplier),
    })),
  };
  const [only] = scaled.groups;
  const dead =
    overTime === 'none' && only !== undefined
      ? normalizeFlatField(data, shape, { white: only.white, dark: scaled.dark })
      : normalizeOverTime(data, shape, { ...scaled, overTime: overTime === 'nearest' ? 'nearest' : 'linear' });
  sayRepaired(dead * shape.frames, 'white is not above dark there', context);
}

function notCounts(): RondelError {
  return new RondelError(
    'DATA_FORMAT',
    'The flat field makes transmissions of counts, but the data holds line integrals. Leave the stage flat out, or set quantity of the data to what it is.',
  );
}
