// What workers run.
import { implementStep } from '@rondel/reco';
import manifest, { stumble } from './manifest.mjs';

const tick = 0.1;

const step = implementStep(stumble, ({ seconds, fails, mostSlices }) => ({
  async process(input, { progress, signal }) {
    const ticks = Math.ceil(seconds / tick);
    for (let iteration = 1; iteration <= ticks; iteration += 1) {
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, tick * 1000));
      progress({ iteration, iterations: ticks });
    }
    // As V8 says it.
    if (input.data.shape.at(-3) > mostSlices) throw new RangeError('Array buffer allocation failed');
    if (fails) throw new Error('The step stumbled, as it was told to.');
    return input;
  },
}));

export default { manifest, steps: [step] };
