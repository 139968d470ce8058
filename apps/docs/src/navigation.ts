import { docsFolder, type Page } from './pages.js';
import { followLink } from './links.js';

export interface NavigationSection {
  readonly title: string;
  readonly pages: readonly Page[];
}

/** Headings of the navigation, with their pages or the folder whose README lists them in order. */
const plan: readonly { readonly title: string; readonly files?: readonly string[]; readonly folder?: string }[] = [
  { title: 'Start', files: ['apps/docs/README.md', 'README.md', 'apps/docs/glossary.md'] },
  { title: 'Guides', folder: 'guides' },
  { title: 'How-tos', folder: 'how-to' },
  { title: 'Reference', folder: 'reference' },
  {
    title: 'Inside Rondel',
    files: ['ARCHITECTURE.md', 'libs/jobs/states.md', 'libs/jobs/versions.md', 'SECURITY.md', 'CONTRIBUTING.md'],
  },
  { title: 'Decisions', folder: 'decisions' },
];

/** @throws Error if a page is in no section, as nobody would find it. */
export function navigationOf(root: string, pages: ReadonlyMap<string, Page>): NavigationSection[] {
  const sections = plan.map(({ title, files, folder }) => {
    const listed = files?.map((file) => known(pages, file)) ?? pagesOf(root, pages, folder ?? '');
    return { title, pages: listed };
  });
  const found = new Set(sections.flatMap((section) => section.pages));
  const lost = [...pages.values()].filter((page) => !found.has(page)).map(({ file }) => file);
  if (lost.length > 0) throw new Error(`No page lists ${lost.join(', ')}: link it in the README of its folder.`);
  return sections;
}

/** The page of a folder, then those of the folder in the order in which it links to them. */
function pagesOf(root: string, pages: ReadonlyMap<string, Page>, folder: string): Page[] {
  const index = known(pages, `${docsFolder}/${folder}/README.md`);
  const linked = [...index.markdown.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, href = '']) => {
    const target = followLink(root, pages, index, href);
    return target.kind === 'page' ? target.page : index;
  });
  return [...new Set([index, ...linked])];
}

function known(pages: ReadonlyMap<string, Page>, file: string): Page {
  const page = pages.get(file);
  if (!page) throw new Error(`The help needs the page ${file}, which is not there.`);
  return page;
}
