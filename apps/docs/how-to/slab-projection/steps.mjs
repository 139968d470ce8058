// What workers run.
import { RondelError, float32Array } from '@rondel/contracts';
import { implementStep } from '@rondel/reco';
import { concat, max, mean, slice, tensor3d, tidy } from '@tensorflow/tfjs-core';
import manifest, { slabProjection } from './manifest.mjs';

const projections = { maximum: max, mean };

const step = implementStep(slabProjection, ({ method, thickness }) => ({
  process({ data, companions, attributes }, { progress, signal }) {
    if (data.shape.length !== 4) {
      throw new RondelError('DATA_SHAPE_MISMATCH', `Slabs need [frame, slice, y, x], got ${data.shape.join(' x ')}.`);
    }
    const [frames, slices, y, x] = data.shape;
    const slabs = Math.ceil(slices / thickness);
    const values = new Float32Array(frames * slabs * y * x);
    for (let frame = 0; frame < frames; frame += 1) {
      signal.throwIfAborted();
      const volume = data.data.subarray(frame * slices * y * x, (frame + 1) * slices * y * x);
      values.set(
        project(volume, [slices, y, x], { thickness, projection: projections[method] }),
        frame * slabs * y * x,
      );
      progress({ iteration: frame + 1, iterations: frames });
    }
    const spacing = data.spacing?.map((width, axis) => (axis === 1 ? width * thickness : width));
    const image = float32Array(values, [frames, slabs, y, x], data.axes, spacing);
    return { data: { ...data, ...image }, companions, attributes };
  },
}));

/** [slice, y, x] to [slab, y, x]; `tidy` frees all tensors. */
function project(volume, shape, { thickness, projection }) {
  return tidy(() => {
    const image = tensor3d(Float32Array.from(volume), shape);
    const slabs = [];
    for (let first = 0; first < shape[0]; first += thickness) {
      const slab = slice(image, [first, 0, 0], [Math.min(thickness, shape[0] - first), shape[1], shape[2]]);
      slabs.push(projection(slab, 0, true));
    }
    return concat(slabs, 0).dataSync();
  });
}

export default { manifest, steps: [step] };
