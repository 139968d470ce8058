import { RondelError, type NdArray } from '@rondel/contracts';
import { denseSystem } from '@rondel/least-squares';
import {
  implementStep,
  type DataFile,
  type HeldThing,
  type ParameterNode,
  type ParametersOf,
  type StepContext,
} from '@rondel/reco';
import { backgroundEstimation } from '../manifest/background-estimation.js';
import { sayFound } from '../reconstruction/found-values.js';
import { frameTimeOf, imageDataset, stretched } from '../reconstruction/image.js';
import { readImagingMatrix, type ImagingFacts } from '../reconstruction/imaging-matrix.js';
import { gradientRatio, warnOfDifferences } from '../reconstruction/scan.js';
import { selectedData } from '../reconstruction/selected-data.js';
import { measuredScan } from '../reconstruction/single-patch-step.js';
import { solveFrames } from '../reconstruction/solve.js';
import { solverChoice, type SolverChoice } from '../reconstruction/solver.js';
import { backgroundDictionary, type ComplexColumns } from './background-dictionary.js';
import { measuredBackgrounds } from './measured-backgrounds.js';

/** The matrix [S / sqrt(lambda), D / sqrt(beta)] in memory, whose unknowns are sqrt(lambda) c and sqrt(beta) d. */
interface JointSystem extends ImagingFacts, HeldThing {
  readonly system: Awaited<ReturnType<typeof denseSystem>>;
  /** Of the image, normalized. */
  readonly lambda: number;
  /** Columns of the image. */
  readonly columns: number;
}

/**
 * Concentrations c and background coefficients d of each frame: the smallest ||S c + D d - u||^2 + lambda ||c||^2 +
 * beta ||d||^2, where constraints hold for c alone. lambda is in units of the normalization of S.
 */
export const backgroundEstimationStep = implementStep(backgroundEstimation, (parameters) => {
  const choice = solverChoice(parameters.solverParams, []);
  requireKaczmarz(choice);
  return {
    async process(input, context) {
      const joint = await jointSystem(parameters, choice, context);
      const measured = measuredScan(input);
      warnOfDifferences(measured, joint.scan, { warn: context.warn, label: joint.label });
      sayFound(parameters.sfLoad, joint, context);
      const solution = await solveFrames(joint.system, selectedData(input, joint), {
        choice: jointChoice(choice, joint),
        grid: joint.grid,
        context: { ...context, preview: () => undefined },
      });
      const grid = stretched(joint.grid, gradientRatio(measured, joint.scan));
      return imageDataset(input, imagePart(solution, joint), {
        grid,
        colours: joint.colours,
        frameTime: frameTimeOf(input),
      });
    },
  };
});

type Parameters = ParametersOf<typeof backgroundEstimation.properties>;

function requireKaczmarz({ solver, normalization }: SolverChoice): void {
  if (solver !== 'Kaczmarz') {
    throw new RondelError('PLAN_INVALID_VALUE', `The background is estimated with Kaczmarz only, got ${solver}.`, {
      at: 'solverParams.solver',
    });
  }
  if (normalization !== 'MeasurementBasedNormalization') return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    'λ of a background estimation is normalized by the system matrix or not at all, as it is part of the matrix.',
    { at: 'solverParams.normalizeReg' },
  );
}

async function jointSystem(parameters: Parameters, { normalization }: SolverChoice, context: StepContext) {
  const { sf, sfLoad, bgDict, lambda, beta } = parameters;
  if (sfLoad.type !== 'DenseSystemMatixLoadingParameter' || sfLoad.parameters.loadasreal === true) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      'A background is estimated with a dense system matrix of complex numbers: use DenseSystemMatixLoadingParameter without loadasreal.',
      { at: 'sfLoad' },
    );
  }
  const files: DataFile[] = [];
  for (const parameter of sf) files.push(await context.file(parameter));
  const loaders = nodesOf(bgDict.parameters.loader);
  const from = files.map(({ identity }) => identity);
  for (const { parameters: own } of loaders) from.push((await context.file(fileOf(own))).identity);
  const words = JSON.stringify([bgDict.parameters, lambda, beta, normalization]);
  return context.held(sfLoad, [...from, words], async (): Promise<JointSystem> => {
    const { matrix, ...facts } = await readImagingMatrix(files, sfLoad, context);
    const backgrounds: Float64Array[] = [];
    for (const loader of loaders) backgrounds.push(...(await measuredBackgrounds(loader, facts, context)));
    const dictionary = backgroundDictionary(backgrounds, Number(bgDict.parameters.dictSize));
    const factor = normalization === 'NoNormalization' ? 1 : meanSquaredNorm(matrix);
    const scale = { image: 1 / Math.sqrt(lambda * factor), background: 1 / Math.sqrt(beta) };
    const system = await denseSystem(joined(matrix, dictionary, scale), { signal: context.signal });
    const columns = matrix.shape[1] ?? 0;
    const held = { system, bytes: system.bytes, dispose: () => system.dispose() };
    return { ...facts, ...held, lambda: lambda * factor, columns };
  });
}

/** Sum of squares over columns: what `SystemMatrixBasedNormalization` multiplies weights by. */
function meanSquaredNorm({ data, shape: [, columns = 1] }: NdArray<Float32Array>): number {
  return data.reduce((sum, value) => sum + value * value, 0) / columns;
}

function nodesOf(value: unknown): readonly ParameterNode[] {
  return Array.isArray(value) ? (value as readonly ParameterNode[]) : [];
}

function fileOf({ file }: ParameterNode['parameters']) {
  return file as Parameters['sf'][number];
}

/** [row, column] with the columns of the dictionary behind those of the image. */
function joined(
  { data, shape: [rows = 0, columns = 0] }: NdArray<Float32Array>,
  dictionary: ComplexColumns,
  scale: { readonly image: number; readonly background: number },
): NdArray<Float32Array> {
  const all = columns + dictionary.length;
  const values = new Float32Array(2 * rows * all);
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < 2 * columns; at++) {
      values[2 * row * all + at] = scale.image * (data[2 * row * columns + at] ?? 0);
    }
    dictionary.forEach((column, index) => {
      for (const part of [0, 1]) {
        values[2 * (row * all + columns + index) + part] = scale.background * (column[2 * row + part] ?? 0);
      }
    });
  }
  return { dtype: 'complex64', data: values, shape: [rows, all], axes: ['row', 'column'] };
}

/** Weight 1 for all unknowns, as their weights are part of the matrix; constraints on the image alone. */
function jointChoice(choice: SolverChoice, { system, columns }: JointSystem): SolverChoice {
  const mask = Array.from({ length: system.columns }, (_, column) => column < columns);
  const constraints = choice.terms.map((reg) => ({ type: 'MaskedRegularization', parameters: { reg, mask } }));
  const weight = { type: 'L2Regularization', parameters: { lambda: 1 } };
  return { ...choice, normalization: 'NoNormalization', terms: [weight, ...constraints] };
}

function imagePart({ data, shape: [entries = 0, all = 0] }: NdArray<Float32Array>, joint: JointSystem): NdArray {
  const { columns, lambda } = joint;
  const values = new Float32Array(2 * entries * columns);
  for (let entry = 0; entry < entries; entry++) {
    for (let at = 0; at < 2 * columns; at++) {
      values[2 * entry * columns + at] = (data[2 * entry * all + at] ?? 0) / Math.sqrt(lambda);
    }
  }
  return { dtype: 'complex64', data: values, shape: [entries, columns], axes: ['entry', 'column'] };
}
