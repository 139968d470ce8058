import { defaulted, defineAlgorithm, definePipeline, defineStep, optional, type ParameterNode } from '@rondel/reco';
import { Type } from '@rondel/contracts/schema';
import { gridBytes } from '@rondel/compute/grid';
import { RondelError } from '@rondel/contracts';
import { filterAliases, filterNames, filtersWithCutoff, type FilterAlias } from '../filters/filter-names.js';
import { circleRays } from '../reconstruction/circle-rays.js';
import { gridBudgetBytes } from '../slab-size.js';
import { imageAxes, sinogramAxes } from './axes.js';
import { preparation } from './preparation.js';
import { geometryProperties, imageSize, projectorProperty } from './geometry.js';
import { requireFilterable } from './filterable-rays.js';
import { directEstimates } from './memory.js';
import { scaleProperties } from './scale.js';

export const radonBackprojection = defineStep({
  type: 'RadonBackprojectionParameters',
  description: 'Unfiltered backprojection: the adjoint of the projection, a sum over angles without weights.',
  properties: { ...geometryProperties, ...projectorProperty },
  input: sinogramAxes,
  output: imageAxes,
  parallel: ['frame', 'slice'],
  purity: 'pure',
  ...directEstimates(),
  outputSize: imageSize,
});

const aliases = Object.keys(filterAliases) as FilterAlias[];

export const radonFilteredBackprojection = defineStep({
  type: 'RadonFilteredBackprojectionParameters',
  // The example of the AbstractImageReconstruction documentation for a geometry in a plan.
  alsoKnownAs: ['CustomGeomFilteredBackprojectionParameters'],
  description:
    'Filtered backprojection for parallel beams: attenuation per pixel, or per length, from line integrals, with weights for uneven angles. A `geometry` must have parallel, evenly spaced rays of weight 1.',
  properties: {
    ...geometryProperties,
    filter: defaulted(
      Type.Union([
        Type.Enum([...filterNames, ...aliases]),
        Type.Array(Type.Number(), { minItems: 1, maxItems: 65_536 }),
        Type.Null({ description: 'The ramp, as for Julia.' }),
      ]),
      'ramp',
      {
        description:
          'Frequency response: the ramp alone or with a window that trades resolution for less noise; nothing is the ramp. `none` does not filter: half the integral of the projections over half a turn, blurred and no attenuation. A list is the response itself, one number per detector as in RadonKA.jl: for the transform of a row of that length, frequency 0 in the middle (at position length / 2 + 1, rounded down). Rows that became longer, as the axis is not in the middle, take it linearly between its frequencies. The ramp is |f| in cycles per bin, which gives attenuation per pixel; another scale scales the image. TomoPy calls `ramp` and `shepp-logan` `ramlak` and `shepp`, and a list, with twice these numbers, `custom`.',
      },
    ),
    cutoff: optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 }), {
      description:
        'Where the window of the filter ends, for `butterworth` where it has fallen to a half. Left out: 0.5, the highest frequency. Where that counts as 1, as for `HannCutFrequency` of RTK, and for `hann` and `hamming` in `filter_par` of TomoPy, whose windows rise again beyond, it is half of the number there.',
      unit: 'cycles per bin',
      onlyFor: { property: 'filter', values: filtersWithCutoff },
    }),
    order: optional(Type.Number({ exclusiveMinimum: 0, maximum: 100 }), {
      description: 'How steep `butterworth` is: 1 / (1 + (f / cutoff)^(2 order)). Left out: 8.',
      onlyFor: { property: 'filter', values: ['butterworth'] },
    }),
    method: defaulted(Type.Enum(['sums', 'grid', 'gridrec']), 'sums', {
      description:
        'How filtered rows become the image. `sums`: for each pixel the sum over the angles. `grid`: the same by way of a grid in Fourier space, in N^2 log N steps where the sums take N^2 times the angles: many times as fast for large images, within 1 % (RMS) of the sums. It pays from about 512 pixels and angles on, and much earlier on the engine tensorflow; for smaller images sums are as fast, also for stacks of them. TomoPy calls it `gridrec`.',
    }),
    padding: defaulted(Type.Enum(['none', 'edge', 'repeat']), 'none', {
      description:
        'How rows go on beyond the detector while they are filtered. `edge`: smoothly from the edge value to zero, for objects wider than the detector, at three times the memory for sinograms. `repeat`: with the edge value, as for `pad` of TomoPy, `pad_mode` of algotom and `detector_pad` of httomo; values then are too low by a constant. `none`: with zeros.',
    }),
    ...scaleProperties,
  },
  input: sinogramAxes,
  output: imageAxes,
  parallel: ['frame', 'slice'],
  purity: 'pure',
  estimateBytes: (parameters, input, engine) => filteredEstimates(parameters).estimateBytes(parameters, input, engine),
  estimateHostBytes: (parameters, input) => filteredEstimates(parameters).estimateHostBytes(parameters, input),
  outputSize: imageSize,
  validate: ({ geometry, method }) => {
    requireFilterable(geometry);
    requireGridded(method, geometry);
  },
});

type Method = 'sums' | 'grid' | 'gridrec';

function filteredEstimates({ method, padding }: { readonly method: Method; readonly padding: string }) {
  const isPadded = padding !== 'none';
  if (method === 'sums') return directEstimates({ isPadded });
  return directEstimates({
    isPadded,
    budgetBytes: gridBudgetBytes,
    gridBytes({ angles, detectors, rows, columns }, batch, engine) {
      const extents = { angles: { length: angles }, detectors, center: detectors / 2 };
      return gridBytes({ ...extents, shape: [rows, columns], batch }, engine);
    },
  });
}

/** Throws `PLAN_INVALID_VALUE` for rays that the grid does not know. */
function requireGridded(method: Method, geometry: ParameterNode | undefined): void {
  if (method === 'sums' || geometry === undefined || circleRays(geometry).spacing === 1) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `method "${method}" is for rays one pixel apart, and those of geometry are not. Set method to "sums".`,
    { at: 'method' },
  );
}

export const directRadonParameters = definePipeline({
  type: 'DirectRadonParameters',
  description: 'Preprocessing, then a direct reconstruction.',
  stages: {
    ...preparation,
    reco: {
      accepts: [
        'RadonFilteredBackprojectionParameters',
        'RadonBackprojectionParameters',
        'FdkReconstructionParameters',
      ],
      description: 'How the image is made from line integrals.',
    },
  },
});

export const directRadonAlgorithm = defineAlgorithm({
  type: 'DirectRadonAlgorithm',
  description: 'Direct (non-iterative) tomographic reconstruction.',
  accepts: ['DirectRadonParameters'],
});
