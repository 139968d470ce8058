// What workers run.
import { spawn } from 'node:child_process';
import { implementStep } from '@rondel/reco';
import manifest, { stumble } from './manifest.mjs';

const tick = 0.1;
/** Taken once for all runs, so that how much it is does not depend on when the collector comes. */
const taken = [];

const step = implementStep(stumble, ({ seconds, takes, fails, starts, mostSlices }) => ({
  async process(input, { progress, signal, log }) {
    if (starts) log('info', `started ${spawn('sleep', ['60'], { stdio: 'ignore' }).pid}`);
    const slices = input.data.shape.at(-3);
    while (takes > 0 && taken.length < slices) taken.push(new Uint8Array(takes * 2 ** 20).fill(1));
    const ticks = Math.ceil(seconds / tick);
    for (let iteration = 1; iteration <= ticks; iteration += 1) {
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, tick * 1000));
      progress({ iteration, iterations: ticks });
    }
    // As V8 says it.
    if (slices > mostSlices) throw new RangeError('Array buffer allocation failed');
    if (fails) throw new Error('The step stumbled, as it was told to.');
    return input;
  },
}));

export default { manifest, steps: [step] };
