import { RondelError, type Dataset, type NdArray } from '@rondel/contracts';
import type { DataFile, FileParameter, StepContext } from '@rondel/reco';
import { differencesOf, readScan, scanOf } from '../reconstruction/scan.js';
import { signalLayout } from './signal.js';

/** Where a file was measured: one row of each array for each of its periods. */
type Fields = Readonly<Record<string, NdArray>>;

/** Companions with a row for each period. */
const periodFields = ['gradient', 'offsetField', 'strength', 'phase'] as const;

interface Part {
  readonly label: string;
  readonly data: NdArray;
  readonly isBackgroundFrame: ArrayLike<number> | undefined;
  readonly fields: Fields;
}

/**
 * A measurement and what further files hold of it, in their order. Files with the same offset field have further frames; those
 * with others are further patches: then all frames are periods of a single one, as a `MultiMPIFile` of MPIFiles.jl has them.
 *
 * Throws `DATA_SHAPE_MISMATCH` for a file of another scan, or patches of several periods or with background frames, and
 * `OUT_OF_MEMORY` before any of it is read.
 */
export async function joinedMeasurement(
  input: Dataset,
  more: readonly FileParameter[],
  context: Pick<StepContext, 'file' | 'requireMemory' | 'log'>,
): Promise<Dataset> {
  if (more.length === 0) return input;
  const files: DataFile[] = [];
  for (const parameter of more) files.push(await context.file(parameter));
  for (const file of files) await requireSameScan(input, file);
  const elements = files.reduce((sum, { facts }) => sum + facts.data.shape.reduce((a, b) => a * b, 1), 0);
  const own = input.data.data.byteLength;
  const elementBytes = input.data.dtype.startsWith('complex') ? 8 : 4;
  context.requireMemory(own + 2 * elementBytes * elements, `The measurement of ${files.length + 1} files`);
  const first = partOf('The measurement', input.data, input.companions);
  const parts = [first];
  for (const file of files) parts.push(await readPart(file));
  const data = joinedFrames(parts);
  const areAtOnePlace = parts.every(({ fields }) => sameValues(fields.offsetField, first.fields.offsetField));
  if (!areAtOnePlace) return asPatches(input, parts, data);
  const [frames = 0] = data.shape;
  const flags = parts.flatMap(({ isBackgroundFrame, data: { shape } }) =>
    Array.from({ length: shape[0] ?? 0 }, (_, frame) => isBackgroundFrame?.[frame] ?? 0),
  );
  return {
    ...input,
    data,
    companions: {
      ...input.companions,
      isBackgroundFrame: { dtype: 'uint8', data: Uint8Array.from(flags), shape: [frames], axes: ['frame'] },
    },
    attributes: { ...input.attributes, numFrames: frames },
  };
}

async function requireSameScan(input: Dataset, file: DataFile): Promise<void> {
  const { divider, strength, gradient } = input.companions;
  const layouts = [signalLayout(input, 'The measurement'), signalLayout(file.facts, file.label)] as const;
  const words = (name: 'domain' | 'periods' | 'width') =>
    layouts[0][name] === layouts[1][name] ? [] : [`${name} ${layouts[1][name]} and ${layouts[0][name]}`];
  const differences = [
    ...words('domain'),
    ...words('periods'),
    ...words('width'),
    ...corrections.flatMap((name) =>
      (input.attributes[name] === true) === (file.facts.attributes[name] === true) ? [] : [name],
    ),
    ...differencesOf(await readScan(file), scanOf(input, { divider, strength, gradient })),
  ];
  const selection = file.facts.companions.frequencySelection && (await file.read('frequencySelection'));
  if (!sameValues(selection, input.companions.frequencySelection)) differences.push('the frequencies that are kept');
  if (differences.length === 0) return;
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `${file.label} is of another scan than the measurement: they differ in ${differences.join('; ')}. Join files of one sequence only.`,
    { at: 'moreMeas' },
  );
}

const corrections = ['isTransferFunctionCorrected', 'isBackgroundCorrected', 'isSpectralLeakageCorrected'] as const;

function partOf(label: string, data: NdArray, companions: Readonly<Record<string, NdArray | undefined>>): Part {
  const fields = periodFields.flatMap((name) => {
    const field = companions[name];
    return field === undefined ? [] : [[name, field] as const];
  });
  return { label, data, isBackgroundFrame: companions.isBackgroundFrame?.data, fields: Object.fromEntries(fields) };
}

async function readPart(file: DataFile): Promise<Part> {
  const names = [...periodFields, 'isBackgroundFrame'].filter((name) => file.facts.companions[name] !== undefined);
  const companions: Record<string, NdArray> = {};
  for (const name of names) companions[name] = await file.read(name);
  return partOf(file.label, await file.read('data'), companions);
}

function joinedFrames(parts: readonly Part[]): NdArray {
  const values = new Float32Array(parts.reduce((sum, { data }) => sum + data.data.length, 0));
  let at = 0;
  for (const { data } of parts) {
    values.set(data.data, at);
    at += data.data.length;
  }
  const { dtype, shape, axes } = parts[0]?.data ?? { dtype: 'float32', shape: [] };
  const frames = parts.reduce((sum, { data }) => sum + (data.shape[0] ?? 0), 0);
  return { dtype, data: values, shape: [frames, ...shape.slice(1)], ...(axes && { axes }) };
}

function asPatches(input: Dataset, parts: readonly Part[], { data, ...rest }: NdArray): Dataset {
  for (const { label, isBackgroundFrame, data: own } of parts) {
    const hasBackground = Array.from(isBackgroundFrame ?? []).includes(1);
    if (own.shape[1] === 1 && !hasBackground) continue;
    const problem = hasBackground ? 'background frames' : `${own.shape[1] ?? 0} periods in a frame`;
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `${label} has ${problem}, but files at several offset fields are patches, whose frames are periods of one frame. Name files of one patch each with one period, without background frames.`,
      { at: 'moreMeas' },
    );
  }
  const [periods = 0, , channels = 0, entries = 0] = rest.shape;
  const { isBackgroundFrame: _, ...companions } = input.companions;
  const fields = periodFields.flatMap((name) => {
    const rows = parts.flatMap(({ fields: own, data: { shape } }) =>
      Array.from({ length: shape[0] ?? 0 }, () => Array.from(own[name]?.data ?? [])),
    );
    const field = input.companions[name];
    if (field === undefined) return [];
    const joined: NdArray = {
      ...field,
      dtype: 'float64',
      data: Float64Array.from(rows.flat()),
      shape: [periods, ...field.shape.slice(1)],
    };
    return [[name, joined] as const];
  });
  return {
    data: { ...rest, data, shape: [1, periods, channels, entries] },
    companions: { ...companions, ...Object.fromEntries(fields) },
    attributes: { ...input.attributes, numFrames: 1, numPeriodsPerFrame: periods },
  };
}

function sameValues(a: NdArray | undefined, b: NdArray | undefined): boolean {
  const [one, other] = [Array.from(a?.data ?? []), Array.from(b?.data ?? [])];
  return one.length === other.length && one.every((value, index) => Math.abs(value - (other[index] ?? NaN)) < 1e-9);
}
