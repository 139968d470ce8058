import { denseSystem, type LinearSystem } from '@rondel/least-squares';
import { RondelError, type NdArray } from '@rondel/contracts';
import type { DataFile, FileParameter, ParameterNode, StepContext } from '@rondel/reco';
import {
  compressedMatrix,
  keptCoefficients,
  keptNormsSquared,
  openCompressed,
  sparseLoadingOf,
} from '../sparse/compressed-system.js';
import type { UnitaryTransform } from '../sparse/grid-transform.js';
import { rowWeights } from '../weighting/weights.js';
import { readImagingMatrix, type ImagingFacts } from './imaging-matrix.js';
import { realRows } from './selected-data.js';

/** The equations of an image: a system matrix in memory, and what its rows and columns stand for. */
export interface ImagingSystem extends ImagingFacts {
  readonly system: LinearSystem;
  /** What carries the unknowns to the image, where they are its coefficients. */
  readonly transform?: UnitaryTransform;
  readonly bytes: number;
  dispose(): void;
}

export interface SystemNodes {
  readonly sf: readonly FileParameter[];
  readonly sfLoad: ParameterNode;
  readonly weightingParams: ParameterNode;
}

/**
 * The system of a plan; kept for later jobs where a cache stands around `sfLoad`. Its key has what weights it, too: they are
 * part of what lies in memory.
 */
export async function imagingSystem(nodes: SystemNodes, context: StepContext): Promise<ImagingSystem> {
  const files: DataFile[] = [];
  for (const parameter of nodes.sf) files.push(await context.file(parameter));
  const weighing = [];
  for (const parameter of filesOfWeighting(nodes.weightingParams))
    weighing.push((await context.file(parameter)).identity);
  const from = [...files.map(({ identity }) => identity), weightingKey(nodes.weightingParams), ...weighing];
  return context.held(nodes.sfLoad, from, () => makeSystem(files, nodes, context));
}

/** Files that a weighting is made from. */
export function filesOfWeighting({ parameters }: ParameterNode): FileParameter[] {
  const { whiteningMeas, weightingParameters } = parameters as {
    readonly whiteningMeas?: FileParameter;
    readonly weightingParameters?: readonly ParameterNode[];
  };
  return [
    ...(whiteningMeas === undefined ? [] : [whiteningMeas]),
    ...(weightingParameters ?? []).flatMap(filesOfWeighting),
  ];
}

function weightingKey({ type, parameters }: ParameterNode): string {
  return JSON.stringify([type, parameters]);
}

async function makeSystem(
  files: readonly DataFile[],
  { sfLoad, weightingParams }: SystemNodes,
  context: StepContext,
): Promise<ImagingSystem> {
  const { matrix, ...facts } = await readImagingMatrix(files, sfLoad, context);
  const { rows, periods, isReal, grid, colours } = facts;
  const sparse = sparseLoadingOf(sfLoad);
  const compressed = sparse && compressedMatrix(matrix, sparse, grid, colours);
  const norms = compressed === undefined ? normsSquared(matrix) : keptNormsSquared(compressed);
  refuseNothing(norms, files);
  const weights = await rowWeights(weightingParams, { rows, periods, normsSquared: norms }, context);
  const options = {
    ...(weights !== undefined && { weights: perEquation(weights, isReal) }),
    signal: context.signal,
  };
  if (compressed !== undefined) context.log('info', keptCoefficients(compressed));
  const system = await (compressed === undefined
    ? denseSystem(isReal ? realRows(matrix) : matrix, options)
    : openCompressed(compressed, options));
  return {
    system,
    ...(compressed !== undefined && { transform: compressed.transform }),
    ...facts,
    bytes: system.bytes,
    dispose: () => system.dispose(),
  };
}

/** An image of equations that say nothing is 0 everywhere, whatever was measured. */
function refuseNothing(norms: Float64Array, files: readonly DataFile[]): void {
  if (norms.some((norm) => norm !== 0)) return;
  throw new RondelError(
    'DATA_FORMAT',
    `${files.map(({ label }) => label).join(', ')}: all ${norms.length} rows of the system matrix that were selected hold nothing but zeros. Write the calibration again, or select other rows with freqFilter.`,
    { at: 'sf' },
  );
}

function normsSquared({ data, shape: [rows = 0] }: NdArray<Float32Array>): Float64Array {
  const width = data.length / Math.max(1, rows);
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let at = row * width; at < (row + 1) * width; at++) sum += (data[at] ?? 0) ** 2;
    return sum;
  });
}

function perEquation(weights: Float64Array, isReal: boolean): Float32Array {
  if (!isReal) return Float32Array.from(weights);
  return Float32Array.from({ length: 2 * weights.length }, (_, at) => weights[Math.floor(at / 2)] ?? 0);
}
