import { posix } from 'node:path';
import { quantity, RondelError } from '@rondel/contracts';
import { formatError } from '../../file/data-errors.js';
import { isDataset, type OpenedHdf5 } from './opened-hdf5.js';

/** Links inside a file that one path may lead over. */
const mostTurns = 16;

/** Where a path leads: the file that it ends in, and the path there, without links. */
export interface Located {
  readonly file: OpenedHdf5;
  readonly path: string;
}

/**
 * Where a path of a file leads, link by link. One link to another file is followed, if that file was given; from there on
 * none.
 *
 * Throws `DATA_FORBIDDEN` for a file that was not given, whose name is `linkedFile` in the details, and for a second link;
 * `DATA_FORMAT` for links in circles.
 */
export function locate(file: OpenedHdf5, path: string): Located {
  let names = namesIn(path);
  let turns = 0;
  for (let at = 0; at < names.length;) {
    const prefix = `/${names.slice(0, at + 1).join('/')}`;
    const outside = externalLink(file, prefix);
    if (outside !== undefined) return throughLink(file, prefix, { ...outside, rest: names.slice(at + 1) });
    const inside = symbolicLink(file, prefix);
    if (inside === undefined) {
      at += 1;
      continue;
    }
    turns += 1;
    if (turns > mostTurns) throw formatError(file.label, `${path.slice(0, 200)} leads over links in circles.`);
    names = [...(inside.startsWith('/') ? [] : names.slice(0, at)), ...namesIn(inside), ...names.slice(at + 1)];
    at = 0;
  }
  return { file, path: `/${names.join('/')}` };
}

/** The dataset that a path of the file leads to; undefined where there is none. Throws as `locate`. */
export function datasetAt(file: OpenedHdf5, path: string): Located | undefined {
  const found = locate(file, path);
  return isDataset(found.file, found.path) ? found : undefined;
}

/** Throws `DATA_FORBIDDEN` when `path` or a group above it is a link to another file. */
export function refuseExternalLink(file: OpenedHdf5, path: string): void {
  const names = namesIn(path);
  for (let depth = 1; depth <= names.length; depth++) {
    const prefix = `/${names.slice(0, depth).join('/')}`;
    const link = externalLink(file, prefix);
    if (link !== undefined) throw notFollowed(file, prefix, 'Only the file itself is read: store the data in it.');
  }
}

function throughLink(
  file: OpenedHdf5,
  prefix: string,
  { name, target, rest }: ExternalLink & { readonly rest: readonly string[] },
): Located {
  if (file.isLinked === true || file.linked === undefined) {
    throw notFollowed(file, prefix, 'One link is followed, no second one from there.');
  }
  const opened = file.linked(name);
  if (opened !== undefined) return locate(opened, [target, ...rest].join('/'));
  throw notGiven(file, `${prefix} links to another file`, [name]);
}

/**
 * The file that has values of a virtual dataset, one of several.
 *
 * Throws `DATA_FORBIDDEN` for one that was not given, with the names of all that are missing.
 */
export function sourceFile(
  file: OpenedHdf5,
  path: string,
  { name, of }: { readonly name: string; readonly of: readonly string[] },
): OpenedHdf5 {
  const opened = file.linked?.(name);
  if (opened !== undefined) return opened;
  const missing = of.filter((each) => file.linked?.(each) === undefined);
  throw notGiven(file, `${path} is a virtual dataset, which takes values from another file`, [...new Set(missing)]);
}

/** Names are relative to the file that links. */
function notGiven(
  { label, folder = '', unused = new Set() }: OpenedHdf5,
  what: string,
  names: readonly string[],
): RondelError {
  const said = names.map((name) => (name.startsWith('/') ? name : posix.join(folder, name)).slice(0, 300));
  const [first = ''] = said;
  const others = said.length > 1 ? ` and ${quantity(said.length - 1, 'other')}` : '';
  const advice = said
    .map(baseName)
    .slice(0, 3)
    .map((name) => `linked=${name}`)
    .join(' ');
  const [called] = unused;
  const renamed =
    called === undefined
      ? ''
      : ` If ${called.slice(0, 200)} is that file, say so with linked=${called.slice(0, 200)}?name=${baseName(first)}.`;
  return new RondelError(
    'DATA_FORBIDDEN',
    `${label}: ${what}, ${first}${others}, which was not given. Name it beside this one, as in data=scan.nxs ${advice}, or keep both in a data root.${renamed}`,
    { details: { linkedFile: first, linkedFiles: said } },
  );
}

function notFollowed({ label }: OpenedHdf5, prefix: string, advice: string): RondelError {
  return new RondelError('DATA_FORBIDDEN', `${label}: ${prefix} links to another file. ${advice}`);
}

interface ExternalLink {
  /** As the link has it. */
  readonly name: string;
  readonly target: string;
}

/** The file that a path of a group is a link to; undefined for anything else. */
export function linkedFileAt(file: OpenedHdf5, path: string): string | undefined {
  return externalLink(file, path)?.name.slice(0, 200);
}

function externalLink({ library, id }: OpenedHdf5, prefix: string): ExternalLink | undefined {
  library.takeComplaint();
  const { filename, obj_path: target } = library.module.get_external_link(id, prefix);
  // After a failed look-up h5wasm takes whatever was in memory for a link.
  if (library.takeComplaint() !== '' || filename === undefined || target === undefined) return undefined;
  return { name: filename, target };
}

function symbolicLink({ library, id }: OpenedHdf5, prefix: string): string | undefined {
  library.takeComplaint();
  const target = library.module.get_symbolic_link(id, prefix);
  return library.takeComplaint() === '' ? (target ?? undefined) : undefined;
}

function namesIn(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function baseName(name: string): string {
  return name.split(/[/\\]/).at(-1) ?? name;
}
