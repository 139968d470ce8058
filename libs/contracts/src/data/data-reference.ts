import { RondelError } from '../failure/failure.js';
import { formatScanPart, scanPartNames, readScanPart, type ScanPart } from './scan-part.js';

/** How an array is stored, where its file does not say or says otherwise, and what of it is read. */
export interface StoredAs extends ScanPart {
  /** Names of its axes, slowest first; one that begins with `-` lies in reverse. */
  readonly axes?: readonly string[];
  /** In which angles are stored. */
  readonly unit?: 'rad' | 'deg';
  /** Of the file, as links to it name it, where the reference does not have it. */
  readonly name?: string;
  /** Angles of the first and the last projection in degrees, where the file has none: those between are evenly spaced. */
  readonly theta?: readonly [first: number, last: number];
}

/** Where raw data lies, parsed. `dataset` is the part after `#`, the path of one dataset inside a container file. */
export type DataReference =
  | ({ readonly scheme: 'artifact'; readonly sha256: string; readonly dataset?: string } & StoredAs)
  | ({ readonly scheme: 'root'; readonly root: string; readonly path: string; readonly dataset?: string } & StoredAs)
  | { readonly scheme: 'job'; readonly job: string };

const maximumLength = 4096;
const artifactPattern = /^artifact:sha256-([0-9a-f]{64})$/;
const rootPattern = /^root:\/\/([A-Za-z0-9][A-Za-z0-9_-]{0,63})\/(.+)$/;
const jobPattern = /^job:([0-9A-HJKMNP-TV-Z]{26})$/;

/**
 * Parses `artifact:sha256-<hex>[#/dataset]`, `root://NAME/path[#/dataset]` or `job:<id>`. The first two may end with how the
 * array is stored and what of it is read: `?axes=angle,slice,detector`, `?unit=deg`, `?theta=0:180`, `?slice=100:110`, or
 * several with `&` between them.
 *
 * Throws `DATA_NOT_FOUND` for a scheme Rondel does not know, `DATA_FORBIDDEN` for a path with `..` or a NUL byte, and
 * `INVALID_REQUEST` for names of axes or a unit that cannot be.
 */
export function parseDataReference(text: string): DataReference {
  if (text.length > maximumLength) {
    throw new RondelError('DATA_NOT_FOUND', `A data reference has at most ${maximumLength} characters.`);
  }
  const [whole, storedAs] = splitStoredAs(text);
  const [location, dataset] = splitFragment(whole);
  const fragment = { ...(dataset !== undefined && { dataset }), ...storedAs };
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
      return `artifact:sha256-${reference.sha256}${formatFragment(reference)}`;
    case 'root':
      return `root://${reference.root}/${reference.path}${formatFragment(reference)}`;
    case 'job':
      return `job:${reference.job}`;
  }
}

/** Splits `file.h5#/path` into the file and the dataset; only `#/` separates, as `#` alone may be part of a name. */
export function splitFragment(text: string): [string, string | undefined] {
  const at = text.indexOf('#/');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

const optionNames: readonly string[] = ['axes', 'unit', 'theta', ...scanPartNames, 'name'];
const anyOption = `(?:${optionNames.join('|')})=[^?&#]*`;
const optionsPattern = new RegExp(`\\?(${anyOption}(?:&${anyOption}){0,${optionNames.length}})$`);
const axisPattern = /^-?[A-Za-z][A-Za-z0-9_]{0,62}$/;
const mostAxes = 16;

/**
 * Splits how an array is stored, and what of it is read, off the text that names it; any other `?` is part of the name. Throws
 * `INVALID_REQUEST`.
 */
export function splitStoredAs(text: string): [string, StoredAs] {
  const found = optionsPattern.exec(text);
  if (!found) return [text, {}];
  const options = new Map((found[1] ?? '').split('&').map((option) => option.split('=', 2) as [string, string]));
  const [axes, unit, theta] = [options.get('axes'), options.get('unit'), options.get('theta')];
  const name = options.get('name');
  return [
    text.slice(0, found.index),
    {
      ...(axes !== undefined && { axes: checkedAxes(axes) }),
      ...(unit !== undefined && { unit: checkedUnit(unit) }),
      ...(name !== undefined && { name: checkedName(name) }),
      ...(theta !== undefined && { theta: checkedTheta(theta) }),
      ...readScanPart(options),
    },
  ];
}

/** One of each, for errors. */
const optionExamples: Readonly<Record<string, string>> = {
  unit: 'deg',
  theta: '0:180',
  slice: '1000:1010',
  angle: '::4',
  detector: '200:-200',
  skip: '17',
  binning: '2',
};

/** What to say of a property that no plan has, where the data has an option of that name; empty for any other. */
export function dataOptionSentence(name: string): string {
  const example = Object.hasOwn(optionExamples, name) ? optionExamples[name] : undefined;
  return example === undefined
    ? ''
    : ` ${name} is an option of the data: put it behind that, as in scan.h5?${name}=${example}.`;
}

/** What to say of a name that ends with an option that there is none of; empty for any other. */
export function unknownOptionSentence(text: string): string {
  const ending = /\?([A-Za-z_]\w*=[^?&#]*(?:&[A-Za-z_]\w*=[^?&#]*)*)$/.exec(text)?.[1] ?? '';
  const names = ending.split('&').map((option) => option.split('=', 1)[0] ?? '');
  const unknown = names.find((name) => name !== '' && !optionNames.includes(name));
  return unknown === undefined ? '' : ` "${unknown.slice(0, 40)}" is no option: there are ${optionNames.join(', ')}.`;
}

function checkedTheta(text: string): readonly [number, number] {
  const parts = text.split(':');
  const [first = NaN, last = NaN] = parts.map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (parts.length === 2 && Number.isFinite(first) && Number.isFinite(last) && first !== last) return [first, last];
  throw new RondelError(
    'INVALID_REQUEST',
    `theta must be the angles of the first and the last projection in degrees, as in theta=0:180, got "${text.slice(0, 100)}".`,
  );
}

function checkedAxes(text: string): string[] {
  const axes = text.split(',');
  const plain = axes.map((axis) => axis.replace(/^-/, ''));
  const fits = axes.length <= mostAxes && axes.every((axis) => axisPattern.test(axis));
  if (fits && new Set(plain).size === axes.length) return axes;
  throw new RondelError(
    'INVALID_REQUEST',
    `axes must be up to ${mostAxes} different names of letters, digits and _, slowest first, as in axes=angle,slice,detector; "-slice" for one in reverse. Got "${text.slice(0, 100)}".`,
  );
}

function checkedUnit(text: string): 'rad' | 'deg' {
  if (text === 'rad' || text === 'deg') return text;
  throw new RondelError('INVALID_REQUEST', `unit must be rad or deg, got "${text.slice(0, 100)}".`);
}

function checkedName(text: string): string {
  const name = /%(?![0-9a-f]{2})/i.test(text) ? '' : decodeURIComponent(text);
  if (/^[^/\\\p{Cc}]{1,200}$/u.test(name)) return name;
  throw new RondelError(
    'INVALID_REQUEST',
    `name must be that of a file, without a folder, got "${text.slice(0, 100)}".`,
  );
}

/** Inverse of `splitFragment` and `splitStoredAs` together: what follows the name of a file. */
export function formatFragment({
  dataset,
  axes,
  unit,
  name,
  theta,
  ...part
}: StoredAs & { readonly dataset?: string | undefined }): string {
  const options = [
    ...(axes ? [`axes=${axes.join()}`] : []),
    ...(unit ? [`unit=${unit}`] : []),
    ...(name ? [`name=${name.replace(/[?&#%\s"'`]/g, encodeURIComponent)}`] : []),
    ...(theta ? [`theta=${theta.join(':')}`] : []),
    ...formatScanPart(part),
  ];
  return `${dataset === undefined ? '' : `#${dataset}`}${options.length === 0 ? '' : `?${options.join('&')}`}`;
}

/** Names of the data roots that references lead into. */
export function rootsOf(references: Readonly<Record<string, string>>): string[] {
  return Object.values(references).flatMap((text) => {
    const reference = parseDataReference(text);
    return reference.scheme === 'root' ? [reference.root] : [];
  });
}
