import { implementStep } from '@rondel/reco';
import manifest, { empty } from './manifest.mjs';

export default { manifest, steps: [implementStep(empty, () => ({ process: (input) => input }))] };
