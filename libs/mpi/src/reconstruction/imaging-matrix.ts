import { RondelError, type NdArray } from '@rondel/contracts';
import type { DataFile, ParameterNode, ParametersOf, StepContext } from '@rondel/reco';
import { chooseRows } from '../frequencies/choose.js';
import { rowCount, rowsOf, type FrequencyRows } from '../frequencies/rows.js';
import type { denseLoading } from '../manifest/system-matrix.js';
import { sparseGrid, sparseLoadingOf } from '../sparse/compressed-system.js';
import { frequencyFacts, openCalibration, type Calibration } from '../system-matrix/calibration.js';
import { sameGrid, triple, voxelCount, type Grid } from '../system-matrix/grid.js';
import { placeOnGrid, wantedGrid } from '../system-matrix/placing.js';
import { readSystemMatrix, type SystemMatrixReading } from '../system-matrix/read.js';
import { readScan, type Scan } from './scan.js';
import type { SelectedRows } from './selected-data.js';

type Dense = ParametersOf<typeof denseLoading.properties>;

/** What rows and columns of a system matrix stand for. */
export interface ImagingFacts extends SelectedRows {
  /** Voxels of a colour, x fastest. */
  readonly grid: Grid;
  /** Kinds of tracer, the columns of which follow each other. */
  readonly colours: number;
  /** The scan of the first system matrix, and what messages call its file. */
  readonly scan: Scan;
  readonly label: string;
  /** Rows in which a background stands out that is not subtracted. */
  readonly backgroundRows: number;
}

/** The chosen rows of all system matrices of a plan, on the grid of the image: complex64 [row, column]. */
export async function readImagingMatrix(
  files: readonly DataFile[],
  sfLoad: ParameterNode,
  context: StepContext,
): Promise<ImagingFacts & { readonly matrix: NdArray<Float32Array> }> {
  const loading = sfLoad.parameters as Dense;
  const sparse = sparseLoadingOf(sfLoad);
  const label = files[0]?.label ?? 'the system matrix';
  const calibrations: Calibration[] = [];
  for (const file of files) calibrations.push(await openCalibration(file));
  const rows = await commonRows(loading.freqFilter, calibrations);
  requireRows(rows, loading.freqFilter, calibrations);
  const scan = await matrixScan(files, loading.tfCorrection);
  const node = sparse === undefined ? loading.gridding : ownGrid;
  const common = targetGrid(calibrations, node);
  const grid = sparse === undefined ? common : sparseGrid(common, sparse, scan, label);
  let backgroundRows = 0;
  const reading = { ...readingOf(loading), onBackground: () => (backgroundRows += 1) };
  requirePlaces(calibrations, { rows: rowCount(rows) * periodsOf(calibrations, reading), grid, context });
  const matrices: NdArray<Float32Array>[] = [];
  for (const calibration of calibrations) {
    const matrix = await readSystemMatrix(calibration, rows, reading, context);
    matrices.push(placeOnGrid(matrix, calibration.grid, { node, target: grid }));
  }
  return {
    matrix: joinedColumns(matrices, voxelCount(grid)),
    rows,
    periods: (matrices[0]?.shape[0] ?? 0) / rowCount(rows),
    isReal: loading.loadasreal,
    grid,
    colours: files.length,
    scan,
    label,
    backgroundRows,
  };
}

function periodsOf([first]: readonly Calibration[], { periodAverages, periodGrouping }: SystemMatrixReading): number {
  return (first?.layout.periods ?? 1) / periodAverages / periodGrouping;
}

const complexBytes = 8;

/**
 * Where the image is on another grid or of several tracers, asks for the memory of what is read and of what becomes of it; else
 * reading asks for all. Throws `OUT_OF_MEMORY` before anything is read.
 */
function requirePlaces(
  calibrations: readonly Calibration[],
  { rows, grid, context }: { readonly rows: number; readonly grid: Grid; readonly context: StepContext },
): void {
  if (calibrations.length === 1 && calibrations.every((calibration) => sameGrid(calibration.grid, grid))) return;
  const read = calibrations.reduce((most, calibration) => Math.max(most, voxelCount(calibration.grid)), 0);
  // Of each tracer on the grid, then all of them beside each other, then as solvers hold them.
  const placed = 3 * calibrations.length * voxelCount(grid);
  context.requireMemory(
    complexBytes * rows * (read + placed),
    `The system matrix, ${rows} rows for ${grid.shape.join(' x ')} voxels${calibrations.length > 1 ? ` of ${calibrations.length} tracers` : ''},`,
  );
}

/** A compressed matrix is on the grid of the calibration. */
const ownGrid: ParameterNode = { type: 'NoGridding', parameters: {} };

/** Of the first file, as its rows are after loading. */
async function matrixScan([file]: readonly DataFile[], tfCorrection: boolean | undefined): Promise<Scan> {
  if (file === undefined) throw new RondelError('INTERNAL', 'A system needs a system matrix.');
  const scan = await readScan(file);
  const has = file.facts.companions.transferFunction !== undefined;
  return {
    ...scan,
    isTransferFunctionCorrected: scan.isTransferFunctionCorrected || (tfCorrection ?? has),
  };
}

/** How rows are read; averages and grouping are those of the filter, as the measurement must have them too. */
export function readingOf(loading: Pick<Dense, 'freqFilter' | 'bgCorrection' | 'tfCorrection'>): SystemMatrixReading {
  const { freqFilter, bgCorrection, tfCorrection } = loading;
  const count = (name: string) => {
    const value = freqFilter.parameters[name];
    return typeof value === 'number' ? value : 1;
  };
  return {
    bgCorrection,
    tfCorrection,
    periodAverages: count('numPeriodAverages'),
    periodGrouping: count('numPeriodGrouping'),
  };
}

/** Rows that the filter chooses of all of the system matrices, in the order of the first. */
export async function commonRows(filter: ParameterNode, calibrations: readonly Calibration[]): Promise<FrequencyRows> {
  const chosen: FrequencyRows[] = [];
  for (const calibration of calibrations) chosen.push(chooseRows(filter, await frequencyFacts(calibration)));
  const [first, ...others] = chosen;
  if (first === undefined || others.length === 0) return first ?? rowsOf([]);
  const names = ({ frequencies, channels }: FrequencyRows) =>
    Array.from(frequencies, (frequency, row) => `${frequency} ${channels[row] ?? 0}`);
  const kept = others.map((rows) => new Set(names(rows)));
  const all = names(first);
  const pairs = all.flatMap((name, row): (readonly [number, number])[] =>
    kept.every((own) => own.has(name)) ? [[first.frequencies[row] ?? 0, first.channels[row] ?? 0]] : [],
  );
  return rowsOf(pairs);
}

/** Throws `PLAN_INVALID_VALUE` where nothing is left to reconstruct from. */
export function requireRows(
  rows: FrequencyRows,
  { type, parameters }: ParameterNode,
  calibrations: readonly Calibration[],
): void {
  if (rowCount(rows) > 0) return;
  const { SNRThresh, minFreq, maxFreq } = parameters;
  const hasRatios = calibrations.every(({ file }) => file.facts.companions.snr !== undefined);
  const threshold = typeof SNRThresh === 'number' && SNRThresh > 0 ? [`SNRThresh is ${SNRThresh}`] : [];
  const band = [
    ...(typeof minFreq === 'number' && minFreq > 0 ? [`minFreq is ${minFreq} Hz`] : []),
    ...(typeof maxFreq === 'number' ? [`maxFreq is ${maxFreq} Hz`] : []),
  ];
  const noRatios = `but ${calibrations[0]?.file.label ?? 'the system matrix'} has no signal-to-noise ratios. Leave SNRThresh out.`;
  const limits = [...threshold, ...band].join(', ');
  const advice =
    threshold.length > 0 && !hasRatios
      ? `${threshold.join()}, ${noRatios}`
      : limits === ''
        ? 'Choose more frequencies or channels.'
        : `${limits}; choose ${band.length > 0 ? 'a lower threshold or a wider band' : 'a lower one'}.`;
  throw new RondelError('PLAN_INVALID_VALUE', `freqFilter (${type}) leaves no row of the system matrix. ${advice}`, {
    at: 'sfLoad.freqFilter',
  });
}

/** Of one system matrix its grid or what the plan says; of several the largest of each axis. */
function targetGrid(calibrations: readonly Calibration[], gridding: ParameterNode): Grid {
  const [first, ...others] = calibrations.map(({ grid }) => grid);
  if (first === undefined) throw new RondelError('INTERNAL', 'A system needs a system matrix.');
  const largest = others.every((grid) => sameGrid(grid, first))
    ? first
    : others.reduce(
        (a, b): Grid => ({
          shape: triple(
            a.shape.map((extent, axis) => Math.max(extent, b.shape[axis] ?? 0)),
            1,
          ),
          fov: triple(
            a.fov.map((length, axis) => Math.max(length, b.fov[axis] ?? 0)),
            0,
          ),
          center: a.center,
        }),
        first,
      );
  return wantedGrid(gridding, largest);
}

/** [row, column] of matrices with the same rows, columns side by side. */
function joinedColumns(matrices: readonly NdArray<Float32Array>[], voxels: number): NdArray<Float32Array> {
  const [first] = matrices;
  if (first === undefined) throw new RondelError('INTERNAL', 'A system needs a system matrix.');
  if (matrices.length === 1) return first;
  const [rows = 0] = first.shape;
  const columns = voxels * matrices.length;
  const data = new Float32Array(2 * rows * columns);
  for (const [index, matrix] of matrices.entries()) {
    if (matrix.shape[0] !== rows) {
      throw new RondelError('DATA_SHAPE_MISMATCH', 'The system matrices have different numbers of periods.', {
        at: `sf[${index + 1}]`,
      });
    }
    for (let row = 0; row < rows; row++) {
      data.set(matrix.data.subarray(2 * row * voxels, 2 * (row + 1) * voxels), 2 * (row * columns + index * voxels));
    }
  }
  return { ...first, data, shape: [rows, columns] };
}
