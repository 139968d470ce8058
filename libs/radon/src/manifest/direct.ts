import { defaulted, defineAlgorithm, definePipeline, defineStep } from '@rondel/reco';
import { Type } from '@rondel/contracts/schema';
import { filterNames } from '../filters/filter-names.js';
import { directCopies, paddedCopies, type SlabCopies } from '../slab-size.js';
import { imageAxes, sinogramAxes } from './axes.js';
import { preparation } from './preparation.js';
import { geometryProperties, imageSize } from './geometry.js';
import { requireFilterable } from './filterable-rays.js';
import { imageEstimate, slabEstimate } from './memory.js';

export const radonBackprojection = defineStep({
  type: 'RadonBackprojectionParameters',
  description: 'Unfiltered backprojection: the adjoint of the projection, a sum over angles without weights.',
  properties: geometryProperties,
  input: sinogramAxes,
  output: imageAxes,
  parallel: ['frame', 'slice'],
  purity: 'pure',
  estimateBytes: slabEstimate(directCopies),
  estimateHostBytes: imageEstimate(directCopies),
  outputSize: imageSize,
});

export const radonFilteredBackprojection = defineStep({
  type: 'RadonFilteredBackprojectionParameters',
  // The example of the AbstractImageReconstruction documentation for a geometry in a plan.
  alsoKnownAs: ['CustomGeomFilteredBackprojectionParameters'],
  description:
    'Filtered backprojection for parallel beams: attenuation per pixel from line integrals, with weights for uneven angles. A `geometry` must have parallel, evenly spaced rays of weight 1.',
  properties: {
    ...geometryProperties,
    filter: defaulted(
      Type.Union([
        Type.Enum([...filterNames]),
        Type.Array(Type.Number(), { minItems: 1, maxItems: 65_536 }),
        Type.Null({ description: 'The ramp, as for Julia.' }),
      ]),
      'ramp',
      {
        description:
          'Frequency response: the ramp alone or with a window that trades resolution for less noise; nothing is the ramp. A list is the response itself, one number per detector as in RadonKA.jl: for the transform of a row of that length, frequency 0 in the middle (at position length / 2 + 1, rounded down). Rows that became longer, as the axis is not in the middle, take it linearly between its frequencies. The ramp is |f| in cycles per bin, which gives attenuation per pixel; another scale scales the image.',
      },
    ),
    padding: defaulted(Type.Enum(['none', 'edge']), 'none', {
      description:
        'How rows go on beyond the detector while they are filtered. `edge`: smoothly from the edge value to zero, for objects wider than the detector, at three times the memory for sinograms.',
    }),
  },
  input: sinogramAxes,
  output: imageAxes,
  parallel: ['frame', 'slice'],
  purity: 'pure',
  estimateBytes: (parameters, input) => slabEstimate(filteredCopies(parameters))(parameters, input),
  estimateHostBytes: (parameters, input) =>
    imageEstimate(filteredCopies(parameters), parameters.padding === 'edge' ? paddedHostCopies : 0)(parameters, input),
  outputSize: imageSize,
  validate: ({ geometry }) => requireFilterable(geometry),
});

/** Rows that are three times as wide: as they go to the device, and as TensorFlow.js copies them to cut the padding off. */
const paddedHostCopies = 2 * 3;

function filteredCopies({ padding }: { readonly padding: string }): SlabCopies {
  return padding === 'edge' ? paddedCopies : directCopies;
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
