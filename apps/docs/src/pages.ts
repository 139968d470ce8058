import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One page of the help and where it comes from. */
export interface Page {
  /** The Markdown file, from the top of the repository. */
  readonly file: string;
  /** Address below `/help`, such as `guides/sweeps`; empty for the first page. */
  readonly address: string;
  /** The first heading. */
  readonly title: string;
  /** What the navigation calls it. */
  readonly name: string;
  readonly markdown: string;
}

/** The folder with the pages, from the top of the repository. */
export const docsFolder = 'apps/docs';

/** Pages that stand where people look for them in a checkout. */
const pagesElsewhere: readonly Omit<Page, 'title' | 'markdown'>[] = [
  { file: 'README.md', address: 'first-steps', name: 'First steps' },
  { file: 'ARCHITECTURE.md', address: 'architecture', name: 'Architecture' },
  { file: 'CONTRIBUTING.md', address: 'contributing', name: 'Contributing' },
  { file: 'SECURITY.md', address: 'threats', name: 'Threats' },
  { file: 'libs/jobs/states.md', address: 'job-states', name: 'Job states' },
  { file: 'libs/jobs/versions.md', address: 'record-versions', name: 'Versions of records' },
];

/** Folders of `apps/docs` without pages. */
const otherFolders = new Set(['dist', 'node_modules', 'src']);

/** @param root Top of the repository. */
export async function readPages(root: string): Promise<Page[]> {
  const folder = join(root, docsFolder);
  const entries = await readdir(folder, { recursive: true, encoding: 'utf8' });
  const own = entries.filter((path) => path.endsWith('.md') && !otherFolders.has(path.split('/')[0] ?? '')).sort();
  const files = [
    ...own.map((path) => ({ file: `${docsFolder}/${path}`, address: addressOf(path) })),
    ...pagesElsewhere,
  ];
  return Promise.all(
    files.map(async (page) => {
      const markdown = await readFile(join(root, page.file), 'utf8');
      const title = /^# (.+)$/m.exec(markdown)?.[1];
      if (title === undefined) throw new Error(`${page.file} has no title: begin it with a line "# ...".`);
      return { name: nameOf(page.file, title), ...page, title, markdown };
    }),
  );
}

/** `Sweeps` of "Sweeps: try many parameters". */
function nameOf(file: string, title: string): string {
  return file.endsWith('/README.md') ? 'Overview' : title.replace(/: .*/, '').replaceAll('`', '');
}

/** The page of a folder is its README, as on GitHub. */
function addressOf(path: string): string {
  return path.replace(/\.md$/, '').replace(/(^|\/)README$/, '');
}
