import { implementStep } from '@rondel/reco';
import { radonPreprocessing } from '../manifest/preprocessing.js';
import { requireFinite } from '../sinogram/finite-values.js';
import { sinogramShape } from '../sinogram/sinogram-shape.js';
import { selectFrames } from './frame-selection.js';
import { sinogramDataset } from './sinogram-dataset.js';

/** Frames and averages. */
export const radonPreprocessingStep = implementStep(radonPreprocessing, (parameters) => ({
  process(input) {
    const shape = sinogramShape(input.data);
    requireFinite(input.data.data, input.data.shape, 'The sinogram');
    const data = selectFrames(input.data.data, shape, parameters);
    const frames = data.length / (shape.slices * shape.angles * shape.detectors);
    return sinogramDataset(input, { data, shape: { ...shape, frames }, attributes: {} });
  },
}));
