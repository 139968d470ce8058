import { implementStep } from '@rondel/reco';
import manifest, { median, smooth } from './manifest.mjs';

/** `value(at)` for every element, where `at(offset)` is the element as many slices away. */
function alongSlices(input, value) {
  const { data, shape, axes = manifest.nodes[2].input.slice(-shape.length) } = input.data;
  const position = axes.indexOf('slice');
  const slices = shape[position];
  const inner = shape.slice(position + 1).reduce((product, extent) => product * extent, 1);
  const values = Float32Array.from({ length: data.length }, (_, index) => {
    const slice = Math.floor(index / inner) % slices;
    return value((offset) => data[index + (Math.min(slices - 1, Math.max(0, slice + offset)) - slice) * inner]);
  });
  return { ...input, data: { ...input.data, axes, dtype: 'float32', data: values } };
}

export default {
  manifest,
  steps: [
    implementStep(median, ({ radius, doubt }) => ({
      process(input, { warn }) {
        if (doubt) warn('DETECTOR_REPAIRED', 'Outliers were taken away.', { property: 'radius' });
        return alongSlices(input, (at) => {
          const seen = Array.from({ length: 2 * radius + 1 }, (_, index) => at(index - radius));
          return seen.sort((a, b) => a - b)[radius];
        });
      },
    })),
    implementStep(smooth, ({ doubt }) => ({
      process(input, { warn }) {
        if (doubt) warn('PRECISION_REDUCED', 'The image is smoother than the data.');
        return alongSlices(input, (at) => (at(-1) + 2 * at(0) + at(1)) / 4);
      },
    })),
  ],
};
