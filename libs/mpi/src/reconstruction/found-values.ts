import type { ParameterNode, ParametersOf, StepContext } from '@rondel/reco';
import type { denseLoading } from '../manifest/system-matrix.js';
import type { Scan } from './scan.js';
import type { Grid } from '../system-matrix/grid.js';

/** What loading a system matrix has; a sparse one is on the grid of the calibration. */
type Loading = Pick<ParametersOf<typeof denseLoading.properties>, 'freqFilter'> &
  Partial<ParametersOf<typeof denseLoading.properties>>;

/** Says what the files decided of properties that the plan leaves open. */
export function sayFound(
  sfLoad: ParameterNode,
  { grid, scan }: { readonly grid: Grid; readonly scan: Scan },
  { found }: Pick<StepContext, 'found'>,
): void {
  const { freqFilter, gridding } = sfLoad.parameters as Loading;
  if ('maxFreq' in freqFilter.parameters) {
    if (freqFilter.parameters.maxFreq === undefined && scan.bandwidth !== undefined) {
      found('sfLoad.freqFilter.maxFreq', scan.bandwidth);
    }
    if (freqFilter.parameters.recChannels === undefined) {
      found(
        'sfLoad.freqFilter.recChannels',
        Array.from({ length: scan.channels }, (_, channel) => channel + 1),
      );
    }
  }
  if (gridding?.type !== 'SystemMatrixGriddingParameter') return;
  const { gridsize, fov, center } = gridding.parameters;
  if (gridsize === undefined) found('sfLoad.gridding.gridsize', [...grid.shape]);
  if (fov === undefined) found('sfLoad.gridding.fov', [...grid.fov]);
  if (center === undefined) found('sfLoad.gridding.center', [...grid.center]);
}
