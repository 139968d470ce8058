import { expect, it } from 'vitest';
import { runFaultSuite } from './suite/fault-suite.js';
import { printReport } from './suite/print-report.js';

it(
  'loses nothing of 60 jobs while processes are killed, connections cut and the disk is full',
  { timeout: 300_000 },
  async () => {
    const report = await runFaultSuite({
      jobs: 60,
      seconds: 15,
      seed: 1,
      workers: 2,
      outageSeconds: 5,
      flush: 'always',
      say: () => undefined,
    });
    printReport(report, (line) => console.log(line));
    expect(report.broken, report.log.slice(-3000)).toEqual([]);
    expect(report.jobs.length).toBeGreaterThanOrEqual(60);
    expect(Object.values(report.faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(5);
  },
);
