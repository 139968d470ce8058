import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import type { Page } from './pages.js';

/** What a link or a picture of a page leads to. */
export type Target =
  | { readonly kind: 'page'; readonly page: Page; readonly anchor: string }
  | { readonly kind: 'picture'; readonly file: string }
  /** A file or folder of the repository that is no page: named, but not served. */
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'elsewhere' };

/**
 * Follows a link as GitHub does, from the file that it stands in.
 *
 * @param root Top of the repository.
 * @throws Error if it leads to something that is not there.
 */
export function followLink(root: string, pages: ReadonlyMap<string, Page>, from: Page, href: string): Target {
  if (/^[a-z]+:/.test(href)) return { kind: 'elsewhere' };
  const [path = '', anchor = ''] = href.split('#');
  const file = path === '' ? from.file : posix.normalize(posix.join(posix.dirname(from.file), path)).replace(/\/$/, '');
  const page = pages.get(file) ?? pages.get(`${file}/README.md`);
  if (page) return { kind: 'page', page, anchor };
  if (file.startsWith('..') || !existsSync(posix.join(root, file)))
    throw new Error(`${from.file} links to ${href}, which is not there.`);
  return { kind: /\.(png|svg)$/.test(file) ? 'picture' : 'file', file };
}
