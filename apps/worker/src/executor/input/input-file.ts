import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { isRondelError, parseDataReference, RondelError, type DataReference, type ScanPart } from '@rondel/contracts';
import { describeData, formatOfFile } from '@rondel/formats';
import { hashFile, pathBeside, resolveReference, type ReferenceSources, type ResolvedReference } from '@rondel/store';
import { LRUCache } from 'lru-cache';
import { blocking } from '../files/small-files.js';
import { filesIdentity } from './file-identity.js';

/** Files that one may link to, or have the values of its virtual datasets in. */
const mostLinked = 256;
/** Times that a file is looked at for more of them. */
const mostLooks = 16;
const mostKnown = 1000;

/** A reference as the local files that are read for it. */
export interface InputFile extends ResolvedReference {
  /** Paths of files that links of this one lead to, by the names that the links have; `*` for one of any name, `*` and a name for any folder. */
  readonly linked?: Readonly<Record<string, string>>;
}

/** Names of a job's data, and the references. */
export type GivenFiles = readonly (readonly [name: string, reference: string])[];

type PartOption = keyof ScanPart;

/** Names of the files that a file of HDF5 leads to, and what told all of these from any others when they were found. */
interface FoundLinks {
  readonly names: readonly string[];
  readonly identity: string;
}

/** What HDF5 files link to, by their references. */
export type KnownLinks = LRUCache<string, FoundLinks>;

export function openKnownLinks(): KnownLinks {
  return new LRUCache({ max: mostKnown });
}

export interface InputSources extends ReferenceSources {
  readonly links?: KnownLinks | undefined;
}

/**
 * Finds what a reference leads to, with the files in the same data root that it links to, relative to the file. Throws as
 * `resolveReference` and `pathBeside`.
 *
 * @param given Other references of the job, to which links of this file lead: one for whichever they name, as long as that is one file,
 * or several by the names of their files.
 */
export async function inputFile(reference: string, sources: InputSources, given: GivenFiles = []): Promise<InputFile> {
  const parsed = parseDataReference(reference);
  const resolved = await resolveReference(parsed, sources);
  if (given.length > 0) return { ...resolved, linked: await givenFiles(given, sources) };
  if (parsed.scheme !== 'root' || resolved.stack !== undefined || (await formatOfFile(resolved.path)) !== 'hdf5')
    return resolved;
  const linked = (await linksAsBefore(resolved, parsed, sources)) ?? (await findLinks(resolved, parsed, sources));
  return Object.keys(linked).length === 0 ? resolved : { ...resolved, linked };
}

type LinkedFiles = NonNullable<InputFile['linked']>;

/** What was found before, unless a file has changed since: those that are linked to may lead to others, too. */
async function linksAsBefore(
  { label, path }: ResolvedReference,
  reference: DataReference,
  sources: InputSources,
): Promise<LinkedFiles | undefined> {
  const known = sources.links?.get(label);
  if (known === undefined) return undefined;
  const linked: Record<string, string> = {};
  try {
    for (const name of known.names) linked[name] = await pathBeside(reference, name, sources);
  } catch (error) {
    // It may be that nothing leads there any more; if something does, whoever looks anew is told.
    if (isRondelError(error)) return undefined;
    throw error;
  }
  return known.identity === (await linksIdentity(path, linked)) ? linked : undefined;
}

/** Looks at the file again with what was found until nothing is left out. */
async function findLinks(
  resolved: ResolvedReference,
  reference: DataReference,
  sources: InputSources,
): Promise<LinkedFiles> {
  const linked: Record<string, string> = {};
  for (let looks = 0; ; looks += 1) {
    // As the files were before they were looked at.
    const identity = sources.links && (await linksIdentity(resolved.path, linked));
    const names = await linksLeftOut({ ...resolved, linked });
    if (names.length === 0) {
      if (identity !== undefined) sources.links?.set(resolved.label, { names: Object.keys(linked), identity });
      return linked;
    }
    const all = new Set([...Object.keys(linked), ...names]);
    const isNew = names.every((name) => !Object.hasOwn(linked, name));
    if (!isNew || all.size > mostLinked || looks === mostLooks) throw tooManyLinks(resolved.label);
    for (const name of names) linked[name] = await pathBeside(reference, name, sources);
  }
}

async function linksIdentity(path: string, linked: LinkedFiles): Promise<string> {
  return (await filesIdentity([path, ...Object.values(linked)])).join(' ');
}

/** The files that were given, by the names of those that links may name. Throws `INVALID_REQUEST` for one of several without a name. */
async function givenFiles(given: GivenFiles, sources: InputSources): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const [name, text] of given) {
    const reference = parseDataReference(text);
    const { path } = await resolveReference(reference, sources);
    const known = nameOf(reference);
    if (given.length > 1 && (known === undefined || Object.hasOwn(files, `*/${known}`))) {
      const problem = known === undefined ? 'does not say what its file is called' : `is a second ${known}`;
      throw new RondelError(
        'INVALID_REQUEST',
        `${name} ${problem}: links find several files by their names. Put the name behind the reference, as in artifact:sha256-...?name=frames.h5.`,
      );
    }
    files[given.length === 1 ? '*' : `*/${known ?? ''}`] = path;
  }
  return files;
}

function nameOf(reference: DataReference): string | undefined {
  if (reference.scheme === 'job') return undefined;
  return reference.name ?? (reference.scheme === 'root' ? basename(reference.path) : undefined);
}

/** Files that reading would need and that were not given. What else is wrong with the file, whoever reads it will say. */
async function linksLeftOut(file: InputFile): Promise<readonly string[]> {
  try {
    await describeData(file.path, readOptions(file));
    return [];
  } catch (error) {
    if (!isRondelError(error)) throw error;
    const { linkedFiles } = error.failure.details ?? {};
    return Array.isArray(linkedFiles) ? linkedFiles.filter((name) => typeof name === 'string') : [];
  }
}

function tooManyLinks(label: string): RondelError {
  return new RondelError(
    'DATA_FORMAT',
    `${label} links to more than ${mostLinked} other files. Store its frames in one, or name them with #/path.`,
  );
}

/** How a file is read, as its reference says. */
export function readOptions(
  { path: _, sha256: __, ...file }: InputFile,
  without: readonly string[] = [],
): Omit<InputFile, 'path' | 'sha256'> & { readonly without: readonly string[]; readonly smallFiles: 'blocking' } {
  return { ...file, ...blocking, without };
}

/** The same for all that the files hold, of which the reference may take a part. */
export function wholeOptions(file: InputFile): Omit<ReturnType<typeof readOptions>, PartOption | 'theta'> {
  const { slice: _, angle: __, skip: ___, detector: ____, binning: _____, theta: ______, ...whole } = readOptions(file);
  return whole;
}

/** The files of an input, each with what the input calls it. What was given apart is another input. */
function partsOf({ path, stack, linked = {} }: InputFile): readonly { readonly name: string; readonly path: string }[] {
  if (stack !== undefined) return stack;
  const others = Object.entries(linked).filter(([name]) => !isGiven(name));
  return [{ name: basename(path), path }, ...others.map(([name, other]) => ({ name, path: other }))];
}

/** What was given apart is called `*`, or by its name behind that. */
function isGiven(name: string): boolean {
  return name.startsWith('*');
}

/** Bytes of all files of an input. */
export function bytesOf(file: InputFile): number {
  return partsOf(file).reduce((sum, { path }) => sum + statSync(path).size, 0);
}

/**
 * SHA-256 of the file; of several that of the lines that `sha256sum` writes of them, in their order, each with the hash, two
 * spaces and the name.
 */
export async function hashOf(file: InputFile): Promise<string> {
  if (file.sha256 !== undefined) return file.sha256;
  const parts = partsOf(file);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && file.stack === undefined) return hashFile(only.path, blocking);
  const lines = createHash('sha256');
  for (const { name, path } of parts) lines.update(`${await hashFile(path, blocking)}  ${name}\n`);
  return lines.digest('hex');
}

/** Whether a part of what the files hold is read, or means of it. */
export function isPart({ slice, angle, detector, skip, binning }: Pick<InputFile, PartOption>): boolean {
  return [slice, angle, detector, skip, binning].some((option) => option !== undefined);
}

/** `CONFLICT`, retryable, for a file that is not what it was when the job began to read it. */
export function changedMeanwhile(reference: string): RondelError {
  return new RondelError(
    'CONFLICT',
    `${reference} was changed while the job used it. Leave files as they are while a job reads them; it is tried again.`,
    { retryable: true },
  );
}

/** What tells the files of an input from any other, the same files at another time included. */
export async function identityOf(file: InputFile): Promise<string[]> {
  const { label, sha256, linked = {} } = file;
  const names = Object.keys(linked).filter(isGiven);
  const given = names.length === 0 ? [] : [...names, ...(await filesIdentity(names.map((name) => linked[name] ?? '')))];
  if (sha256 !== undefined) return [label, ...given];
  return [label, ...(await filesIdentity(partsOf(file).map(({ path }) => path))), ...given];
}
