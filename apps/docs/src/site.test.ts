import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { find, type Entry } from './browser/find.js';
import { makeSite, repository } from './site.js';

describe('the help of this repository', () => {
  it('has no link, anchor or picture that leads nowhere, and lists every page', async () => {
    const files = await makeSite(repository);
    const home = String(files.get('index.html'));
    expect(home).toContain('href="/help/how-to/sweeps"');
    // Everything comes from the server that the page comes from, and no script stands in a page.
    for (const [path, content] of files) {
      if (!path.endsWith('.html')) continue;
      const asked = [...String(content).matchAll(/<(?:img|link|script)[^>]* (?:src|href)="([^"]*)"/g)];
      expect([path, asked.map(([, url]) => url).filter((url) => !url?.startsWith('/'))]).toEqual([path, []]);
      expect([path, /<script(?! type="module" src=)|<style| style="| on\w+="/.test(String(content))]).toEqual([
        path,
        false,
      ]);
    }
  });

  it('maps files and folders that are there', async () => {
    const map = await readFile(join(repository, 'ARCHITECTURE.md'), 'utf8');
    const named = [...map.matchAll(/`((?:apps|libs|infra|test)\/[\w./-]+)`/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !existsSync(join(repository, path)))).toEqual([]);
  });

  it('is found by the words of its headings first', async () => {
    const entries = JSON.parse(String((await makeSite(repository)).get('search.json'))) as Entry[];
    expect(find(entries, 'warm algorithms')[0]).toMatchObject({ address: '/help/how-to/warm-algorithms' });
    expect(find(entries, 'no-such-word')).toEqual([]);
  });
});

describe('a site', () => {
  let root: string;
  const list = '[one](one.md)';

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'rondel-site-'));
    const inside = [
      'ARCHITECTURE.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
      'libs/jobs/states.md',
      'libs/jobs/versions.md',
    ];
    const others = ['README.md', ...inside, 'apps/docs/README.md'];
    for (const file of [...others, 'apps/docs/glossary.md']) await write(file, '# Title\n');
    for (const folder of ['guides', 'reference', 'decisions'])
      await write(`apps/docs/${folder}/README.md`, '# Title\n');
    await write('apps/docs/how-to/README.md', `# How-tos\n\n${list}\n`);
    await write('apps/docs/how-to/one.md', '# One & only\n\n## A part\n');
  });
  afterEach(() => rm(root, { recursive: true }));

  async function write(file: string, text: string): Promise<void> {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  }

  it('turns links between files into links between pages', async () => {
    await write(
      'apps/docs/glossary.md',
      '# Words\n\n[a](how-to/one.md#a-part) [b](../../README.md) [c](how-to) [d](src.ts)\n',
    );
    await write('apps/docs/src.ts', '');
    const page = String((await makeSite(root)).get('glossary/index.html'));
    expect(page).toContain('<a href="/help/how-to/one#a-part">a</a> <a href="/help/first-steps">b</a>');
    expect(page).toContain(
      '<a href="/help/how-to">c</a> <span class="file" title="apps/docs/src.ts in the repository">d',
    );
  });

  it('shows what looks like HTML as it is written', async () => {
    await write('apps/docs/glossary.md', '# Words\n\n<b onclick="x()">a</b> `<i>`\n\n<script>1</script>\n');
    const page = String((await makeSite(root)).get('glossary/index.html'));
    expect(page).toContain('&lt;b onclick=&quot;x()&quot;&gt;a&lt;/b&gt; <code>&lt;i&gt;</code>');
    expect(page).toContain('&lt;script&gt;1&lt;/script&gt;');
  });

  it.each([
    ['[a](how-to/two.md)', 'apps/docs/glossary.md links to how-to/two.md, which is not there.'],
    ['[a](how-to/one.md#b)', 'apps/docs/glossary.md links to how-to/one.md#b, but apps/docs/how-to/one.md has no such'],
    ['[a](../../../x)', 'links to ../../../x, which is not there'],
    ['![a](src.png)', 'apps/docs/glossary.md links to src.png, which is not there.'],
  ])('is not made with %s', async (link, message) => {
    await write('apps/docs/glossary.md', `# Words\n\n${link}\n`);
    await expect(makeSite(root)).rejects.toThrow(message);
  });

  it('is not made with a page that nobody finds', async () => {
    await write('apps/docs/how-to/two.md', '# Two\n');
    await expect(makeSite(root)).rejects.toThrow('No page lists apps/docs/how-to/two.md');
  });
});
