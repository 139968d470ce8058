import { projectionParameters, subsetBytes } from '@rondel/compute/solvers';
import { RondelError, type EngineName } from '@rondel/contracts';
import { solverOptionsOf } from '@rondel/least-squares/manifest';
import {
  defaulted,
  defineAlgorithm,
  definePipeline,
  defineStep,
  nodeList,
  optional,
  optionalFile,
  optionalNode,
  typeName,
  type InputShape,
  type ParameterNode,
} from '@rondel/reco';
import { Type } from '@rondel/contracts/schema';
import { projectionRowsBytes } from '../reconstruction/projection-rows.js';
import type { SlabCopies } from '../slab-size.js';
import { imageAxes, sinogramAxes } from './axes.js';
import { curvedCopies } from '../cone/flat-detector.js';
import { isCone } from '../cone/is-cone.js';
import { preparation } from './preparation.js';
import { geometryProperties, imageSize, projectorProperty, workSize, type GeometryParameters } from './geometry.js';
import { bytesOnEngine } from './engine-bytes.js';
import { imageEstimate, slabEstimate } from './memory.js';
import { scaleProperties } from './scale.js';
import {
  byRows,
  iterationsOf,
  radonSolverNames,
  startingSolvers,
  tensorSolverNames,
  tensorSolvers,
  type RadonSolverName,
} from './solvers.js';
import { isOfVolume, tiesSlices } from './volume-terms.js';

/** Machine epsilon of float32, the tolerance at which RegularizedLeastSquares.jl stops. */
const float32Epsilon = 2 ** -23;

/** Slabs are as large for every solver: by what the greedy ones take they would be too small to be fast. */
export const slabCopies: SlabCopies = { sinogram: 5, image: 17 };

export const penaltyTypes = [
  'L2Regularization',
  'L1Regularization',
  'L21Regularization',
  'TVRegularization',
  'LLRRegularization',
  'NuclearRegularization',
  'TransformedRegularization',
];
const constraintTypes = [
  'PositiveRegularization',
  'RealRegularization',
  'ProjectionRegularization',
  'MaskedRegularization',
];

/** Images that proximal maps hold at the same time, beside those of the solver: that of total variation, and others. */
const variedCopies = { TVRegularization: 7, others: 14 };
const simpleTypes = ['L2Regularization', 'L1Regularization', ...constraintTypes];

const none: SlabCopies = { sinogram: 0, image: 0 };

/** What reordering slices of a volume and its projections takes. */
const reorderedCopies: Readonly<Record<EngineName, SlabCopies>> = {
  wasm: { sinogram: 2, image: 3 },
  webgpu: { sinogram: 1, image: 1 },
  tensorflow: { sinogram: 2, image: 3 },
};

/** Of a solver's copies, those that only kernels of wasm have, in a memory of their own, and what others hold on the host. */
const kernelCopies: Readonly<Record<EngineName, SlabCopies>> = {
  wasm: none,
  webgpu: { sinogram: 1, image: 2 },
  tensorflow: { sinogram: 0, image: 1 },
};

/** Bytes for each voxel of a volume whose singular values are found on the host. */
const lowRankBytes = 96;
const lowRankTypes = ['LLRRegularization', 'NuclearRegularization'];

interface SolverChoice {
  readonly solver: RadonSolverName;
  readonly reg?: readonly ParameterNode[] | undefined;
  readonly subsets?: unknown;
  readonly startImage?: unknown;
}

/** Entries that are one problem: a slice, or all of a frame where terms tie them. */
function entriesOfProblem({ reg, geometry }: GeometryParameters & SolverChoice, { shape }: InputShape): number {
  if (isCone(geometry)) return 1;
  return tiesSlices(reg) ? (shape.at(-3) ?? 1) : 1;
}

function estimateBytes(parameters: GeometryParameters & SolverChoice, input: InputShape, engine?: EngineName): number {
  // Rows lie in a memory of their own, on the host.
  if (parameters.solver === byRows) return 0;
  const { sinogram, image } = tensorSolvers[parameters.solver].copies;
  const varied = (parameters.reg ?? [])
    .filter(({ type }) => !simpleTypes.includes(type))
    .map(({ type }) => (type === 'TVRegularization' ? variedCopies[type] : variedCopies.others));
  const volumes = tiesSlices(parameters.reg) || isCone(parameters.geometry);
  const takenOn = (each: EngineName): SlabCopies => {
    const [reordered, elsewhere] = [volumes ? reorderedCopies[each] : none, kernelCopies[each]];
    return {
      sinogram: sinogram + reordered.sinogram - elsewhere.sinogram,
      image: image + Math.max(0, ...varied) + reordered.image - elsewhere.image,
    };
  };
  const together = entriesOfProblem(parameters, input);
  const ofSlab = bytesOnEngine(engine, (each) => slabEstimate(slabCopies)(parameters, input, takenOn(each), together));
  return ofSlab + weightBytes(parameters, input);
}

/** What methods that go by the sums of rows and columns hold of them, whatever the number of slices. */
function weightBytes({ solver, subsets, ...geometry }: GeometryParameters & SolverChoice, input: InputShape): number {
  const { angles: lines, detectors, rows, columns } = workSize(geometry, input);
  const angles = input.shape.at(-2) ?? 1;
  const sizes = { rays: lines * detectors, pixels: rows * columns };
  switch (solver) {
    case 'SIRT':
    case 'MLEM':
      return subsetBytes(1, sizes);
    case 'SART':
      return subsetBytes(angles, sizes);
    case 'OSSART':
    case 'OSEM':
      return subsetBytes(Math.min(angles, typeof subsets === 'number' ? subsets : usualSubsets), sizes);
    default:
      return 0;
  }
}

const usualSubsets = projectionParameters.OSSART.subsets;

/** Beside images: the rows, what is at work on them, and the sinograms as they take them. */
function estimateHostBytes(parameters: GeometryParameters & SolverChoice, input: InputShape): number {
  const { entries, angles, detectors, rows, columns } = workSize(parameters, input);
  const pixels = rows * columns;
  if (parameters.solver !== byRows) {
    const together = entriesOfProblem(parameters, input);
    const lowRank = parameters.reg?.some(({ type }) => lowRankTypes.includes(type)) === true;
    const images = imageEstimate(slabCopies)(parameters, input, together);
    const start = parameters.startImage === undefined ? 0 : startCopies * 4 * pixels * entries;
    const isCurved = parameters.geometry?.parameters['detectorShape'] === 'curved';
    const flat = isCurved ? curvedCopies * 4 * entries * angles * detectors : 0;
    return images + start + flat + (lowRank ? lowRankBytes * pixels * together : 0);
  }
  const perEntry = 4 * (rowCopies.sinogram * angles * detectors + rowCopies.image * pixels);
  const isByLength = parameters.geometry !== undefined || parameters.projector === 'line';
  const steps = !isByLength ? undefined : Math.max(rows, columns);
  return projectionRowsBytes({ pixels, angles, detectors, steps }) + entries * perEntry;
}

/** Of images to begin with, at most: as they are read and as they are taken. */
const startCopies = 2;

/** Copies of sinogram and image of each slice while rows are swept over. */
const rowCopies = { sinogram: 4, image: 5 };

export const iterativeRadonReconstruction = defineStep({
  type: 'IterativeRadonReconstructionParameters',
  description:
    'Least-squares reconstruction of line integrals by an iterative solver; attenuation per pixel, or per length.',
  properties: {
    ...geometryProperties,
    geometry: optionalNode(['RadonFlexibleCircle', 'RadonParallelCircle', 'ConeBeamGeometryParameters'], {
      description:
        'The rays of a view, one for each detector, as in RadonKA.jl, or a fan or cone beam; what the data says of the rotation axis then does not count. Pixels are squares, and what a ray gives one is its length in it; between slices, rays of a cone beam interpolate, and values are attenuation per mm. Left out: parallel rays, one pixel apart.',
    }),
    ...projectorProperty,
    eltype: typeName(['Float32', 'Float64'], {
      juliaModule: 'Core',
      description: 'Element type in the Julia files. The computation is in Float32 either way.',
      default: 'Float32',
    }),
    iterations: optional(Type.Integer({ minimum: 1, maximum: 1_000_000 }), {
      description: `Upper bound on the number of iterations. Left out: ${iterationsOf({ solver: 'CGNR' })}, and ${iterationsOf({ solver: 'SIRT' })} for SIRT and MLEM, which take small steps.`,
    }),
    startImage: optionalFile({
      description:
        'Image to begin with, [y, x] for all slices, [slice, y, x] or [frame, slice, y, x], in attenuation per pixel (of cone beams per mm), whatever `perLength` is; then a job is not divided. Left out: 0, and 1 for MLEM and OSEM.',
      onlyFor: { property: 'solver', values: startingSolvers },
    }),
    ...scaleProperties,
    relTol: defaulted(Type.Number({ minimum: 0, exclusiveMaximum: 1 }), float32Epsilon, {
      description: 'A slice stops when the residual of the solver has fallen to this fraction of the first one.',
    }),
    reg: nodeList([...penaltyTypes, ...constraintTypes], {
      description:
        'Regularization terms, at most one of each type but TransformedRegularization. CGNR and CGLS take L2Regularization, SIRT, OSSART, SART, MLEM and OSEM no penalty, FISTA, OptISTA and POGM one penalty, Kaczmarz one beside L2Regularization, the others any number; all take constraints. Each slice is an image of its own, unless a term is of volumes: TVRegularization and TransformedRegularization with a `shape` of three numbers or 3 among `dims`, L21Regularization with several `slices`, LLRRegularization and NuclearRegularization. Then the slices of a frame are computed together, as those of a cone beam always are, whose TVRegularization is along all three axes unless `dims` or a `shape` of two numbers says otherwise.',
    }),
    solver: typeName(radonSolverNames, {
      juliaModule: 'RegularizedLeastSquares',
      description: `Iterative solver. ${tensorSolverNames.map((name) => `${name}: ${tensorSolvers[name].description}`).join(' ')} Kaczmarz: from ray to ray, with the rays as rows of a matrix in memory, 16 bytes for each pixel and angle; does not look at relTol.`,
      default: 'CGNR',
    }),
    ...solverOptionsOf(radonSolverNames, ['iterations', 'relTol']),
  },
  input: sinogramAxes,
  output: imageAxes,
  parallel: [
    { axis: 'frame', when: ({ startImage }) => startImage === undefined },
    {
      axis: 'slice',
      when: ({ reg, startImage, geometry }) => startImage === undefined && !tiesSlices(reg) && !isCone(geometry),
    },
  ],
  purity: 'pure',
  effort: 10,
  estimateBytes,
  estimateHostBytes,
  outputSize: imageSize,
  validate: checkTerms,
});

export const iterativeRadonParameters = definePipeline({
  type: 'IterativeRadonParameters',
  description: 'Preprocessing, then an iterative reconstruction.',
  stages: {
    ...preparation,
    reco: {
      accepts: ['IterativeRadonReconstructionParameters'],
      description: 'How the image is made from line integrals.',
    },
  },
});

export const iterativeRadonAlgorithm = defineAlgorithm({
  type: 'IterativeRadonAlgorithm',
  description: 'Iterative tomographic reconstruction; keeps its projection operator between runs.',
  accepts: ['IterativeRadonParameters'],
});

function checkTerms({ solver, reg = [], geometry }: GeometryParameters & SolverChoice): void {
  const refuse = (message: string): never => {
    throw new RondelError('PLAN_INVALID_VALUE', message, { at: 'reg' });
  };
  const repeated = reg.find(
    ({ type }, index) => type !== 'TransformedRegularization' && reg.findIndex((term) => term.type === type) < index,
  );
  if (repeated) refuse(`reg holds ${repeated.type} more than once: the solver takes one term of each type.`);
  const penalties = reg.map(({ type }) => type).filter((type) => penaltyTypes.includes(type));
  const others = penalties.filter((type) => type !== 'L2Regularization');
  const splits = solver !== byRows && tensorSolvers[solver].penalties === 'any';
  if (!splits && reg.some(({ parameters: { trafo } }) => trafo === 'Gradient')) {
    refuse(`${solver} takes no TransformedRegularization of the Gradient: ADMM, SplitBregman and PrimalDualSolver do.`);
  }
  if (solver === byRows && isCone(geometry)) {
    const message =
      'Kaczmarz takes slices one by one, and the rays of a cone beam pass many: take SART, which goes view by view.';
    throw new RondelError('PLAN_INVALID_VALUE', message, { at: 'solver' });
  }
  if (solver === byRows) {
    const volume = reg.find(isOfVolume);
    if (volume !== undefined) {
      refuse(`Kaczmarz takes slices one by one, and ${volume.type} ties them together: take FISTA or ADMM.`);
    }
    if (others.length > 1)
      refuse(`Kaczmarz takes one penalty beside L2Regularization, reg holds ${others.join(', ')}.`);
    return;
  }
  const { penalties: taken } = tensorSolvers[solver];
  if (taken === 'none' && penalties.length > 0) {
    refuse(
      `${solver} takes no penalty, only constraints, reg holds ${penalties.join(', ')}. Leave them out: --set reg=[], or --set 'reg=[{_module="RegularizedLeastSquares", _type="PositiveRegularization"}]' for values at 0 or above. FISTA, POGM, ADMM and others take penalties.`,
    );
  }
  if (taken === 'squared norm' && others.length > 0) {
    refuse(`${solver} does not take ${others.join(', ')}: FISTA, POGM, ADMM and others do.`);
  }
  if (taken === 'one' && penalties.length > 1) {
    refuse(`${solver} takes one penalty, reg holds ${penalties.join(', ')}: ADMM and PrimalDualSolver take several.`);
  }
}
