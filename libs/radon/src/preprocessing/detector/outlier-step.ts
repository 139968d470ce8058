import { implementStep } from '@rondel/reco';
import { outlierRemoval } from '../../manifest/outlier-removal.js';
import { requireFinite } from '../../sinogram/finite-values.js';
import { extents, sinogramShape } from '../../sinogram/sinogram-shape.js';
import { sayReplaced } from '../faults/said-of-scan.js';
import { replaceOutliers } from './outliers.js';

/** Values keep their type, so that whoever comes next can tell counts. */
export const outlierRemovalStep = implementStep(outlierRemoval, (parameters) => ({
  process(input, context) {
    const shape = sinogramShape(input.data);
    requireFinite(input.data.data, input.data.shape, 'The raw data');
    const data = input.data.data.slice();
    const replaced = replaceOutliers(input.data.data, data, shape, parameters);
    sayReplaced(replaced, data.length, { property: 'dif', context });
    return { ...input, data: { ...input.data, shape: extents(shape), data } };
  },
}));
