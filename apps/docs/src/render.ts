import GithubSlugger from 'github-slugger';
import { Marked, type Tokens } from 'marked';
import type { Target } from './links.js';
import type { Page } from './pages.js';

/** A heading with what stands below it, for the search. */
export interface Section {
  readonly anchor: string;
  readonly title: string;
  readonly text: string;
}

export interface RenderedPage {
  readonly html: string;
  readonly sections: readonly Section[];
  /** What it links to, with the link as it is written. */
  readonly targets: readonly { readonly href: string; readonly target: Target }[];
}

const comment = /^<!--.*-->\s*$/s;

/** The site, as browsers see it. */
export const home = '/help';

/** @param follow What a link of this page leads to. */
export function renderPage(page: Page, follow: (href: string) => Target): RenderedPage {
  const targets: { href: string; target: Target }[] = [];
  const reach = (href: string) => {
    const target = follow(href);
    targets.push({ href, target });
    return target;
  };
  const anchors = new GithubSlugger();
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        const anchor = anchors.slug(plainText(text));
        const link = depth === 1 ? '' : ` <a class="anchor" href="#${anchor}" aria-label="Link to this section">#</a>`;
        return `<h${depth} id="${anchor}">${this.parser.parseInline(tokens)}${link}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return linkTo(reach(href), href, this.parser.parseInline(tokens));
      },
      image({ href, text }) {
        const target = reach(href);
        if (target.kind !== 'picture') throw new Error(`${page.file} shows ${href}, which is no picture.`);
        return `<img src="${pictureAddress(target.file)}" alt="${escaped(text)}" loading="lazy">`;
      },
      code({ text, lang }) {
        return `<pre tabindex="0"><code${lang ? ` class="${escaped(lang.split(' ')[0] ?? '')}"` : ''}>${escaped(text)}</code></pre>\n`;
      },
      table(token) {
        return `<div class="table" tabindex="0">${tableOf(token, (cell) => this.parser.parseInline(cell.tokens))}</div>\n`;
      },
      // Pages are Markdown; what looks like HTML in them is text, but for comments.
      html: ({ text }) => (comment.test(text) ? '' : escaped(text)),
    },
  });
  const html = marked.parse(page.markdown, { async: false });
  return { html, sections: sectionsOf(page), targets };
}

/** Where a page is found. */
export function pageAddress({ address }: Pick<Page, 'address'>, anchor = ''): string {
  return `${home}/${address}${anchor === '' ? '' : `#${anchor}`}`;
}

/** Where a picture of the repository is found. */
export function pictureAddress(file: string): string {
  return `${home}/${pictureFile(file)}`;
}

/** The place of a picture in the site. */
export function pictureFile(file: string): string {
  return `pictures/${file.split('/').at(-1) ?? ''}`;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Markdown without its marks. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*|]|^```.*$|^[-| :]+$/gm, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function linkTo(target: Target, href: string, text: string): string {
  switch (target.kind) {
    case 'page':
      return `<a href="${escaped(pageAddress(target.page, target.anchor))}">${text}</a>`;
    case 'picture':
      return `<a href="${escaped(pictureAddress(target.file))}">${text}</a>`;
    case 'file':
      return `<span class="file" title="${escaped(target.file)} in the repository">${text}</span>`;
    case 'elsewhere':
      return `<a href="${escaped(href)}" rel="noreferrer">${text}</a>`;
  }
}

function tableOf({ header, rows, align }: Tokens.Table, textOf: (cell: Tokens.TableCell) => string): string {
  const cells = (row: readonly Tokens.TableCell[], name: 'th' | 'td') =>
    row.map((cell, at) => `<${name}${align[at] ? ` class="${align[at]}"` : ''}>${textOf(cell)}</${name}>`).join('');
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
  return `<table><thead><tr>${cells(header, 'th')}</tr></thead><tbody>${body}</tbody></table>`;
}

/** The headings of a page, with the same anchors as in its HTML. */
function sectionsOf({ markdown }: Page): Section[] {
  const anchors = new GithubSlugger();
  const sections: Section[] = [];
  for (const token of new Marked().lexer(markdown)) {
    if (comment.test(token.raw)) continue;
    if (token.type === 'heading') {
      const title = plainText((token as Tokens.Heading).text);
      sections.push({ anchor: anchors.slug(title), title, text: '' });
      continue;
    }
    const last = sections.pop();
    if (last) sections.push({ ...last, text: `${last.text} ${plainText(token.raw)}`.trim() });
  }
  return sections;
}
