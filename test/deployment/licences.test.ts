import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Licences under which everybody may use, change and pass on what they cover, as SPDX calls them. */
const allowed = new Set([
  ...['MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'Zlib'],
  ...['CC0-1.0', 'Unlicense', 'Python-2.0'],
]);

/** Packages that name no licence of SPDX, with words of the file in which theirs stands. */
const readByPeople: Readonly<Record<string, { readonly file: string; readonly words: string }>> = {
  // Public domain in the United States, with a notice to be kept: both ship in the package.
  h5wasm: { file: 'LICENSE.txt', words: 'You may use, \ncopy, and distribute copies of the software in any medium' },
};

interface LockedPackage {
  readonly license?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
}

/** What production needs of others, by the folder of each, as the lock file names them. */
function productionPackages(): [folder: string, locked: LockedPackage][] {
  const lock = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  return Object.entries(lock.packages).filter(
    ([folder, { link, dev }]) => folder.includes('node_modules/') && link !== true && dev !== true,
  );
}

/** What an installed package says itself; undefined for one that this machine does not install. */
function installedLicence(folder: string): string | undefined {
  const file = `${root}${folder}/package.json`;
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly license?: string }).license;
}

/** `A OR B` is free where one of them is, `A AND B` where both are. */
function isFree(expression: string): boolean {
  const terms = expression.replace(/[()]/g, ' ').trim();
  const [each, every] = [terms.split(/\s+OR\s+/), terms.split(/\s+AND\s+/)];
  if (each.length > 1) return every.length === 1 && each.some((term) => allowed.has(term));
  return every.every((term) => allowed.has(term));
}

describe('licences of what production needs', () => {
  it('are ones that let everybody use, change and pass on Rondel', () => {
    const packages = productionPackages();
    expect(packages.length).toBeGreaterThan(50);
    const others = packages.flatMap(([folder, { license }]) => {
      const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const read = readByPeople[name];
      if (read !== undefined) {
        const text = readFileSync(`${root}${folder}/${read.file}`, 'utf8').replaceAll('\r', '');
        return text.includes(read.words) ? [] : [`${name}: its ${read.file} is another`];
      }
      const licence = installedLicence(folder) ?? license ?? 'none';
      return isFree(licence) ? [] : [`${name}: ${licence}`];
    });
    expect(others, 'read these licences, then allow them or take other packages').toEqual([]);
  });

  it.each([
    ['(BSD-3-Clause AND Apache-2.0)', true],
    ['GPL-3.0-only OR MIT', true],
    ['MIT AND GPL-3.0-only', false],
    ['AGPL-3.0-only', false],
    ['MIT OR (GPL-3.0-only AND Apache-2.0)', false],
    ['UNLICENSED', false],
    ['none', false],
  ])('%s: free is %s', (expression, free) => expect(isFree(expression)).toBe(free));
});
