import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  dataNameFrom,
  isLinkedName,
  linkedName,
  parseDataReference,
  RondelError,
  splitFragment,
  splitStoredAs,
  toFailure,
  unknownOptionSentence,
  type StoredAs,
  type Submission,
} from '@rondel/contracts';
import { isShortReference } from '../shell/short-id.js';

/** Where one set of raw data comes from: a reference that the server resolves, or a file here that is uploaded first. */
export type DataSource =
  | { readonly kind: 'reference'; readonly reference: string }
  | ({
      readonly kind: 'file';
      readonly path: string;
      readonly bytes: number;
      readonly dataset: string | undefined;
    } & StoredAs);

export interface DataArgument {
  /** `data` unless the argument names it. */
  readonly name: string;
  readonly source: DataSource;
}

const namePattern = /^([A-Za-z][A-Za-z0-9_]{0,62})=(.+)$/s;
const schemePattern = /^(?:artifact:|job:|[a-z][a-z0-9+.-]*:\/\/)/i;

/**
 * Reads DATA arguments: `REF`, or `name=REF` where a plan takes several. All files are looked at before any is uploaded.
 *
 * Throws `DATA_NOT_FOUND` for a file that is not there or a reference of an unknown kind, `DATA_FORBIDDEN` for one that
 * may not be looked at, and `INVALID_REQUEST` for a name given twice; `linked` may be.
 */
export async function readDataArguments(texts: readonly string[]): Promise<readonly DataArgument[]> {
  const found = numberLinked(await Promise.all(texts.map(readDataArgument)));
  const names = found.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new RondelError(
      'INVALID_REQUEST',
      `The data "${twice}" is given twice. Name each one, e.g. data=scan.h5 dark=dark.npy.`,
    );
  }
  return found;
}

/** Several files that the data links to are `linked`, `linked2` and so on, each with its name, by which links find it. */
function numberLinked(found: readonly DataArgument[]): readonly DataArgument[] {
  const linked = found.filter(({ name }) => isLinkedName(name));
  if (linked.length < 2) return found;
  return found.map((argument) => {
    const at = linked.indexOf(argument);
    if (at < 0) return argument;
    const { source } = argument;
    const name = at === 0 ? linkedName : `${linkedName}${at + 1}`;
    return { name, source: source.kind === 'file' ? { name: basename(source.path), ...source } : source };
  });
}

/** The `data` of a submission, with the reference that each argument led to. */
export function dataOfSubmission(
  references: readonly (readonly [name: string, reference: string])[],
): Submission['data'] {
  const [first, ...others] = references;
  if (first !== undefined && others.length === 0 && first[0] === 'data') return first[1];
  return Object.fromEntries(references);
}

/** Whether names of files, which may be those of patients, are not to be told. */
export function namesAreHidden({
  RONDEL_HIDE_NAMES: hidden = '',
}: Readonly<Record<string, string | undefined>>): boolean {
  return ['1', 'true', 'yes'].includes(hidden);
}

/** Names of local files by the name of the data, none where `RONDEL_HIDE_NAMES` says so. */
export function dataNamesOf(
  data: readonly DataArgument[],
  environment: Readonly<Record<string, string | undefined>>,
): Pick<Submission, 'dataNames'> {
  if (namesAreHidden(environment)) return {};
  const names = data.flatMap(({ name, source }) => {
    const shown = source.kind === 'file' ? dataNameFrom(basename(source.path)) : undefined;
    return shown === undefined ? [] : [[name, shown] as const];
  });
  return names.length === 0 ? {} : { dataNames: Object.fromEntries(names) };
}

async function readDataArgument(text: string): Promise<DataArgument> {
  const whole = await fileSource(text);
  if (whole !== undefined) return { name: 'data', source: whole };
  const [, name = 'data', rest = text] = namePattern.exec(text) ?? [];
  return { name, source: await readReferenceOrFile(rest) };
}

/** What a text stands for that names data: a reference, or a file here. Throws as `readDataArguments`. */
export async function readReferenceOrFile(text: string): Promise<DataSource> {
  return referenceSource(text) ?? (await fileSource(text)) ?? missing(text);
}

function referenceSource(text: string): DataSource | undefined {
  if (!schemePattern.test(text)) return undefined;
  if (!isShortReference(text)) parseDataReference(text);
  return { kind: 'reference', reference: text };
}

async function fileSource(text: string): Promise<DataSource | undefined> {
  const [named, storedAs] = splitStoredAs(text);
  const [path, dataset] = splitFragment(named);
  const facts = await stat(path).catch((error: unknown) => {
    if (isAbsence(error)) return undefined;
    throw new RondelError(
      'DATA_FORBIDDEN',
      `${path} cannot be looked at: ${toFailure(error).message}. Make it readable for you, or name another file.`,
      { cause: error },
    );
  });
  if (facts === undefined) return undefined;
  if (facts.isFile()) return { kind: 'file', path, bytes: facts.size, dataset, ...storedAs };
  throw new RondelError(
    'DATA_FORMAT',
    `${path} is not a regular file. Name one file, pack the images in a .zip, or put the folder under a data root and name it as root://NAME/path.`,
  );
}

/** That there is no such file, or that the text is no path at all but, say, a reference. */
function isAbsence(error: unknown): boolean {
  const codes: readonly unknown[] = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'];
  return error instanceof Error && 'code' in error && codes.includes(error.code);
}

function missing(text: string): never {
  throw new RondelError(
    'DATA_NOT_FOUND',
    `There is no file ${text}. Name a file, or write a reference: artifact:sha256-<hash>, root://NAME/path or job:<id>.${unknownOptionSentence(text)}`,
  );
}
