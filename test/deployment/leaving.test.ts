import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

/** Seconds that an API lets requests under way end. */
const graceSeconds = 20;

it.each([
  ['compose.yaml', /7420:7420\n(?:\s*#.*\n)*\s*stop_grace_period: (\d+)s/],
  ['helm/rondel/templates/api.yaml', /terminationGracePeriodSeconds: (\d+)/],
  ['systemd/rondel-api.service', /^TimeoutStopSec=(\d+)/m],
])('O8: %s lets an API end what is under way', async (file, seconds) => {
  const text = await readFile(new URL(`../../infra/${file}`, import.meta.url), 'utf8');
  expect(Number(seconds.exec(text)?.[1])).toBeGreaterThan(graceSeconds);
});

it('O10: names of pools that look like numbers or truths stay names in the chart', async () => {
  for (const file of ['workers.yaml', 'api.yaml']) {
    const text = await readFile(new URL(`../../infra/helm/rondel/templates/${file}`, import.meta.url), 'utf8');
    expect(text).not.toMatch(/(?:- |pool: )\{\{ \$pool \}\}|join "," \}\}/);
  }
});
