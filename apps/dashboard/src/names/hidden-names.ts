import type { Job } from '@rondel/contracts';

/** What stands where a name is hidden. */
export const hidden = '•••';

/** The parts of a job in which people write names. */
export type Named = Pick<Job, 'data'> & Partial<Pick<Job, 'title' | 'labels' | 'dataNames'>>;

/** Parts of a path of one or two letters are in every other word. */
const shortestName = 3;

/** A reference without the path inside a data root; hashes and ids are nobody's name. */
export function withoutPath(reference: string): string {
  return reference.replace(/^(root:\/\/[^/]+\/).+/s, `$1${hidden}`);
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
function namesIn({ data, title, labels = {}, dataNames = {} }: Named): string[] {
  const references = typeof data === 'string' ? [data] : Object.values(data);
  const paths = references.flatMap((reference) => {
    const path = /^root:\/\/[^/]+\/([^#?]+)/.exec(reference)?.[1];
    return path === undefined ? [] : [path, ...path.split('/')];
  });
  const names = [title ?? '', ...paths, ...Object.values(dataNames), ...Object.values(labels)];
  return [...new Set(names)].filter(({ length }) => length >= shortestName).sort((a, b) => b.length - a.length);
}
