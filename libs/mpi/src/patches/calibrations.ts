import { RondelError } from '@rondel/contracts';
import type { DataFile, FileParameter, ParameterNode, StepContext } from '@rondel/reco';
import { chooseRows } from '../frequencies/choose.js';
import { rowsOf, type FrequencyRows } from '../frequencies/rows.js';
import { frequencyFacts, openCalibration, type Calibration } from '../system-matrix/calibration.js';
import { patchesOf, type Patch, type Vector } from './offset-fields.js';

/** A calibration and where its field-free point was. */
export interface PlacedCalibration {
  readonly calibration: Calibration;
  readonly position: Vector;
  /** 3 x 3, row by row, in T/m. */
  readonly gradient: readonly number[];
}

/** Opens the files of `sf`, one after the other. */
export async function placedCalibrations(
  files: readonly FileParameter[],
  context: Pick<StepContext, 'file'>,
): Promise<readonly PlacedCalibration[]> {
  const placed: PlacedCalibration[] = [];
  for (const parameter of files) {
    const calibration = await openCalibration(await context.file(parameter));
    const [first] = patchesOf(await fieldsOf(calibration.file));
    if (first !== undefined) placed.push({ calibration, position: first.position, gradient: first.gradient });
  }
  return placed;
}

/** The rows that a filter chooses of any calibration, in the order in which they are first met. */
export async function commonRows(
  filter: ParameterNode,
  calibrations: readonly PlacedCalibration[],
): Promise<FrequencyRows> {
  const met = new Map<string, readonly [frequency: number, channel: number]>();
  for (const { calibration } of calibrations) {
    const { frequencies, channels } = chooseRows(filter, await frequencyFacts(calibration));
    frequencies.forEach((frequency, row) => {
      const pair = [frequency, channels[row] ?? 0] as const;
      met.set(pair.join(), pair);
    });
  }
  if (met.size > 0) return rowsOf([...met.values()]);
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    'freqFilter leaves no row of the system matrices. Choose a wider band, more channels or a lower SNRThresh.',
    { at: 'freqFilter' },
  );
}

/** Patches of a measurement with the positions that the plan has for them, if it has. */
export function withPositions(patches: readonly Patch[], positions: readonly Vector[] | undefined): readonly Patch[] {
  if (positions === undefined) return patches;
  requireCount('ffPos', positions.length, patches.length, 'patches of the measurement');
  return patches.map((patch, index) => ({ ...patch, position: positions[index] ?? patch.position }));
}

/** As `withPositions`, of calibrations. */
export function withCalibrationPositions(
  calibrations: readonly PlacedCalibration[],
  positions: readonly Vector[] | undefined,
): readonly PlacedCalibration[] {
  if (positions === undefined) return calibrations;
  requireCount('ffPosSF', positions.length, calibrations.length, 'files of sf');
  return calibrations.map((each, index) => ({ ...each, position: positions[index] ?? each.position }));
}

/** Positions of a `CustomFocusFieldPositions`; undefined where the files tell them. */
export function customPositions({ type, parameters }: ParameterNode): readonly Vector[] | undefined {
  if (type === 'DefaultFocusFieldPositions') return undefined;
  const { positions } = parameters;
  return Array.isArray(positions) ? positions.map((each) => toVector(each)) : undefined;
}

/** Three numbers of a plan. */
export function toVector(values: unknown): Vector {
  const listed: readonly unknown[] = Array.isArray(values) ? values : [];
  const [x, y, z] = listed.map(Number);
  return [x ?? 0, y ?? 0, z ?? 0];
}

async function fieldsOf(file: DataFile) {
  const { gradient, offsetField } = file.facts.companions;
  if (gradient === undefined) {
    throw new RondelError(
      'DATA_FORMAT',
      `${file.label} does not say its gradient, so nobody knows for which patches it was made.`,
      { at: 'sf' },
    );
  }
  const gradients = (await file.read('gradient')).data.subarray(0, 9);
  const offsets =
    offsetField === undefined ? new Float64Array(3) : (await file.read('offsetField')).data.subarray(0, 3);
  return { gradient: Float64Array.from(gradients), offsetField: Float64Array.from(offsets) };
}

function requireCount(property: string, given: number, wanted: number, of: string): void {
  if (given === wanted) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `${property} must have a position for each of the ${wanted} ${of}, got ${given}.`,
    { at: `${property}.positions` },
  );
}
