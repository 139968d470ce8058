import { implementStep } from '@rondel/reco';
import manifest, { gain, nothingAfter } from './manifest.mjs';

async function matrix(context, file, { parameters: { power } }) {
  const { data } = await file.read('data');
  context.requireMemory(data.byteLength, 'The gain');
  return { bytes: data.byteLength, values: Float32Array.from(data, (value) => value ** power) };
}

export default {
  manifest,
  steps: [
    implementStep(gain, (parameters) => ({
      async process(input, context) {
        const file = await context.file(parameters.gainMap);
        const { load, offsets, method, most } = parameters;
        const { values } = await context.held(load, [file.identity], () => matrix(context, file, load));
        const scale = parameters.scale ?? values[0];
        if (parameters.scale === null) context.found('scale', scale);
        const added = await Promise.all(
          offsets.map(async (offset) => (await (await context.file(offset)).read('data')).data),
        );
        const sum = (index) => added.reduce((total, data) => total + data[index], input.data.data[index]);
        const product = values.map((value, index) =>
          Math.min(scale * value * sum(index), method === 'Clipped' ? most : Infinity),
        );
        return { ...input, data: { ...input.data, dtype: 'float32', data: product } };
      },
    })),
    implementStep(nothingAfter, () => ({ process: (input) => input })),
  ],
};
