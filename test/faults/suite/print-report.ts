import type { SuiteReport } from './fault-suite.js';

/** The report for people: what was done to the fleet, what became of the jobs, which rules do not hold. */
export function printReport(report: SuiteReport, print: (line: string) => void): void {
  const { faults, jobs, outage, skipped, broken } = report;
  print('');
  printTable(
    ['fault', 'times'],
    Object.entries(faults)
      .sort()
      .map(([name, count]) => [name, String(count)]),
    print,
  );
  print('');
  printTable(['job', 'outcome', 'jobs', 'attempts'], outcomes(report), print);
  print('');
  const attempts = jobs.reduce((sum, job) => sum + job.attempts, 0);
  print(
    `${jobs.length} jobs accepted (${report.sweeps} sweeps), ${report.refused} refused, ${report.repeated} requests sent again`,
  );
  print(`${attempts} attempts, ${report.images} different images compared with a quiet run`);
  print(`${report.swept} temporary files of killed processes swept`);
  print(
    `${outage.seconds} s without Redis: a job accepted ${seconds(outage.acceptedAfterMs)} after its return, ended after ${seconds(outage.endedAfterMs)}`,
  );
  print(`${report.seconds.toFixed(0)} s in all`);
  for (const reason of skipped) print(`Skipped: ${reason}`);
  print('');
  print(broken.length === 0 ? 'Every rule holds' : `${broken.length} RULES BROKEN`);
  for (const rule of broken.slice(0, 50)) print(`- ${rule}`);
}

/** One row for each kind of job and outcome. */
function outcomes({ jobs }: SuiteReport): string[][] {
  const groups = new Map<string, { count: number; attempts: number }>();
  for (const { kind, ending, attempts } of jobs) {
    const name = `${kind}\t${ending}`;
    const { count, attempts: before } = groups.get(name) ?? { count: 0, attempts: 0 };
    groups.set(name, { count: count + 1, attempts: before + attempts });
  }
  return [...groups]
    .sort()
    .map(([name, { count, attempts }]) => [...name.split('\t'), String(count), String(attempts)]);
}

function printTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  print: (line: string) => void,
): void {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? title.length)),
  );
  for (const row of [head, widths.map((width) => '-'.repeat(width)), ...rows]) {
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
