import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Entry } from './browser/find.js';
import { layoutOf } from './layout.js';
import { followLink } from './links.js';
import { navigationOf } from './navigation.js';
import { readPages, type Page } from './pages.js';
import { pageAddress, pictureFile, renderPage, type RenderedPage, type Section } from './render.js';

const missing = `<h1>There is no such page</h1>
<p>The address may be misspelt, or the page has moved: look for it on the left, or search.</p>`;

/**
 * Every file of the site with its content, by its path.
 *
 * @param root Top of the repository.
 * @throws Error if a link or an anchor of a page leads nowhere, or if nothing leads to a page.
 */
export async function makeSite(root: string): Promise<Map<string, string | Buffer>> {
  const pages = new Map((await readPages(root)).map((page) => [page.file, page]));
  const navigation = navigationOf(root, pages);
  const rendered = new Map(
    // In the order of the navigation, in which the search tells what it finds equally well.
    navigation
      .flatMap((section) => section.pages)
      .map((page) => [page, renderPage(page, (href) => followLink(root, pages, page, href))]),
  );
  checkAnchors(rendered);
  const files = new Map<string, string | Buffer>();
  for (const [page, { html }] of rendered)
    files.set(join(page.address, 'index.html'), layoutOf(navigation, page, html));
  files.set('404.html', layoutOf(navigation, undefined, missing));
  files.set('search.json', JSON.stringify(searchEntries(rendered)));
  for (const { targets } of rendered.values())
    for (const { target } of targets)
      if (target.kind === 'picture') files.set(pictureFile(target.file), await readFile(join(root, target.file)));
  files.set('site.css', await readFile(new URL('../src/site.css', import.meta.url)));
  return files;
}

/** Top of the repository that this module is built in. */
export const repository = fileURLToPath(new URL('../../../', import.meta.url));

function checkAnchors(rendered: ReadonlyMap<Page, RenderedPage>): void {
  for (const [page, { targets }] of rendered)
    for (const { href, target } of targets) {
      if (target.kind !== 'page' || target.anchor === '') continue;
      const anchors = rendered.get(target.page)?.sections.map(({ anchor }) => anchor) ?? [];
      if (!anchors.includes(target.anchor))
        throw new Error(`${page.file} links to ${href}, but ${target.page.file} has no such heading.`);
    }
}

function searchEntries(rendered: ReadonlyMap<Page, RenderedPage>): Entry[] {
  return [...rendered].flatMap(([page, { sections }]) =>
    searchedSections(page, sections).map(({ anchor, title, text }, index) => ({
      page: page.title.replaceAll('`', ''),
      title: index === 0 ? '' : title,
      address: pageAddress(page, index === 0 ? '' : anchor),
      text,
    })),
  );
}

/** Decisions all have the same headings and are short, so each is found as a whole. */
function searchedSections({ address }: Page, sections: readonly Section[]): readonly Section[] {
  if (!address.startsWith('decisions/')) return sections;
  return sections.slice(0, 1).map((first) => ({ ...first, text: sections.map(({ text }) => text).join(' ') }));
}
