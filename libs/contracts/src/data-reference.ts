import { RondelError } from './failure.js';

/** Where raw data lies, parsed. `dataset` is the part after `#`, the path of one dataset inside a container file. */
export type DataReference =
  | { readonly scheme: 'artifact'; readonly sha256: string; readonly dataset?: string }
  | { readonly scheme: 'root'; readonly root: string; readonly path: string; readonly dataset?: string }
  | { readonly scheme: 'job'; readonly job: string };

const maximumLength = 4096;
const artifactPattern = /^artifact:sha256-([0-9a-f]{64})$/;
const rootPattern = /^root:\/\/([A-Za-z0-9][A-Za-z0-9_-]{0,63})\/(.+)$/;
const jobPattern = /^job:([0-9A-HJKMNP-TV-Z]{26})$/;

/**
 * Parses `artifact:sha256-<hex>[#/dataset]`, `root://NAME/path[#/dataset]` or `job:<id>`.
 *
 * Throws `DATA_NOT_FOUND` for a scheme Rondel does not know and `DATA_FORBIDDEN` for a path with `..` or a NUL byte.
 */
export function parseDataReference(text: string): DataReference {
  if (text.length > maximumLength) {
    throw new RondelError('DATA_NOT_FOUND', `A data reference has at most ${maximumLength} characters.`);
  }
  const [location, dataset] = splitFragment(text);
  const fragment = dataset === undefined ? {} : { dataset };
  const artifact = artifactPattern.exec(location);
  if (artifact?.[1]) return { scheme: 'artifact', sha256: artifact[1], ...fragment };
  const job = jobPattern.exec(text);
  if (job?.[1]) return { scheme: 'job', job: job[1] };
  const root = rootPattern.exec(location);
  if (root?.[1] && root[2]) {
    const segments = root[2].split('/');
    if (segments.includes('..') || root[2].includes('\0')) {
      throw new RondelError('DATA_FORBIDDEN', `${text} leaves its root: ".." is not allowed in a data reference.`);
    }
    return { scheme: 'root', root: root[1], path: root[2], ...fragment };
  }
  throw new RondelError(
    'DATA_NOT_FOUND',
    `"${text.slice(0, 200)}" is not a data reference. Write artifact:sha256-<64 hex digits>, root://NAME/path or job:<id>.`,
  );
}

/** The text form of a reference; inverse of `parseDataReference`. */
export function formatDataReference(reference: DataReference): string {
  switch (reference.scheme) {
    case 'artifact':
      return `artifact:sha256-${reference.sha256}${formatFragment(reference.dataset)}`;
    case 'root':
      return `root://${reference.root}/${reference.path}${formatFragment(reference.dataset)}`;
    case 'job':
      return `job:${reference.job}`;
  }
}

/** Splits `file.h5#/path` into the file and the dataset; only `#/` separates, as `#` alone may be part of a name. */
export function splitFragment(text: string): [string, string | undefined] {
  const at = text.indexOf('#/');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function formatFragment(dataset: string | undefined): string {
  return dataset === undefined ? '' : `#${dataset}`;
}

/** Names of the data roots that references lead into. */
export function rootsOf(references: Readonly<Record<string, string>>): string[] {
  return Object.values(references).flatMap((text) => {
    const reference = parseDataReference(text);
    return reference.scheme === 'root' ? [reference.root] : [];
  });
}
