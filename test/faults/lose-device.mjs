// Loaded by Node.js into a worker's processes (--import): as long as the file LOSSES_LEFT names a number above 0, the
// GPU of an executor is destroyed while it iterates, as a fault of the driver would do it.
import { readFileSync, writeFileSync } from 'node:fs';

function takeLoss() {
  const file = process.env.LOSSES_LEFT;
  const left = Number(readFileSync(file, 'utf8'));
  if (left > 0) writeFileSync(file, String(left - 1));
  return left > 0;
}

async function loseDevice() {
  const { backend } = await import('@tensorflow/tfjs-core');
  backend().device.destroy();
}

const { send } = process;
if (send !== undefined) {
  process.send = (messages, ...rest) => {
    const iterates = messages.some(({ kind, progress }) => kind === 'progress' && progress.iteration >= 2);
    if (iterates && takeLoss()) void loseDevice();
    return send.call(process, messages, ...rest);
  };
}
