import { lstat, realpath } from 'node:fs/promises';
import { isAbsolute, join, posix, relative, sep } from 'node:path';
import {
  formatDataReference,
  RondelError,
  unknownOptionSentence,
  type DataReference,
  type StoredAs,
} from '@rondel/contracts';
import type { ArtifactStore } from '../artifact-store.js';
import { systemCode } from '../files/store-errors.js';
import { splitPattern, stackNames, type StackFile } from './file-stack.js';
import type { MayRead } from './grants.js';

/** What a worker can read from. */
export interface ReferenceSources {
  readonly store: Pick<ArtifactStore, 'localPath'>;
  /** Folders that the worker declares, by name. */
  readonly roots: Readonly<Record<string, string>>;
  /** What of them whoever asks may read. @default all */
  readonly mayRead?: MayRead | undefined;
}

/** A reference as a local file, or as the files of a stack. */
export interface ResolvedReference extends StoredAs {
  /** Of a regular file. Not to be shown to users. */
  readonly path: string;
  /** The reference as text, for messages. */
  readonly label: string;
  /** Path of one dataset inside the file. */
  readonly dataset?: string;
  /** Hash of the file where the reference holds it; else `hashFile` computes it. */
  readonly sha256?: string;
  /** The files of a stack, in order, of which `path` is the first. */
  readonly stack?: readonly StackFile[];
}

type RootReference = Extract<DataReference, { scheme: 'root' }>;

/**
 * Finds the local file behind `artifact:` and `root://` references; behind a folder of a root, or a pattern such as
 * `root://scans/day/proj_*.tif`, the files of a stack.
 *
 * Throws `DATA_NOT_FOUND` for an unknown root, artifact or file, and for `job:` references, which are replaced by the
 * job's artifact before work reaches a worker; `DATA_FORBIDDEN` for what leaves its root, with or without symlinks, is
 * no regular file, may not be read, or is not granted to whoever asks, which tells nothing of whether it is there.
 */
export async function resolveReference(
  reference: DataReference,
  sources: ReferenceSources,
): Promise<ResolvedReference> {
  const label = formatDataReference(reference);
  switch (reference.scheme) {
    case 'artifact': {
      const { scheme: _, sha256, ...facts } = reference;
      return { path: await sources.store.localPath(sha256), label, sha256, ...facts };
    }
    case 'root': {
      const { scheme: _, root: __, path: ___, ...facts } = reference;
      return { ...(await filesInRoot(reference, label, sources)), label, ...facts };
    }
    case 'job':
      throw new RondelError('DATA_NOT_FOUND', `${label} has no result to read yet: wait until the job is completed.`);
  }
}

/** One file; or of a folder, and of a pattern in one, all files that belong to the stack. */
async function filesInRoot(
  reference: RootReference,
  label: string,
  sources: ReferenceSources,
): Promise<Pick<ResolvedReference, 'path' | 'stack'>> {
  const { folder, pattern } = splitPattern(reference.path, label);
  const path = await pathInRoot({ ...reference, path: folder }, label, sources);
  const isFolder = (await lstat(path)).isDirectory();
  if (pattern === undefined && !isFolder) {
    if (!(await lstat(path)).isFile()) throw forbidden(label, 'is not a regular file');
    return { path };
  }
  if (!isFolder) throw new RondelError('DATA_NOT_FOUND', `${label}: there is no such folder. Check the path.`);
  const names = await stackNames(path, { pattern, label });
  const stack: StackFile[] = [];
  for (const { name, isLink } of names) {
    // What lies in a folder that may be read may be read, unless it leads elsewhere.
    const below = isLink
      ? await pathInRoot({ ...reference, path: join(folder, name) }, label, sources)
      : join(path, name);
    stack.push({ name, path: below });
  }
  return { path: stack[0]?.path ?? path, stack };
}

/** Where a path of a reference leads, inside its root: a file, or a folder. */
async function pathInRoot(
  { root, path }: Pick<RootReference, 'root' | 'path'>,
  label: string,
  { roots, mayRead = () => true }: Pick<ReferenceSources, 'roots' | 'mayRead'>,
): Promise<string> {
  refuseEscape(path, label);
  // Before anybody looks whether it is there.
  if (!mayRead(root, path)) throw notGranted(label);
  const base = await realRoot(root, label, roots);
  const real = await realTarget(join(base, path), label);
  if (real !== base && !real.startsWith(base.endsWith(sep) ? base : base + sep)) {
    throw forbidden(label, 'leaves its root through a symbolic link');
  }
  // A symbolic link may lead from what is granted to what is not.
  if (!mayRead(root, relative(base, real).split(sep).join('/'))) throw notGranted(label);
  return real;
}

/**
 * The path of a file in the same root that another one names, from the folder of that one.
 *
 * Throws `DATA_FORBIDDEN` for a name that is absolute or leaves the root, `DATA_NOT_FOUND` for one that is not there.
 */
export async function pathBeside(
  reference: DataReference,
  name: string,
  sources: Pick<ReferenceSources, 'roots' | 'mayRead'>,
): Promise<string> {
  if (reference.scheme !== 'root')
    throw new RondelError('INTERNAL', 'Only files in data roots have files beside them.');
  const { root, path } = reference;
  const label = `The file ${name.slice(0, 300)} to which ${formatDataReference(reference)} links`;
  // What another system calls its folders leads nowhere here.
  if (isAbsolute(name) || /^[A-Za-z]:|\\/.test(name))
    throw forbidden(
      label,
      'has an absolute path, which is not followed: name it, as in linked=root://scans/day/frames.h5',
    );
  const beside = posix.normalize(posix.join(posix.dirname(path), name));
  if (beside.startsWith('..')) throw forbidden(label, 'leaves its root with ".."');
  const found = await pathInRoot({ root, path: beside }, label, sources);
  if (!(await lstat(found)).isFile()) throw forbidden(label, 'is not a regular file');
  return found;
}

function refuseEscape(path: string, label: string): void {
  if (path.includes('\0')) throw forbidden(label.replaceAll('\0', '\\0'), 'holds a NUL byte');
  if (isAbsolute(path)) throw forbidden(label, 'is an absolute path; a path in a root is relative');
  if (path.split(/[/\\]/).includes('..')) throw forbidden(label, 'leaves its root with ".."');
}

async function realRoot(root: string, label: string, roots: ReferenceSources['roots']): Promise<string> {
  const folder = Object.hasOwn(roots, root) ? roots[root] : undefined;
  if (folder === undefined) {
    const known = Object.keys(roots).sort().join(', ') || 'none';
    throw new RondelError('DATA_NOT_FOUND', `${label}: this worker has no root "${root}"; it has: ${known}.`);
  }
  try {
    return await realpath(folder);
  } catch (error) {
    throw new RondelError('DATA_NOT_FOUND', `${label}: the folder of root "${root}" cannot be opened on this worker.`, {
      cause: error,
    });
  }
}

async function realTarget(path: string, label: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(code)) {
      throw new RondelError(
        'DATA_NOT_FOUND',
        `${label}: there is no such file. Check the path.${unknownOptionSentence(label)}`,
        { cause: error },
      );
    }
    if (['EACCES', 'EPERM', 'ELOOP'].includes(code)) throw forbidden(label, 'may not be read', error);
    throw error;
  }
}

function notGranted(label: string): RondelError {
  return new RondelError(
    'DATA_FORBIDDEN',
    `${label} is not granted to this project. Ask whoever runs the workers for a --grant, or name a file that is.`,
  );
}

function forbidden(label: string, problem: string, cause?: unknown): RondelError {
  return new RondelError('DATA_FORBIDDEN', `${label} ${problem}. Name a file inside the root.`, { cause });
}
