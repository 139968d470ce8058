/**
 * The whole fault suite: `npm run test:faults -- --jobs N --seconds S --seed K --workers W --outage S --flush
 * always|everysec`. Exit code 0: every rule holds; 1: one does not; 2: the command line is wrong.
 */
import { parseArgs } from 'node:util';
import { runFaultSuite } from './suite/fault-suite.js';
import { printReport } from './suite/print-report.js';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '400' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    outage: { type: 'string', default: '60' },
    flush: { type: 'string', default: 'always' },
  },
});

function whole(name: 'jobs' | 'seconds' | 'seed' | 'workers' | 'outage'): number {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= 1) return number;
  console.error(`--${name} must be a whole number from 1, got "${values[name]}".`);
  process.exit(2);
}

if (values.flush !== 'always' && values.flush !== 'everysec') {
  console.error(`--flush must be always or everysec, got "${values.flush}".`);
  process.exit(2);
}
// Leaving in order ends the processes of the suite.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const report = await runFaultSuite({
  jobs: whole('jobs'),
  seconds: whole('seconds'),
  seed: whole('seed'),
  workers: whole('workers'),
  outageSeconds: whole('outage'),
  flush: values.flush,
  say: (line) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`),
});
printReport(report, (line) => console.log(line));
if (report.broken.length > 0) console.error(`\nThe end of the log:\n${report.log.slice(-6000)}`);
process.exitCode = report.broken.length === 0 ? 0 : 1;
