import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const workspace = new URL('../../', import.meta.url);
const page = readFileSync(new URL('README.md', import.meta.url), 'utf8');

/** Row of a table of the page, with the files or the sentence beside it. */
interface CaseRow {
  readonly row: string;
  readonly held: string;
}

function caseRows(): CaseRow[] {
  return [...page.matchAll(/^\| ([A-Z]\d+) +\| (.*?) *\|$/gm)].map(([, row = '', held = '']) => ({ row, held }));
}

/** Whether a file has a test whose title begins with the row, e.g. `it('S4: …` or `it('D1, O3: …`. */
function testsRow(file: string, row: string): boolean {
  const path = fileURLToPath(new URL(file, workspace));
  if (!existsSync(path)) return false;
  const titles = [...readFileSync(path, 'utf8').matchAll(/['"`]((?:[A-Z]\d+(?:, )?)+):/g)];
  return titles.some(([, rows = '']) => rows.split(', ').includes(row));
}

describe('the page of cases', () => {
  it('has every row once', () => {
    const rows = caseRows().map(({ row }) => row);
    const expected = { S: 9, W: 4, M: 7, P: 14, D: 21, H: 16, O: 18 };
    const all = Object.entries(expected).flatMap(([letter, count]) =>
      Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
    );
    expect(rows.sort()).toEqual(all.sort());
  });

  it.each(caseRows())('names the tests of $row, or says why there is none', ({ row, held }) => {
    const files = [...held.matchAll(/[\w./-]+\.test\.tsx?/g)].map(([file]) => file);
    if (files.length === 0) expect(held.length, 'neither a test nor a reason').toBeGreaterThan(20);
    for (const file of files) expect(testsRow(file, row), `${file} has no test that begins with ${row}`).toBe(true);
  });
});
