import type { Job } from '@rondel/contracts';

/** What stands where a name is hidden. */
export const hidden = '•••';

/** The parts of a job in which people write names. */
export type Named = Pick<Job, 'data'> & Partial<Pick<Job, 'title' | 'labels' | 'dataNames' | 'submitter'>>;

/** Parts of a path of one or two letters are in every other word. */
const shortestName = 3;

/** A reference without the path inside a data root; hashes and ids are nobody's name. */
export function withoutPath(reference: string): string {
  return reference.replace(/^(root:\/\/[^/]+\/).+/s, `$1${hidden}`);
}

/** The value of a label, but for ids of Rondel's own, as that of the sweep or warm algorithm that a job belongs to. */
export function withoutLabel(value: string): string {
  return isId(value) ? value : hidden;
}

/** A ULID. */
export function isId(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text);
}

/** What a list is filtered by, `key` or `key=value`: keys are nobody's name. */
export function withoutValue(label: string): string {
  const [key = '', ...value] = label.split('=');
  return value.length === 0 ? key : `${key}=${withoutLabel(value.join('='))}`;
}

/** A value of a plan, as in its tree, without paths inside data roots. */
export function withoutPathsIn(value: unknown): unknown {
  if (typeof value === 'string') return withoutPath(value);
  if (Array.isArray(value)) return value.map(withoutPathsIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutPathsIn(inner)]));
}

/** A plan, or a line of one, without paths inside data roots, from which its remote values come. */
export function withoutPaths(text: string): string {
  return text.replace(/(root:\/\/[^/\s"']+\/)[^"'\n]+/g, `$1${hidden}`);
}

/** A sentence about a job without the names that stand in its data, title and labels. */
export function withoutNames(text: string, job: Named): string {
  return namesIn(job).reduce((rest, name) => rest.replaceAll(name, hidden), text);
}

/** Longest first, so that no part of one is left. */
function namesIn({ data, title, labels = {}, dataNames = {}, submitter = '' }: Named): string[] {
  const references = typeof data === 'string' ? [data] : Object.values(data);
  const paths = references.flatMap((reference) => {
    const path = /^root:\/\/[^/]+\/([^#?]+)/.exec(reference)?.[1];
    return path === undefined ? [] : [path, ...path.split('/')];
  });
  const values = Object.values(labels).filter((value) => !isId(value));
  const names = [title ?? '', submitter, ...paths, ...Object.values(dataNames), ...values];
  return [...new Set(names)].filter(({ length }) => length >= shortestName).sort((a, b) => b.length - a.length);
}
