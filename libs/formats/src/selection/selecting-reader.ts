import {
  binningSaid,
  leftOutSaid,
  placeInData,
  RondelError,
  type ArrayFacts,
  type Dataset,
  type DatasetFacts,
  type LeftOut,
  type NdArray,
  type ScanPart,
} from '@rondel/contracts';
import { storedAxes, type StoredAxes } from '../array/axis-order.js';
import { boxOf, mainBoxOf, wholeOf, type AxisRange, type Box } from '../array/axis-range.js';
import { boxOfSpans, takeBox } from '../array/axis-spans.js';
import { noSuchArray } from '../file/data-errors.js';
import type { OpenedFile } from '../file/opened-file.js';
import type { FormatReader, FormatReading } from '../format-reader.js';
import { countsBefore, valuesOfRuns } from '../array/runs.js';
import { areAngles, binArray, binnedAlong } from './binning.js';
import { missing, readBoxes, required, type SelectedArray, type SelectedScan } from './selected-boxes.js';
import { allEntries, chosenOf, type ChosenEntries } from './spans.js';

/** What of a scan is read, and its angles where the file has none. */
export interface Selection extends ScanPart {
  /** Angles of the first and the last projection of the file in degrees; those between are evenly spaced. */
  readonly theta?: readonly [first: number, last: number] | undefined;
}

/** Whether anything is selected. */
export function isSelection({ theta, slice, angle, detector, skip, binning }: Selection): boolean {
  return [theta, slice, angle, detector, skip, binning].some((option) => option !== undefined);
}

/** How the axes of an array are called whose file does not name them, and of images in a file. */
const usualAxes = ['frame', 'slice', 'angle', 'detector'];
const imageAxes = ['angle', 'slice', 'detector'];

/**
 * A reader of a part of what another one reads: ranges of slices, projections and detector bins, without some projections, and
 * means of neighbours (binning). What is left out is not read. Companions are cut with the data, an attribute `center` moves with the
 * detector, and `flatPosition` with the projections. Means are float32, angles float64; whole numbers are counts, and the attribute
 * `binning` says of how many bins and slices. `leftOut` says how many of them lie before and behind those that are read.
 *
 * Throws `INVALID_REQUEST` for a part that is empty, or of an axis that the data does not have.
 */
export function selectingReader(reader: FormatReader, selection: Selection): FormatReader {
  const openScan = async (file: OpenedFile, reading: FormatReading) =>
    select(file.label, await describeNamed(reader, file, { reading, selection }), selection);
  const readSelected = async (file: OpenedFile, reading: FormatReading, ranges: readonly (AxisRange | undefined)[]) => {
    const scan = await openScan(file, reading);
    const { data, companions, attributes, warnings } = scan.described;
    const read = async (name: string, boxes: readonly Box[]) => readBoxes(reader, file, scan, { name, boxes });
    const main = await read(
      'data',
      ranges.map((range) => mainBoxOf(file.label, data, range)),
    );
    const others: [string, readonly NdArray[]][] = [];
    for (const [name, facts] of Object.entries(companions)) {
      const boxes = ranges.map((range) => boxOf(facts, range));
      others.push([name, await read(name, boxes)]);
    }
    return ranges.map((_, index): Dataset => {
      const beside = others.map(([name, arrays]) => [name, required(file, arrays[index])] as const);
      const array = required(file, main[index]);
      return { data: array, companions: Object.fromEntries(beside), attributes, ...(warnings && { warnings }) };
    });
  };
  return {
    ...reader,
    describe: async (file, reading) => (await openScan(file, reading)).described,
    async read(file, { range, ...reading }): Promise<Dataset> {
      const [dataset] = await readSelected(file, reading, [range]);
      if (dataset === undefined) throw missing(file);
      return dataset;
    },
    readRanges: reader.readRanges && ((file, { range: _, ...reading }, ranges) => readSelected(file, reading, ranges)),
    async readArrays(file, reading, parts) {
      const scan = await openScan(file, reading);
      const { data, companions } = scan.described;
      const arrays: NdArray[] = [];
      for (const { name, spans, order } of parts) {
        const facts = name === 'data' ? data : companions[name];
        if (facts === undefined) throw noSuchArray(file.label, name, Object.keys(companions));
        const [read] = await readBoxes(reader, file, scan, { name, boxes: [boxOfSpans(file.label, facts, spans)] });
        const array = required(file, read);
        arrays.push(takeBox(file.label, array, wholeOf(array.shape), order));
      }
      return arrays;
    },
  };
}

/** With names for the axes of a bare array: its file has none, and a part of it needs some. */
async function describeNamed(
  reader: FormatReader,
  file: OpenedFile,
  { reading: { range: _, ...reading }, selection }: { readonly reading: FormatReading; readonly selection: Selection },
): Promise<{ facts: DatasetFacts; reading: FormatReading }> {
  const facts = await reader.describe(file, reading);
  const { axes, shape } = facts.data;
  if (axes !== undefined || shape.length > usualAxes.length) return { facts, reading };
  // A list is that of the angles, unless it is told apart by bins.
  const isAngles = shape.length === 1 && selection.detector === undefined && selection.slice === undefined;
  const usual = isAngles
    ? ['angle']
    : reader.hasImages && shape.length === 3
      ? imageAxes
      : usualAxes.slice(-shape.length);
  const named = { ...reading, axes: usual };
  return { facts: await reader.describe(file, named), reading: named };
}

function select(
  label: string,
  { facts, reading }: { readonly facts: DatasetFacts; readonly reading: FormatReading },
  selection: Selection,
): SelectedScan {
  const { data, companions, attributes, warnings } = facts;
  const chosen = chosenAxes(label, data, selection);
  const stored = storedAxes(reading.axes ?? imageAxes);
  const theta = thetaOf(label, facts, { selection, stored, without: reading.without, angles: chosen.get('angle') });
  const arrays = new Map<string, SelectedArray>();
  for (const [name, array] of Object.entries({ data, ...companions }))
    arrays.set(name, selectedArray(array, data, chosen));
  const selected = (name: string, whole: ArrayFacts) => arrays.get(name)?.facts ?? whole;
  const { center } = attributes;
  const bins = chosen.get('detector');
  const described: DatasetFacts = {
    data: selected('data', data),
    companions: {
      ...Object.fromEntries(Object.entries(companions).map(([name, array]) => [name, selected(name, array)])),
      ...(theta && { angles: { dtype: theta.dtype, shape: theta.shape, axes: ['angle'] } }),
    },
    attributes: {
      ...attributes,
      ...(typeof center === 'number' && bins && { center: placeInData(center - (bins.runs[0]?.start ?? 0), bins) }),
      ...binningAmong(facts, chosen, selection),
      ...leftOutAmong(data, chosen),
      ...flatPositionAmong(attributes, chosen.get('angle')),
    },
    ...(warnings && { warnings }),
  };
  return { described, arrays, reading, theta };
}

/** `flatPosition`, how many projections were taken before each flat, counted among those that are read. */
function flatPositionAmong({ flatPosition }: Dataset['attributes'], angles: ChosenEntries | undefined) {
  if (!Array.isArray(flatPosition) || angles === undefined) return {};
  return { flatPosition: countsBefore(angles.runs, flatPosition.map(Number)).map((count) => count / angles.factor) };
}

/** What the part leaves out of the detector, by which its middle moves. */
function leftOutAmong({ axes = [], shape }: ArrayFacts, chosen: ReadonlyMap<string, ChosenEntries>) {
  const along = (axis: string): LeftOut => {
    const [entries, extent] = [chosen.get(axis), shape[axes.indexOf(axis)]];
    if (entries === undefined || extent === undefined) return { before: 0, behind: 0 };
    const { runs, count, factor, leftOver } = entries;
    const before = runs[0]?.start ?? 0;
    return { before, behind: extent - before - count * factor - leftOver };
  };
  return leftOutSaid({ detector: along('detector'), slice: along('slice') });
}

/** Means of whole numbers are no whole numbers any more, so what would tell counts has to be said. */
function binningAmong(
  { data: { dtype }, attributes: { quantity } }: DatasetFacts,
  chosen: ReadonlyMap<string, ChosenEntries>,
  { binning }: Selection,
): Dataset['attributes'] {
  if (binning === undefined) return {};
  const along = (axis: string) => chosen.get(axis) ?? { factor: 1, leftOver: 0 };
  const isWhole = !dtype.startsWith('float');
  return {
    ...binningSaid({ detector: along('detector'), slice: along('slice') }),
    ...(isWhole && quantity === undefined && { quantity: 'counts' }),
  };
}

function chosenAxes(label: string, data: ArrayFacts, selection: Selection): ReadonlyMap<string, ChosenEntries> {
  const { axes = [], shape } = data;
  const chosen = new Map<string, ChosenEntries>();
  for (const axis of ['slice', 'angle', 'detector'] as const) {
    const isAsked =
      selection[axis] !== undefined ||
      (axis === 'angle' && selection.skip !== undefined) ||
      binnedAlong(axis, selection.binning) > 1;
    const extent = shape[axes.indexOf(axis)];
    // One sinogram has no axis of slices, and is binned for all that.
    if (axis === 'slice' && selection.slice === undefined && extent === undefined) continue;
    if (isAsked && extent === undefined) {
      throw new RondelError(
        'INVALID_REQUEST',
        `${label}: ${selection[axis] === undefined ? 'binning' : axis}= cannot be taken of data without such an axis: its axes are [${axes.join(', ') || 'not named'}]. Name them, as in ?axes=angle,slice,detector, or leave ${axis}= out.`,
      );
    }
    if (extent !== undefined && isAsked) chosen.set(axis, chosenOf(axis, selection, extent));
  }
  return chosen;
}

/** Axes with as many entries as the data has along them are cut with it. */
function selectedArray(whole: ArrayFacts, data: ArrayFacts, byAxis: ReadonlyMap<string, ChosenEntries>): SelectedArray {
  const { axes = [] } = whole;
  const chosen = whole.shape.map((extent, at) => {
    const axis = axes[at] ?? '';
    const isOfData = data.shape[data.axes?.indexOf(axis) ?? -1] === extent;
    return (isOfData ? byAxis.get(axis) : undefined) ?? allEntries(extent);
  });
  const shape = chosen.map(({ count }) => count);
  if (chosen.every(({ factor }) => factor === 1)) return { whole, facts: { ...whole, shape }, chosen };
  const spacing = whole.spacing?.map((step, at) => step * (chosen[at]?.factor ?? 1));
  const dtype = areAngles(whole) ? 'float64' : 'float32';
  return { whole, facts: { ...whole, dtype, shape, ...(spacing && { spacing }) }, chosen };
}

function thetaOf(
  label: string,
  { data: { axes = [], shape }, attributes }: DatasetFacts,
  {
    selection: { theta },
    stored,
    without = [],
    angles,
  }: {
    readonly selection: Selection;
    /** Of a stack the first of them has the files. */
    readonly stored: StoredAxes;
    readonly without: readonly string[] | undefined;
    readonly angles: ChosenEntries | undefined;
  },
): NdArray | undefined {
  if (theta === undefined || without.includes('angles')) return undefined;
  const extent = shape[axes.indexOf('angle')];
  if (extent === undefined) {
    throw new RondelError(
      'INVALID_REQUEST',
      `${label}: theta= needs an axis of projections: its axes are [${axes.join(', ') || 'not named'}]. Name them, as in ?axes=angle,slice,detector.`,
    );
  }
  const [first, last] = theta.map((degrees) => degrees * (Math.PI / 180)) as [number, number];
  const places =
    stored.names[0] === 'angle'
      ? placesAmong(extent, attributes, stored.reversed.includes('angle'))
      : Array.from({ length: extent }, (_, index) => index);
  const steps = Math.max(1, places.at(-1) ?? 0);
  const all = Float64Array.from(places, (place) => first + (place * (last - first)) / steps);
  const { runs, factor } = angles ?? allEntries(extent);
  const data = valuesOfRuns(all, runs);
  const facts = { dtype: 'float64', shape: [data.length], axes: ['angle'] } as const;
  return binArray({ ...facts, data }, facts, [factor]);
}

/** Where entries stand among those that a stack of files would have without its gaps. */
function placesAmong(extent: number, { missingFrames }: Dataset['attributes'], isReversed: boolean): number[] {
  const gaps = new Map<unknown, unknown>();
  for (const gap of Array.isArray(missingFrames) ? missingFrames : []) {
    if (Array.isArray(gap)) gaps.set(gap[0], gap[1]);
  }
  let missing = 0;
  const places = Array.from({ length: extent }, (_, index) => {
    const count = gaps.get(index);
    if (typeof count === 'number') missing += count;
    return index + missing;
  });
  return isReversed ? places.map((place) => extent - 1 + missing - place).reverse() : places;
}
