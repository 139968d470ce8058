import { RondelError } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { defaulted, defineStep, optional, required, type InputShape } from '@rondel/reco';
import { excessiveFringes, paddedExtents } from '../preprocessing/phase/padding.js';
import { sinogramAxes } from './axes.js';
import { rawCompanions } from './raw-companions.js';

/** Retrieval of the phase of a single material from one distance. */
export const paganinPhase = defineStep({
  type: 'PaganinPhaseParameters',
  description:
    'Filters projections for phase contrast of a single material (Paganin 2002), as TomoPy and httomo do: takes and gives transmissions. H(f) = 1 / (1 + lambda distance deltaBeta f^2 / (4 pi)), with f^2 = fx^2 + fy^2 in cycles per length, lambda = h c / energy.',
  properties: {
    pixelSize: required(Type.Number({ exclusiveMinimum: 0, maximum: 100 }), {
      description:
        'Size of a detector pixel at the object, that of the file where the data is binned (TomoPy has cm, httomo micrometres).',
      unit: 'mm',
    }),
    distance: required(Type.Number({ minimum: 0, maximum: 1e6 }), {
      description: 'From the object to the detector (`dist`; TomoPy has cm, httomo metres).',
      unit: 'mm',
    }),
    energy: required(Type.Number({ exclusiveMinimum: 0, maximum: 10_000 }), {
      description: 'Of the photons.',
      unit: 'keV',
    }),
    alpha: optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e6 }), {
      description:
        "TomoPy's regularization, the reciprocal of `deltaBeta`: H = 1 / (lambda distance f^2 / (4 pi) + alpha), divided by its maximum. Less smooths more. Left out: 1e-3, unless `deltaBeta` is given.",
    }),
    deltaBeta: optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e9 }), {
      description:
        "httomo's ratio of delta to beta (there 250), as it stands in H. By the physics of a single material, with f in cycles, it is 4 pi^2 times the ratio in tables; Savu's is 4 times this one. More smooths more.",
    }),
    pad: defaulted(Type.Boolean(), true, {
      description:
        'Whether projections are continued by their edge values, to a power of two that leaves room for the fringes; else their opposite edges meet. Room of more than 512 bins and 4 times the longer side of a projection is refused.',
    }),
    compatibleGrid: defaulted(Type.Boolean(), false, {
      description:
        'Whether frequencies are those of TomoPy and httomo, n from -(n - 1) to n - 1 in steps of 2 over 2 (n - 1) pixels, of which none is 0, and edges as TomoPy continues them. For comparison: values differ by about 1 %.',
    }),
  },
  input: sinogramAxes,
  output: sinogramAxes,
  companions: { ...rawCompanions, angles: ['angle'] },
  // A projection is filtered as a whole, over slices and bins.
  parallel: ['frame', 'angle'],
  purity: 'pure',
  effort: 1,
  estimateBytes: () => 0,
  estimateHostBytes(parameters, { shape }) {
    const [frames = 1, slices = 1, angles = 1, detectors = 1] = [1, 1, 1, 1, ...shape].slice(-4);
    const values = 4 * frames * slices * angles * detectors;
    // The step refuses these before it takes any room.
    if (excessiveFringes([slices, detectors], parameters) !== undefined) return values;
    const padded = paddedExtents([slices, detectors], parameters);
    return values + transformedBytes * padded.rows.total * padded.columns.total;
  },
  outputSize: { from: [], of: (_parameters, input: InputShape) => ({ ...input, elementBytes: 4 }) },
  validate({ alpha, deltaBeta }) {
    if (alpha === undefined || deltaBeta === undefined) return;
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `alpha (${alpha}) must not be given with deltaBeta (${deltaBeta}), whose reciprocal it is: leave one of them out.`,
      { at: 'alpha' },
    );
  },
});

/** Two projections at a time as the parts of complex numbers, float64. */
const transformedBytes = 16;
