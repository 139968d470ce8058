import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const workspace = new URL('../../', import.meta.url);
const page = readFileSync(new URL('SECURITY.md', workspace), 'utf8');

/** Tests that the page names: the file, then the title as it stands in the code. */
const named = [...page.matchAll(/`([\w./-]+\.test\.tsx?)`: \*([^*|]+)\*/g)].map(([, file = '', title = '']) => ({
  file,
  title,
}));

it('SECURITY.md names each test by file and title', () => {
  expect(named.length).toBeGreaterThan(40);
  // What is written in another form would be looked at by nobody.
  expect(named).toHaveLength(page.match(/\.test\.tsx?\b/g)?.length ?? 0);
});

it.each(named)('$file has the test "$title"', ({ file, title }) => {
  const path = new URL(file, workspace);
  expect(existsSync(path), `SECURITY.md names ${file}, which is not there`).toBe(true);
  const code = readFileSync(path, 'utf8');
  const isThere = ["'", '"', '`'].some((quote) => code.includes(`${quote}${title}${quote}`));
  expect(isThere, `SECURITY.md names the test "${title}" of ${file}, which has none of this title`).toBe(true);
});

it('every threat has a test, or says who looks', () => {
  const threats = page.split('## Threats')[1]?.split('## Known gaps')[0] ?? '';
  const rows = threats.split('\n').filter((line) => line.startsWith('| ') && !/^\| (threat|---) /.test(line));
  const without = rows.filter((row) => !row.includes('.test.ts'));
  expect(rows.length).toBeGreaterThan(25);
  expect(without).toEqual([expect.stringContaining('`npm run nightly`')]);
});
