import { elementCount, elementSize, type ArrayFacts, type NdArray } from '@rondel/contracts';
import { allocateBytes, formatError } from '../../file/data-errors.js';
import { componentsOf, typedView } from '../../array/typed-array.js';
import { readPlainArray } from '../library/array-reader.js';
import type { OpenedHdf5 } from '../library/opened-hdf5.js';
import { companionKinds, type CompanionKind, type MdfCompanionName } from './companion-kinds.js';
import { describeComplex, type MdfLayout } from './layout.js';
import { hasDataset, mismatch } from './values.js';

/** An array beside the data, as it is stored and as it is handed on. */
export interface MdfCompanion {
  readonly path: string;
  readonly facts: ArrayFacts;
  readonly read: (file: OpenedHdf5) => NdArray;
}

/**
 * The arrays beside the data, by name, as far as the file has them and they mean anything. Nothing is read.
 *
 * Throws `DATA_SHAPE_MISMATCH` for one that does not belong to the data, `DATA_FORMAT`.
 */
export function companionsOf(
  file: OpenedHdf5,
  layout: MdfLayout,
  without: readonly string[] = [],
): ReadonlyMap<string, MdfCompanion> {
  const found = new Map<string, MdfCompanion>();
  for (const [name, kind] of Object.entries(companionKinds)) {
    if (without.includes(name) || kind.when?.(layout) === false) continue;
    if (hasDataset(file, kind.path)) found.set(name, companionOf(file, layout, kind));
    else if (kind.isNeeded)
      throw formatError(file.label, `needs ${kind.path} by what it says of its data, and has none.`);
  }
  return found;
}

/** The values of one array beside the data, whatever it means; undefined where the file has none. Throws as `companionsOf`. */
export function companionValues(
  file: OpenedHdf5,
  layout: MdfLayout,
  name: MdfCompanionName,
): NdArray['data'] | undefined {
  const kind = companionKinds[name];
  return hasDataset(file, kind.path) ? companionOf(file, layout, kind).read(file).data : undefined;
}

function companionOf(file: OpenedHdf5, layout: MdfLayout, kind: CompanionKind): MdfCompanion {
  const { path, dtype, axes } = kind;
  const stored = describeComplex(file, path, dtype === 'complex64' ? axes.length : Infinity);
  if (stored.isComplex !== dtype.startsWith('complex')) {
    throw formatError(
      file.label,
      `${path} must be ${stored.isComplex ? 'real' : 'complex'}, is ${stored.element.dtype}.`,
    );
  }
  const shape = fittingShape(stored.shape, kind, layout);
  if (shape === undefined) {
    const wanted = kind.extents(layout).map((extent, axis) => extent ?? axes[axis] ?? '?');
    throw mismatch(
      file,
      `${path} must have shape [${wanted.join(', ')}] as ${axes.join(', ')} to belong to the data, has [${stored.shape.join(', ')}]`,
    );
  }
  const wanted = kind.extents(layout);
  const whole = shape.map((extent, axis) => wanted[axis] ?? extent);
  const facts = { dtype, shape: whole, axes };
  return { path, facts, read: (opened) => readCompanion(opened, { kind, layout, facts, stored: shape }) };
}

/** The shape with all axes; undefined when it does not fit. */
function fittingShape(
  stored: readonly number[],
  { axes, extents, alike, isRepeated, isSelected }: CompanionKind,
  layout: MdfLayout,
): readonly number[] | undefined {
  const written = alike?.(stored) ?? stored;
  const missing = axes.length - written.length;
  if (missing < 0) return undefined;
  const shape = [...Array.from({ length: missing }, () => 1), ...written];
  const wanted = extents(layout);
  const fits = shape.every((extent, axis) => {
    if (axis === 0 && isRepeated === true && extent === 1) return true;
    if (axis === shape.length - 1 && isSelected === true && extent === layout.frequencies) return true;
    return wanted[axis] === undefined ? extent > 0 : extent === wanted[axis];
  });
  return fits ? shape : undefined;
}

interface CompanionReading {
  readonly kind: CompanionKind;
  readonly layout: MdfLayout;
  readonly facts: ArrayFacts;
  /** With all axes, as it lies in the file. */
  readonly stored: readonly number[];
}

function readCompanion(file: OpenedHdf5, { kind, layout, facts, stored }: CompanionReading): NdArray {
  const { path, check, mayBeDiagonal } = kind;
  const { data } = readPlainArray(file, path);
  const problem = check?.(data, layout);
  if (problem !== undefined) throw formatError(file.label, `${path} ${problem}.`);
  const isShort = mayBeDiagonal === true && data.length < elementCount(stored);
  const once = selected(file, isShort ? fromDiagonals(data) : data, { layout, facts, stored });
  const elements = elementCount(facts.shape);
  const length = elements * componentsOf(facts.dtype);
  const memory = allocateBytes(file.label, elements * elementSize(facts.dtype));
  const values = typedView(facts.dtype, memory, { length });
  for (let start = 0; start < length; start += once.length) values.set(once, start);
  return { ...facts, data: values };
}

/** Those of all frequencies that the data has. */
function selected(
  file: OpenedHdf5,
  values: NdArray['data'],
  { layout, facts, stored }: Pick<CompanionReading, 'layout' | 'facts' | 'stored'>,
): NdArray['data'] {
  const [kept = 1, all = 1] = [facts.shape.at(-1), stored.at(-1)];
  if (kept === all) return values;
  const selection = companionValues(file, layout, 'frequencySelection') ?? [];
  const rows = values.length / all;
  return Float64Array.from({ length: rows * kept }, (_, at) => {
    return values[Math.floor(at / kept) * all + (selection[at % kept] ?? 1) - 1] ?? 0;
  });
}

function fromDiagonals(values: NdArray['data']): Float64Array {
  const matrices = new Float64Array(values.length * 3);
  for (const [at, value] of values.entries()) matrices[Math.floor(at / 3) * 9 + (at % 3) * 4] = value;
  return matrices;
}
