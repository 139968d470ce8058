import type { Dataset, NdArray } from '@rondel/contracts';
import { multiplySystem } from '@rondel/least-squares';
import { implementStep, type ParameterNode, type StepContext } from '@rondel/reco';
import { twoStepReconstruction } from '../manifest/two-step.js';
import { sayFound } from './found-values.js';
import { frameTimeOf, imageDataset, stretched } from './image.js';
import { imagingSystem, type ImagingSystem } from './imaging-system.js';
import { gradientRatio, warnOfDifferences } from './scan.js';
import { selectedData } from './selected-data.js';
import { requireSameColumns } from './same-columns.js';
import { measuredScan } from './single-patch-step.js';
import { solveFrames } from './solve.js';
import { solverChoice } from './solver.js';
import { highPart } from './high-part.js';

const unweighted: ParameterNode = { type: 'NoWeightingParameters', parameters: {} };

/** High concentrations first, then the low ones from what these leave of the measurement. */
export const twoStepReconstructionStep = implementStep(twoStepReconstruction, (parameters) => {
  const { sf, sfLoadHigh, sfLoadLow, Gamma: threshold } = parameters;
  const choices = {
    high: solverChoice(parameters.solverParams_high, parameters.reg_high),
    low: solverChoice(parameters.solverParams_low, parameters.reg_low),
  };
  return {
    async process(input, context) {
      const measured = measuredScan(input);
      const loaded = async (sfLoad: ParameterNode) => {
        const imaging = await imagingSystem({ sf, sfLoad, weightingParams: unweighted }, context);
        warnOfDifferences(measured, imaging.scan, { warn: context.warn, label: imaging.label });
        return imaging;
      };
      const highSystem = await loaded(sfLoadHigh);
      const first = await solveFrames(highSystem.system, selectedData(input, highSystem), {
        ...highSystem,
        choice: choices.high,
        context: withoutCheckpoints(context),
      });
      const low = await loaded(sfLoadLow);
      requireSameColumns(highSystem, low);
      sayFound(sfLoadLow, low, context);
      const high = { ...first, data: highPart(first.data, low.system.complex ? 2 : 1, threshold) };
      const rest = withoutSignalOf(selectedData(input, low), high, low);
      const second = await solveFrames(low.system, rest, {
        ...low,
        choice: choices.low,
        context: withoutCheckpoints(context),
      });
      const sum = { ...second, data: second.data.map((value, at) => value + (high.data[at] ?? 0)) };
      return imageOf(input, sum, low);
    },
  };
});

/** What a measurement has beside the signal of an image. */
function withoutSignalOf(
  measurement: NdArray<Float32Array>,
  image: NdArray<Float32Array>,
  { system, transform }: ImagingSystem,
): NdArray<Float32Array> {
  const unknowns = { ...image, data: image.data.slice() };
  transform?.adjoint(unknowns.data);
  const signal = multiplySystem(system, unknowns);
  return { ...measurement, data: measurement.data.map((value, at) => value - (signal.data[at] ?? 0)) };
}

/** A checkpoint would not say of which of the two solutions it is. */
function withoutCheckpoints(context: StepContext): StepContext {
  return { ...context, checkpoint: { restore: () => Promise.resolve(undefined), save: () => Promise.resolve() } };
}

function imageOf(input: Dataset, solution: NdArray<Float32Array>, { grid, colours, scan }: ImagingSystem): Dataset {
  const placed = stretched(grid, gradientRatio(measuredScan(input), scan));
  return imageDataset(input, solution, { grid: placed, colours, frameTime: frameTimeOf(input) });
}
