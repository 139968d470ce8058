import { Type } from '@rondel/contracts/schema';
import { defaulted, defineValue, node, optional, type Properties } from '@rondel/reco';
import { frequencyFilterTypes, positions } from './frequency-filters.js';

/** Types of the nodes that say how a system matrix is read. */
export const systemMatrixLoadingTypes = [
  'DenseSystemMatixLoadingParameter',
  'SparseSystemMatrixLoadingParameter',
] as const;

/** What all of them have. */
export const loadingProperties = {
  freqFilter: node(frequencyFilterTypes, { description: 'Which rows of the system matrix are used.' }),
  bgCorrection: defaulted(Type.Boolean(), false, {
    description:
      'Whether the background frames of the calibration are subtracted, interpolated linearly between the blocks in which they were taken.',
  }),
  tfCorrection: optional(Type.Boolean(), {
    description:
      'Whether rows are divided by the transfer function of their channel. Left out: if the file has one and was not corrected.',
  }),
  loadasreal: defaulted(Type.Boolean(), false, {
    description: 'Whether real and imaginary parts are rows of their own, so that everything is real.',
  }),
} as const satisfies Properties;

export const denseLoading = defineValue({
  // Plans have it in both spellings.
  type: 'DenseSystemMatixLoadingParameter',
  alsoKnownAs: ['DenseSystemMatrixLoadingParameter'],
  description: 'Reads all of the chosen rows.',
  properties: {
    ...loadingProperties,
    gridding: node(['SystemMatrixGriddingParameter', 'NoGridding'], {
      description: 'On which grid the image is reconstructed.',
      default: 'NoGridding',
    }),
  },
});

const length = (minimum: number) => Type.Array(Type.Number({ minimum, maximum: 1000 }), { minItems: 1, maxItems: 3 });

export const gridding = defineValue({
  type: 'SystemMatrixGriddingParameter',
  description: 'A regular grid of voxels, [x, y, z], onto which the system matrix is interpolated linearly.',
  properties: {
    gridsize: optional(Type.Array(Type.Integer({ minimum: 1, maximum: 65_536 }), { minItems: 1, maxItems: 3 }), {
      description: 'Voxels along each axis. Left out: as many as were calibrated.',
      unit: 'voxels',
    }),
    fov: optional(length(0), {
      description: 'Edge lengths of the box that the voxels fill. Left out, or 0: those that were calibrated.',
      unit: 'm',
    }),
    center: optional(length(-1000), {
      description: 'Middle of the box. Left out: that of the calibration.',
      unit: 'm',
    }),
    deadPixels: optional(positions, {
      description: 'Voxels of the calibration that are filled from those around them, counted from 1, x fastest.',
    }),
  },
});

export const noGridding = defineValue({
  type: 'NoGridding',
  description: 'The grid of the calibration.',
  properties: {},
});

export const systemMatrixNodes = [denseLoading, gridding, noGridding];
