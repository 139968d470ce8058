// Asks the registry for known faults of what production needs. Fails on one of high or critical severity, and where the
// registry gives no answer, as some mirrors do: then nobody knows. `--allow-unanswered` takes that for no failure, but says so.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { 'allow-unanswered': { type: 'boolean', default: false } } });
const { stdout, stderr } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });

/** The answer of npm; undefined where it is none. */
function answer() {
  try {
    const said = JSON.parse(stdout);
    return said.metadata?.vulnerabilities === undefined ? undefined : said;
  } catch {
    return undefined;
  }
}

const report = answer();
if (report === undefined) {
  const reason = /npm (?:warn|error) (?:audit )?(.+)/.exec(stderr)?.[1] ?? 'no answer';
  console.error(
    `Known faults of packages are NOT checked: the registry does not say (${reason}). Run npm audit --omit=dev where registry.npmjs.org answers.`,
  );
  process.exitCode = values['allow-unanswered'] ? 0 : 1;
} else {
  const { low = 0, moderate = 0, high = 0, critical = 0 } = report.metadata.vulnerabilities;
  console.log(`Known faults: ${critical} critical, ${high} high, ${moderate} moderate, ${low} low.`);
  for (const [name, { severity, range, via }] of Object.entries(report.vulnerabilities)) {
    const titles = via.flatMap((cause) => (typeof cause === 'string' ? [] : [cause.title]));
    console.log(`  ${severity}: ${name} ${range} ${titles.join('; ')}`);
  }
  process.exitCode = high + critical > 0 ? 1 : 0;
}
