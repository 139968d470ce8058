import { RondelError, type Dataset, type NdArray } from '@rondel/contracts';
import { implementStep, type ParametersOf, type StepContext } from '@rondel/reco';
import { rowCount } from '../frequencies/rows.js';
import { handsFreeReconstruction, type handsFreeSolverParameters } from '../manifest/hands-free.js';
import { sayFound } from '../reconstruction/found-values.js';
import { frameTimeOf, imageDataset, stretched } from '../reconstruction/image.js';
import { imagingSystem, type ImagingSystem } from '../reconstruction/imaging-system.js';
import { gradientRatio, warnOfDifferences, type Scan } from '../reconstruction/scan.js';
import { selectedData } from '../reconstruction/selected-data.js';
import { measuredScan } from '../reconstruction/single-patch-step.js';
import { middlePlane } from '../reconstruction/solve.js';
import { solverChoice } from '../reconstruction/solver.js';
import { frequencyFacts, openCalibration } from '../system-matrix/calibration.js';
import { ratiosOfRows } from './row-ratios.js';
import { solveHandsFree } from './solve-hands-free.js';

type Parameters = ParametersOf<typeof handsFreeReconstruction.properties>;
type Solver = ParametersOf<typeof handsFreeSolverParameters.properties>;

/** Bytes that the image and the unknowns of one frame take at the same time, for each column. */
const bytesPerUnknown = 20;

export const handsFreeReconstructionStep = implementStep(handsFreeReconstruction, (parameters) => ({
  async process(input, context) {
    const imaging = await imagingSystem(parameters, context);
    const measured = measuredScan(input);
    warnOfDifferences(measured, imaging.scan, { warn: context.warn, label: imaging.label });
    sayFound(parameters.sfLoad, imaging, context);
    const measurements = selectedData(input, imaging);
    const snr = await rowRatios(parameters, imaging, context);
    const solver = parameters.solverParams.parameters as Solver;
    const [frames = 0] = measurements.shape;
    context.requireMemory(bytesPerUnknown * frames * imaging.system.columns, 'The hands-free image');
    const solution = await solveHandsFree({
      system: imaging.system,
      measurements,
      snr,
      settings: settingsOf(solver),
      ...constraintOf(parameters),
      ...(imaging.transform && { transform: imaging.transform }),
      equalizeIters: solver.equalizeIters,
      flattenIters: solver.flattenIters,
      signal: context.signal,
      checkpoint: context.checkpoint,
      onSweep: ({ frame, done, of, x }) => {
        const facts = { iteration: done + 1, iterations: of };
        context.progress(facts);
        context.preview(facts, () => middlePlane(x(), { grid: imaging.grid, transform: imaging.transform, frame }));
      },
    });
    tellIterations(solution.iterations, solution.unbent, context);
    return imageOf(input, solution.x, { imaging, measured });
  },
}));

function settingsOf({ iterbounds, startlambda, SNRbounds, stoppingParas }: Solver) {
  const [least = 1, most = 1] = iterbounds;
  const [start = 0, floor = 0] = SNRbounds;
  const [share = 0, growth = 0] = stoppingParas;
  return {
    iterbounds: [least, most] as const,
    startLambda: startlambda,
    snrBounds: [start, floor] as const,
    stoppingParas: [share, growth] as const,
  };
}

/** As for other solvers: an image that is kept real and positive is kept positive. */
function constraintOf({ solverParams }: Parameters) {
  const { normalization, terms } = solverChoice(solverParams, []);
  const kinds = terms.map(({ type }) => type);
  const constraint = kinds.includes('PositiveRegularization')
    ? ('positive' as const)
    : kinds.includes('RealRegularization')
      ? ('real' as const)
      : undefined;
  return { normalization, constraint };
}

/** Signal-to-noise ratio of each equation. Throws where the calibration has none, or none is high enough. */
async function rowRatios(
  { sf, solverParams }: Parameters,
  imaging: ImagingSystem,
  context: StepContext,
): Promise<Float64Array> {
  const [first] = sf;
  if (first === undefined) throw new RondelError('INTERNAL', 'A system needs a system matrix.');
  const calibration = await openCalibration(await context.file(first));
  const facts = await frequencyFacts(calibration);
  const ratios = ratiosOfRows(imaging, facts);
  if (ratios === undefined) {
    throw new RondelError(
      'DATA_FORMAT',
      `${calibration.file.label} has no signal-to-noise ratios, by which rows are chosen. Use SinglePatchReconstructionParameter with it.`,
      { at: 'sf' },
    );
  }
  const { SNRbounds } = solverParams.parameters as Solver;
  const floor = SNRbounds[1] ?? 0;
  const used = ratios.filter((value) => value > floor).length;
  if (used > 0) return ratios;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `SNRbounds leaves no row: none of ${rowCount(imaging.rows)} has a signal-to-noise ratio above ${floor}. Choose lower bounds.`,
    { at: 'solverParams.SNRbounds' },
  );
}

function tellIterations(counts: readonly number[], unbent: number, context: Pick<StepContext, 'log'>): void {
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  context.log('info', `Frames took ${fewest === most ? fewest : `${fewest} to ${most}`} iterations.`);
  if (unbent === 0) return;
  context.log(
    'info',
    `${unbent} of ${counts.length} frames ended at a bound, not where the curve of norm over residual bends: iterbounds decides how smooth they are.`,
  );
}

function imageOf(
  input: Dataset,
  x: Float32Array,
  { imaging, measured }: { readonly imaging: ImagingSystem; readonly measured: Scan },
): Dataset {
  const { system, grid, colours, transform, scan } = imaging;
  transform?.forward(x);
  const solution: NdArray = {
    dtype: system.complex ? 'complex64' : 'float32',
    data: x,
    shape: [x.length / system.columns / (system.complex ? 2 : 1), system.columns],
  };
  const placed = stretched(grid, gradientRatio(measured, scan));
  return imageDataset(input, solution, { grid: placed, colours, frameTime: frameTimeOf(input) });
}
