import type { Dataset } from '@rondel/contracts';
import { implementStep } from '@rondel/reco';
import { singlePatchReconstruction } from '../manifest/single-patch.js';
import { warnOfMatrixBackground } from './equations.js';
import { sayFound } from './found-values.js';
import { frameTimeOf, imageDataset, stretched } from './image.js';
import { imagingSystem, type ImagingSystem } from './imaging-system.js';
import { gradientRatio, scanOf, warnOfDifferences, type Scan } from './scan.js';
import { selectedData } from './selected-data.js';
import { solveFrames } from './solve.js';
import { solverChoice } from './solver.js';

/** Each frame by itself: the concentrations that give its spectra, with the system matrix of the plan. */
export const singlePatchReconstructionStep = implementStep(singlePatchReconstruction, (parameters) => {
  const choice = solverChoice(parameters.solverParams, parameters.reg);
  return {
    async process(input, context) {
      const imaging = await imagingSystem(parameters, context);
      const measured = measuredScan(input);
      warnOfDifferences(measured, imaging.scan, { warn: context.warn, label: imaging.label });
      warnOfMatrixBackground(imaging, context);
      sayFound(parameters.sfLoad, imaging, context);
      const b = selectedData(input, imaging);
      const solution = await solveFrames(imaging.system, b, { ...imaging, choice, context });
      return imageOf(input, solution, { imaging, measured });
    },
  };
});

export function measuredScan(input: Dataset): Scan {
  const { divider, strength, gradient } = input.companions;
  return scanOf(input, { divider, strength, gradient });
}

function imageOf(
  input: Dataset,
  solution: Parameters<typeof imageDataset>[1],
  { imaging, measured }: { readonly imaging: ImagingSystem; readonly measured: Scan },
): Dataset {
  const grid = stretched(imaging.grid, gradientRatio(measured, imaging.scan));
  return imageDataset(input, solution, { grid, colours: imaging.colours, frameTime: frameTimeOf(input) });
}
