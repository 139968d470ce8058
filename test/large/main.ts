/**
 * A scan that is larger than the memory of the workers: `npm run test:large -- --gib G --memory SIZE`. By default 8 GiB on two
 * workers that may take 1 GiB each. Needs five times the size of the scan on the disk of the temporary folder. Exit code 0: the job
 * was divided over both, its axis found and its slices are right; 1: they are not.
 */
import { parseArgs } from 'node:util';
import { runLargeScan } from './large-scan.js';

const { values } = parseArgs({
  options: { gib: { type: 'string', default: '8' }, memory: { type: 'string', default: '1GiB' } },
});
// 2,048 bins, 1,024 slices and 2,048 projections are 8 GiB; smaller ones are so in all three.
const part = (Number(values.gib) / 8) ** (1 / 3);
const bins = 16 * Math.round(128 * part);
const scan = { bins, slices: bins / 2, projections: bins, center: bins / 2 + 7.3 };
// Leaving in order ends the processes.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
console.log(`${scan.projections} projections of ${scan.slices} x ${scan.bins}, workers of ${values.memory}`);
const report = await runLargeScan({ scan, memory: values.memory, say: (line) => console.log(line) });
const { seconds, blocks, workers, center, peakBytes, errors, broken } = report;
const mebibytes = peakBytes.map((bytes) => Math.round(bytes / 2 ** 20)).join(' and ');
console.log(
  `${blocks} blocks on ${workers} workers in ${seconds.reconstruct.toFixed(0)} s; the workers held ${mebibytes} MiB`,
);
console.log(
  `axis at ${center ?? 'none'} of ${scan.center}; errors ${errors.map((each) => (100 * each).toFixed(1)).join(', ')} %`,
);
for (const each of broken) console.error(each);
process.exitCode = broken.length === 0 ? 0 : 1;
