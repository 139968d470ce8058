import { Type } from '@rondel/contracts/schema';
import { defaulted, defineStep, node, type InputShape, type ParameterNode } from '@rondel/reco';
import { onBinnedDetector } from '../cone/binned-detector.js';
import { coneExtents } from '../cone/cone-extents.js';
import { coneParametersOf } from '../cone/cone-parameters.js';
import { middleRows } from '../cone/middle-rows.js';
import { fdkEstimates } from '../cone/fdk-memory.js';
import { dividesSlices, sliceReach } from '../cone/slice-reach.js';
import { imageAxes, sinogramAxes } from './axes.js';
import { radonFilteredBackprojection } from './direct.js';
import { reconMaskRadius } from './geometry.js';
import { perLength } from './scale.js';

/** Size of the volume, and of the projections, of which there are as many as angles. */
const volumeSize = {
  from: ['geometry'],
  of({ geometry }: { readonly geometry: ParameterNode }, { shape }: InputShape): InputShape | undefined {
    const [frames = 1, rows = 1, , bins = 1] = [1, 1, 1, 1, ...shape].slice(-4);
    const extents = coneExtents(geometry.parameters, { bins, binRows: rows });
    return extents && { shape: [frames, extents.slices, extents.rows, extents.columns], elementBytes: 4 };
  },
} as const;

export const fdkReconstruction = defineStep({
  type: 'FdkReconstructionParameters',
  description:
    'Filtered backprojection of fan and cone beams (Feldkamp, Davis, Kress): attenuation per mm from line integrals of a source that turns on a circle.',
  properties: {
    geometry: node(['ConeBeamGeometryParameters'], {
      description: 'Where source, axis and detector are.',
    }),
    filter: {
      ...radonFilteredBackprojection.properties.filter,
      description:
        'Frequency response: the ramp alone or with a window that trades resolution for less noise; nothing is the ramp. `none` does not filter: blurred, and no attenuation. A list is the response itself, one number per column of the detector, as `RadonFilteredBackprojectionParameters` takes it: |f| in cycles per bin gives attenuation per mm, another scale scales the image.',
    },
    cutoff: radonFilteredBackprojection.properties.cutoff,
    order: radonFilteredBackprojection.properties.order,
    padding: defaulted(Type.Enum(['none', 'edge']), 'none', {
      description:
        'How rows go on beyond the detector while they are filtered. `edge`: smoothly from the edge value to zero, for objects wider than the detector, at three times the memory for projections.',
    }),
    shortScan: defaulted(Type.Enum(['auto', 'none', 'parker']), 'auto', {
      description:
        'Weights of rays that a scan of less than a full turn sees twice (Parker). `auto`: where angles do not close to a turn. Half a turn and the angle of the fan are needed.',
    }),
    displaced: defaulted(Type.Enum(['auto', 'none', 'wang']), 'auto', {
      description:
        'Weights of rays that a detector sees twice which is off the middle, so that a full turn sees an object of twice its width (Wang). `auto`: where one side of the axis has less than nine tenths of the other and the scan is a full turn.',
    }),
    findCenterShift: defaulted(Type.Boolean(), false, {
      description:
        'Whether `centerShift` is found from the scan, a full turn, by the rays that are seen from both sides; near the one that `geometry` has. Frames then share the one of the first.',
    }),
    perLength,
    reconMaskRadius,
    circle: defaulted(Type.Boolean(), true, {
      description: 'Sets voxels to 0 that are farther from the axis than the detector sees from all sides.',
    }),
  },
  input: sinogramAxes,
  output: imageAxes,
  // A slice takes rows around its own, more of them at the ends of the axis.
  parallel: [
    { axis: 'frame', when: ({ findCenterShift }) => !findCenterShift },
    {
      axis: 'slice',
      reachOfWhole: sliceReach,
      when: (parameters, _input, whole) => dividesSlices(parameters, whole),
    },
  ],
  survey: {
    axis: 'slice',
    entries: (extent, { geometry }, { data, attributes }) => {
      const read = { attributes, bins: data.shape.at(-1) ?? 0, binRows: extent };
      return middleRows(onBinnedDetector(coneParametersOf(geometry), read), extent);
    },
    when: ({ findCenterShift }) => findCenterShift,
  },
  purity: 'pure',
  ...fdkEstimates,
  outputSize: volumeSize,
});
