import { denseSystem, reweightedSystem, type LinearSystem } from '@rondel/least-squares';
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
}

/** A system matrix in memory, which systems with different weights share. */
interface HeldMatrix {
  readonly unweighted: ImagingSystem;
  /** Squared norm of each row of the matrix, [period, row]. */
  readonly normsSquared: Float64Array;
  /** Systems by what weights them, least recently used first. */
  readonly weighted: Map<string, LinearSystem>;
  readonly bytes: number;
  dispose(): void;
}

/** Weightings whose systems are kept beside a matrix, of some bytes for each row. */
const mostWeightings = 4;

export interface SystemNodes {
  readonly sf: readonly FileParameter[];
  readonly sfLoad: ParameterNode;
  readonly weightingParams: ParameterNode;
}

/**
 * The system of a plan; its matrix is kept for later jobs where a cache stands around `sfLoad`, whatever weights them: weights
 * are factors beside it.
 */
export async function imagingSystem(nodes: SystemNodes, context: StepContext): Promise<ImagingSystem> {
  const files: DataFile[] = [];
  for (const parameter of nodes.sf) files.push(await context.file(parameter));
  const from = files.map(({ identity }) => identity);
  const held = await context.held(nodes.sfLoad, from, () => heldMatrix(files, nodes.sfLoad, context));
  return { ...held.unweighted, system: await weightedSystem(held, nodes.weightingParams, context) };
}

async function weightedSystem(
  { unweighted, normsSquared, weighted }: HeldMatrix,
  weighting: ParameterNode,
  context: StepContext,
): Promise<LinearSystem> {
  const identities: string[] = [];
  for (const parameter of filesOfWeighting(weighting)) identities.push((await context.file(parameter)).identity);
  const key = JSON.stringify([weighting.type, weighting.parameters, identities]);
  const system = weighted.get(key) ?? (await withWeights(unweighted, { weighting, normsSquared }, context));
  if (system === unweighted.system) return system;
  weighted.delete(key);
  weighted.set(key, system);
  const [[oldest, last] = []] = weighted;
  if (weighted.size > mostWeightings && oldest !== undefined) {
    weighted.delete(oldest);
    last?.dispose();
  }
  return system;
}

async function withWeights(
  { system, rows, periods, isReal }: ImagingSystem,
  { weighting, normsSquared }: { readonly weighting: ParameterNode; readonly normsSquared: Float64Array },
  context: StepContext,
): Promise<LinearSystem> {
  const weights = await rowWeights(weighting, { rows, periods, normsSquared }, context);
  return weights === undefined ? system : reweightedSystem(system, perEquation(weights, isReal));
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

async function heldMatrix(
  files: readonly DataFile[],
  sfLoad: ParameterNode,
  context: StepContext,
): Promise<HeldMatrix> {
  const { matrix, ...facts } = await readImagingMatrix(files, sfLoad, context);
  const { isReal, grid, colours } = facts;
  const sparse = sparseLoadingOf(sfLoad);
  const compressed = sparse && compressedMatrix(matrix, sparse, grid, colours);
  const norms = compressed === undefined ? normsSquared(matrix) : keptNormsSquared(compressed);
  refuseNothing(norms, files);
  if (compressed !== undefined) context.log('info', keptCoefficients(compressed));
  const options = { signal: context.signal };
  const system = await (compressed === undefined
    ? denseSystem(isReal ? realRows(matrix) : matrix, options)
    : openCompressed(compressed, options));
  const weighted = new Map<string, LinearSystem>();
  return {
    unweighted: { system, ...(compressed !== undefined && { transform: compressed.transform }), ...facts },
    normsSquared: norms,
    weighted,
    bytes: system.bytes,
    dispose() {
      for (const one of weighted.values()) one.dispose();
      system.dispose();
    },
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
