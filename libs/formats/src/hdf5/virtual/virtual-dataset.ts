import { RondelError } from '@rondel/contracts';
import { countOfRuns, type Run } from '../../array/runs.js';
import { formatError } from '../../file/data-errors.js';
import { elementOf, type Hdf5Element } from '../library/element-type.js';
import type { ElementMetadata } from '../library/library.js';
import { sourceFile } from '../library/links.js';
import {
  datasetMetadata,
  isDataset,
  type OpenedHdf5,
  type SharedRun,
  type VirtualPart,
} from '../library/opened-hdf5.js';
import { heapObjects } from './heap-objects.js';
import { readMappings, type StoredMapping } from './mappings.js';
import type { Selection } from './selection.js';

type Axes = readonly (readonly Run[])[];

/**
 * The parts of a virtual dataset. Read here and not by libhdf5, which puts fill values wherever a file or a part of one is missing,
 * without a word.
 *
 * Throws `DATA_FORBIDDEN` for files that were not given, all of whose names are `linkedFiles` in the details; `DATA_FORMAT` where
 * values are missing or come from several places, and for a layout that is not read.
 */
export function virtualParts(file: OpenedHdf5, path: string, metadata: ElementMetadata): readonly VirtualPart[] {
  const known = file.virtual.get(path);
  if (known !== undefined) return known;
  const shape = metadata.shape ?? [];
  const mappings = mappingsOf(file, path, metadata);
  const wanted = mappings.filter((each) => each.file !== '.').map((each) => each.file);
  const files = new Map([...new Set(wanted)].map((name) => [name, sourceFile(file, path, { name, of: wanted })]));
  const place = { file, path, shape, element: elementOf(metadata, `${file.label}#${path}`) };
  const parts = mappings.map((mapping) => partOf(place, mapping, files.get(mapping.file) ?? file));
  requireAll(place, parts);
  file.virtual.set(path, parts);
  return parts;
}

interface Place {
  readonly file: OpenedHdf5;
  readonly path: string;
  readonly shape: readonly number[];
  readonly element: Hdf5Element;
}

/** Those of the blocks in the file that have the same sources in the same order; several must say the same. */
function mappingsOf(file: OpenedHdf5, path: string, { virtual_sources: sources = [], shape }: ElementMetadata) {
  const wanted = JSON.stringify(sources.map(({ file_name, dset_name }) => [file_name, dset_name]));
  const found = new Map<string, readonly StoredMapping[]>();
  const rank = shape?.length;
  for (const block of heapObjects(file.heap)) {
    const mappings = readMappings(block);
    if (mappings === undefined || JSON.stringify(mappings.map((each) => [each.file, each.dataset])) !== wanted)
      continue;
    if (mappings.every(({ virtual }) => virtual === 'whole' || virtual.axes.length === rank))
      found.set(JSON.stringify(mappings), mappings);
  }
  const [only] = [...found.values()];
  if (only !== undefined && found.size === 1 && !sources.some(({ file_name }) => file_name.includes('%b'))) return only;
  throw formatError(
    file.label,
    `${path} is a virtual dataset of a kind that is not read, e.g. one that grows with its files. ${copyAdvice}`,
  );
}

const copyAdvice =
  'Name the file that holds the values, or make a copy that has them itself, as with h5repack -l CONTI in.h5 out.h5.';

function partOf(place: Place, { dataset: path, source, virtual }: StoredMapping, file: OpenedHdf5): VirtualPart {
  const said = `${place.path} takes values from ${path.slice(0, 200)} of ${file === place.file ? 'the same file' : file.label}`;
  const refuse = (problem: string) => formatError(place.file.label, `${said}, ${problem}`);
  if (!isDataset(file, path)) throw refuse('which has no such dataset. Copy the file again.');
  const metadata = datasetMetadata(file, path);
  if (metadata.virtual_sources !== undefined) throw refuse(`which is a virtual dataset as well. ${copyAdvice}`);
  const element = elementOf(metadata, `${file.label}#${path}`);
  if (element.dtype !== place.element.dtype || element.integer64 !== place.element.integer64) {
    throw refuse(`which is ${element.dtype} and not ${place.element.dtype}. ${copyAdvice}`);
  }
  const shape = metadata.shape ?? [];
  const [to, from] = [axesOf(virtual, place.shape), axesOf(source, shape)];
  const short = from.findIndex((runs, axis) => (runs.at(-1)?.stop ?? 0) > (shape[axis] ?? 0));
  if (short >= 0) {
    const wanted = from[short]?.at(-1)?.stop ?? 0;
    throw refuse(
      `${wanted} entries along axis ${short + 1}, of which it has ${shape[short] ?? 0}: the scan was not finished, or the file not copied whole. Name the datasets that are there with #/path.`,
    );
  }
  const [needed, there] = [to, from].map((axes) => axes.reduce((count, runs) => count * countOfRuns(runs), 1));
  if (needed !== there) {
    throw refuse(
      `${needed ?? 0} values where there are ${there ?? 0}: the scan was not finished, or the file not copied whole. Name the datasets that are there with #/path.`,
    );
  }
  const shared = to.length === place.shape.length && from.length === shape.length ? sharedAxes(to, from) : undefined;
  if (shared === undefined) throw refuse(`in an order that is not read. ${copyAdvice}`);
  return { file, path, element, ...shared };
}

function axesOf(selection: Selection, shape: readonly number[]): Axes {
  return selection === 'whole' ? shape.map((extent) => [{ start: 0, stop: extent }]) : selection.axes;
}

/** Which entries are the same: in order along axes of more than one entry, of which both have as many. */
function sharedAxes(to: Axes, from: Axes): Pick<VirtualPart, 'runs' | 'sourceAxes'> | undefined {
  const long = (axes: Axes) => axes.flatMap((runs, axis) => (countOfRuns(runs) === 1 ? [] : [axis]));
  const [targets, sources] = [long(to), long(from)];
  const isAlike =
    targets.length === sources.length &&
    targets.every((axis, at) => countOfRuns(to[axis] ?? []) === countOfRuns(from[sources[at] ?? 0] ?? []));
  if (!isAlike) return undefined;
  return {
    runs: to.map((runs, axis) =>
      sharedRuns(runs, from[sources[targets.indexOf(axis)] ?? -1] ?? [{ start: 0, stop: 1 }]),
    ),
    sourceAxes: from.map((runs, axis) => {
      const target = targets[sources.indexOf(axis)];
      return target === undefined ? { entry: runs[0]?.start ?? 0 } : { axis: target };
    }),
  };
}

/** Runs of as many entries cut where either of them goes on elsewhere. */
function sharedRuns(to: readonly Run[], from: readonly Run[]): SharedRun[] {
  const shared: SharedRun[] = [];
  let [at, done, index, taken] = [0, 0, 0, 0];
  for (let run = to[at], other = from[index]; run && other; run = to[at], other = from[index]) {
    const length = Math.min(run.stop - run.start - done, other.stop - other.start - taken);
    shared.push({ start: run.start + done, stop: run.start + done + length, from: other.start + taken });
    [done, taken] = [done + length, taken + length];
    if (done === run.stop - run.start) [at, done] = [at + 1, 0];
    if (taken === other.stop - other.start) [index, taken] = [index + 1, 0];
  }
  return shared;
}

/** Throws `DATA_FORMAT` unless each value comes from exactly one place. */
function requireAll({ file, path, shape }: Place, parts: readonly VirtualPart[]): void {
  const total = shape.reduce((product, extent) => product * extent, 1);
  const mapped = parts.reduce((sum, { runs }) => sum + runs.reduce((count, each) => count * countOfRuns(each), 1), 0);
  const inside = parts.every(({ runs }) => runs.every((each, axis) => (each.at(-1)?.stop ?? 0) <= (shape[axis] ?? 0)));
  const first = ({ runs }: VirtualPart) => ({ start: runs[0]?.[0]?.start ?? 0, stop: runs[0]?.at(-1)?.stop ?? 0 });
  const sorted = [...parts].sort((a, b) => first(a).start - first(b).start);
  const twice = sorted.some((part, at) => {
    const { stop } = first(part);
    for (let next = at + 1; next < sorted.length; next += 1) {
      const other = sorted[next];
      if (other === undefined || first(other).start >= stop) return false;
      if (overlap(part, other)) return true;
    }
    return false;
  });
  if (mapped === total && inside && !twice) return;
  const problem =
    twice || mapped > total
      ? 'some of its values come from several files, of which nobody knows which is right'
      : `${total - mapped} of its ${total} values come from no file: they would be fill values`;
  throw new RondelError(
    'DATA_FORMAT',
    `${file.label}: ${path} is a virtual dataset, and ${problem}. Name the datasets that are there with #/path.`,
  );
}

function overlap(a: VirtualPart, b: VirtualPart): boolean {
  return a.runs.every((runs, axis) => {
    const others = b.runs[axis] ?? [];
    let index = 0;
    return runs.some(({ start, stop }) => {
      while (index < others.length && (others[index]?.stop ?? 0) <= start) index += 1;
      return (others[index]?.start ?? Infinity) < stop;
    });
  });
}
