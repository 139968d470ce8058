import type { RunRequest } from '../executor/messages/messages.js';
import type { RunEvents } from './process/executor-process.js';

/** A forked process runs built code. */
export const builtScript = new URL('../../dist/executor/main.js', import.meta.url);

/** Hears nothing, and has nothing to answer. */
export const unheard: RunEvents = {
  onProgress: () => undefined,
  onPreview: () => undefined,
  onStep: () => undefined,
  onWarning: () => undefined,
  onLog: () => undefined,
  onAsk: () => Promise.reject(new Error('Nothing is kept here.')),
};

/** A filtered backprojection after the given step, and with stages that plans may leave out. */
export function directPlan(pre: RunRequest['plan'], others: RunRequest['plan'] = {}): RunRequest['plan'] {
  return {
    _module: 'RondelRadon',
    _type: 'RecoPlan{DirectRadonAlgorithm}',
    parameter: {
      _type: 'RecoPlan{DirectRadonParameters}',
      pre: { ...pre },
      ...others,
      reco: { _type: 'RecoPlan{RadonFilteredBackprojectionParameters}' },
    },
  };
}
