import { RondelError, type Dataset } from '@rondel/contracts';
import type { StepContext } from '@rondel/reco';
import type { Quantity } from '../manifest/quantity.js';
import { quantityIn } from '../sinogram/carried-quantity.js';

/** Transmissions are from 0 to 1; noise and bright spots go beyond. */
const leastTransmission = -0.1;
const mostTransmission = 1.5;
/** Share of values beyond these that noise may account for. */
const harmlessShare = 0.01;
/** Line integrals are next to 0 at the edges of a detector that is wider than the object; relative to their maximum. */
const clearEdge = 0.2;
const brightEdge = 0.5;
/** From here on, whole numbers are most likely counts. */
const leastCounts = 256;

/** No detector counts as far; floating-point numbers of this size are whole whatever they stand for. */
const mostCounts = 2 ** 32;

/** Values of which nobody has said yet what they stand for. */
interface Unsaid {
  readonly dtype: string;
  readonly maximum: number;
  readonly areWhole: boolean;
  /** Whether they may be transmissions by their range. */
  readonly areFractions: boolean;
  /** Mean of the first and of the last bin of all rows, relative to the maximum. */
  readonly edge: number;
}

/**
 * What the values of the raw data stand for: what the plan says, else what the data says in its attribute `quantity`, else
 * counts where there are white fields, and line integrals for other numbers that look like these.
 *
 * Throws `DATA_FORMAT` for counts without white fields, for values of a file that may as well be transmissions as line
 * integrals (a bare array is taken for line integrals, with a warning), for
 * those that cannot be what is said of them, and for a quantity that nobody knows; `PLAN_INVALID_VALUE` where it is the plan
 * that says it.
 */
export function quantityOf(
  input: Dataset,
  fromPlan: Quantity | undefined,
  { warn }: Pick<StepContext, 'warn'>,
): Quantity {
  const fromData = fromPlan === undefined ? quantityIn(input.attributes) : undefined;
  const said = fromPlan ?? fromData;
  const hasWhite = input.companions['white'] !== undefined;
  if (hasWhite && said !== undefined && said !== 'counts') {
    if (fromPlan !== undefined)
      throw contradiction(
        `the quantity is ${said}, but there are white fields, which belong to counts. Leave one of them out.`,
      );
    warn(
      'QUANTITY_ASSUMED',
      `The data says that it holds ${said}, so its white fields were not used. Set quantity to counts if they belong to it.`,
      { property: 'quantity' },
    );
  }
  if (said === 'lineIntegrals') return said;
  if (said === 'transmission') {
    requireTransmissions(input, fromPlan !== undefined);
    return said;
  }
  if (hasWhite) return 'counts';
  if (input.companions['dark'] !== undefined) {
    throw new RondelError(
      'DATA_FORMAT',
      'The data has dark fields but no white fields, so transmissions cannot be computed. Add white fields.',
    );
  }
  const values = look(input);
  if (
    said === 'counts' ||
    isInteger(input) ||
    (values.areWhole && values.maximum >= leastCounts && values.maximum <= mostCounts)
  )
    throw withoutWhite(values);
  if (values.areFractions && values.edge > clearEdge) {
    // A bare array holds line integrals by what is said of bare arrays; a file of a beamline may hold either.
    if (input.attributes['layout'] !== 'plain') throw undecidable(values);
    warn('QUANTITY_ASSUMED', `${twoReadings(values)} They were taken for line integrals. ${chooseQuantity}`, {
      property: 'quantity',
    });
  } else if (values.edge > brightEdge) {
    warn(
      'QUANTITY_ASSUMED',
      'The values were taken for line integrals, but are not near 0 at the edges of the detector, as they are beside an object. Set quantity to what they are: counts, transmission or lineIntegrals.',
      { property: 'quantity' },
    );
  }
  return 'lineIntegrals';
}

function isInteger({ data }: Dataset): boolean {
  return !data.dtype.startsWith('float');
}

function look({ data: { data, shape, dtype } }: Dataset): Unsaid {
  const detectors = shape.at(-1) ?? 1;
  let [maximum, edges, beyond, fractions] = [0, 0, 0, 0];
  for (let index = 0; index < data.length; index++) {
    const value = data[index] ?? 0;
    maximum = Math.max(maximum, Math.abs(value));
    if (value < leastTransmission || value > mostTransmission) beyond++;
    if (!Number.isInteger(value) || value < 0) fractions++;
    const bin = index % detectors;
    if (bin === 0 || bin === detectors - 1) edges += Math.abs(value) / (detectors === 1 ? 1 : 2);
  }
  const rows = data.length / detectors;
  return {
    dtype,
    maximum,
    areWhole: fractions === 0,
    areFractions: beyond <= harmlessShare * data.length,
    edge: maximum > 0 ? edges / rows / maximum : 0,
  };
}

function requireTransmissions(input: Dataset, byPlan: boolean): void {
  const { areFractions, maximum } = look(input);
  if (areFractions) return;
  const problem = `the quantity is transmission, but values go up to ${maximum.toPrecision(4)}, and transmissions are from 0 to 1.`;
  if (byPlan) throw contradiction(`${problem} Set quantity to what they are, or divide them by the white field.`);
  throw new RondelError('DATA_FORMAT', `The data says that ${problem} Set quantity to what they are.`);
}

/** Air in a transmission, on average over both edges of the detector. */
const leastAir = 0.5;

/** Whether values of which nobody has said anything are transmissions: by their range, and by air at the edges. */
export function looksLikeTransmission(input: Dataset): 'yes' | 'perhaps' | 'no' {
  const { areFractions, edge, maximum } = look(input);
  if (!areFractions) return 'no';
  return edge * maximum > leastAir ? 'yes' : 'perhaps';
}

function contradiction(problem: string): RondelError {
  return new RondelError('PLAN_INVALID_VALUE', `The plan says that ${problem}`, { at: 'quantity' });
}

function withoutWhite({ dtype, maximum }: Unsaid): RondelError {
  return new RondelError(
    'DATA_FORMAT',
    `The data holds counts (${dtype}, up to ${maximum.toPrecision(5)}) but no white fields, so transmissions cannot be computed. Add them, as with white=FILE and dark=FILE; or, if these are no counts, set quantity to transmission or lineIntegrals.`,
    { at: 'quantity' },
  );
}

function undecidable(values: Unsaid): RondelError {
  return new RondelError('DATA_FORMAT', `${twoReadings(values)} ${chooseQuantity}`, { at: 'quantity' });
}

function twoReadings({ maximum }: Unsaid): string {
  return `The data can be read in two ways: as transmissions, which are from 0 to 1 and 1 beside the object, or as line integrals of an object wider than the detector; its values go up to ${maximum.toPrecision(4)}.`;
}

const chooseQuantity = 'Set quantity to transmission or to lineIntegrals.';
