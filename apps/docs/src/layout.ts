import type { NavigationSection } from './navigation.js';
import type { Page } from './pages.js';
import { escaped, home, pageAddress } from './render.js';

/** The whole document around what a page says. Everything that it asks for comes from the same server. */
export function layoutOf(navigation: readonly NavigationSection[], page: Page | undefined, content: string): string {
  const title = page && page.address !== '' ? `${page.title} · Rondel help` : 'Rondel help';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="icon" href="/rondel.svg" type="image/svg+xml">
<link rel="stylesheet" href="${home}/site.css">
<script type="module" src="${home}/search.js"></script>
</head>
<body>
<header>
<a class="brand" href="${home}/">Rondel help</a>
<form role="search"><input id="search" type="search" placeholder="Search" aria-label="Search the help" autocomplete="off"><ul id="found" hidden></ul></form>
<span class="links"><a href="/">Dashboard</a> <a href="/docs">API</a></span>
</header>
<div class="columns">
<nav aria-label="Pages">
${navigation.map((section) => sectionOf(section, page)).join('\n')}
</nav>
<main>
${content}
</main>
</div>
</body>
</html>
`;
}

/** Folded, but for the section that one is in. */
function sectionOf({ title, pages }: NavigationSection, current: Page | undefined): string {
  const isOpen = current !== undefined && pages.includes(current);
  const links = pages.map((page) => {
    const mark = page === current ? ' aria-current="page"' : '';
    return `<li><a href="${escaped(pageAddress(page))}"${mark}>${escaped(page.name)}</a></li>`;
  });
  return `<details${isOpen ? ' open' : ''}><summary>${title}</summary><ul>${links.join('')}</ul></details>`;
}
