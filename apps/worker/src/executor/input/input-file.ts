import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { isRondelError, parseDataReference, RondelError, type ScanPart } from '@rondel/contracts';
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
  /** Paths of files that links of this one lead to, by the names that the links have; `*` for any. */
  readonly linked?: Readonly<Record<string, string>>;
}

type PartOption = keyof ScanPart;

/** Names of the files that HDF5 files link to, once for each state of a file. */
export type KnownLinks = LRUCache<string, readonly string[]>;

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
 * @param given Another reference of the job: what all links of this file lead to.
 */
export async function inputFile(reference: string, sources: InputSources, given?: string): Promise<InputFile> {
  const parsed = parseDataReference(reference);
  const resolved = await resolveReference(parsed, sources);
  if (given !== undefined) {
    const { path } = await resolveReference(parseDataReference(given), sources);
    return { ...resolved, linked: { '*': path } };
  }
  if (parsed.scheme !== 'root' || resolved.stack !== undefined || (await formatOfFile(resolved.path)) !== 'hdf5')
    return resolved;
  const key = JSON.stringify([resolved.label, ...(await filesIdentity([resolved.path]))]);
  const known = sources.links?.get(key);
  const linked: Record<string, string> = {};
  for (const name of known ?? []) linked[name] = await pathBeside(parsed, name, sources);
  for (let looks = 0; known === undefined; looks += 1) {
    const names = await linksLeftOut({ ...resolved, linked });
    if (names.length === 0) break;
    const all = new Set([...Object.keys(linked), ...names]);
    const isNew = names.every((name) => !Object.hasOwn(linked, name));
    if (!isNew || all.size > mostLinked || looks === mostLooks) throw tooManyLinks(resolved.label);
    for (const name of names) linked[name] = await pathBeside(parsed, name, sources);
  }
  sources.links?.set(key, Object.keys(linked));
  return Object.keys(linked).length === 0 ? resolved : { ...resolved, linked };
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
  const others = Object.entries(linked).filter(([name]) => name !== '*');
  return [{ name: basename(path), path }, ...others.map(([name, other]) => ({ name, path: other }))];
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

/** What tells the files of an input from any other, the same files at another time included. */
export async function identityOf(file: InputFile): Promise<string[]> {
  const { label, sha256, linked } = file;
  const given = linked?.['*'] === undefined ? [] : await filesIdentity([linked['*']]);
  if (sha256 !== undefined) return [label, ...given];
  return [label, ...(await filesIdentity(partsOf(file).map(({ path }) => path))), ...given];
}
