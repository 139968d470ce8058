import type { PackageManifest } from '@rondel/reco';
import { frequencyFilterNodes } from './manifest/frequency-filters.js';
import { noPostProcessing } from './manifest/post-processing.js';

/** What the package can do, as data. Loads no compute code. */
export const mpiManifest: PackageManifest = {
  name: '@rondel/mpi',
  version: '0.1.0',
  module: 'MPIReco',
  aliases: ['MPIFiles'],
  description: 'Magnetic particle imaging with measured system matrices.',
  nodes: [...frequencyFilterNodes, noPostProcessing],
  plans: [],
};
