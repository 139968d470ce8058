import type { SolverMethod } from './least-squares.js';

export {
  projectionParameters,
  solverParameters,
  type SolverParameterName,
  type SolverParameters,
} from './solver-parameters.js';
export { subsetBytes } from './subset-bytes.js';

/** What plans, forms and estimates know of an iterative method, and how its code is had. */
interface SolverFacts {
  /** The rest of a sentence that begins with the solver's name and a colon. */
  readonly description: string;
  /** Which penalties it takes beside constraints: none, only ||x||^2, one of any kind, or any number. */
  readonly penalties: 'none' | 'squared norm' | 'one' | 'any';
  /** Factor of ||A x - b||^2 in the objective to which it adds lambda g(x), as RegularizedLeastSquares.jl has it. */
  readonly misfit: 1 | 0.5;
  /** Float32 copies of the data and of the image that live at the same time in an iteration. */
  readonly copies: { readonly sinogram: number; readonly image: number };
  /** Loads the method and with it TensorFlow.js, which whoever only reads plans must not. */
  readonly load: () => Promise<SolverMethod>;
}

/** Every iterative solver, by the name that RegularizedLeastSquares.jl has for it. */
export const solvers = {
  CGNR: {
    description: 'conjugate gradients on the normal equations; PositiveRegularization cuts its last iterate.',
    penalties: 'squared norm',
    misfit: 1,
    copies: { sinogram: 5, image: 16 },
    load: async () => (await import('./cgnr.js')).cgnrMethod,
  },
  POGM: {
    description:
      'proximal optimized gradient method, which minimizes under PositiveRegularization and whose images hardly depend on rounding, so that engines agree.',
    penalties: 'one',
    misfit: 0.5,
    // tfjs frees what an iteration has combined at its end.
    copies: { sinogram: 6, image: 28 },
    load: async () => (await import('./pogm.js')).pogmMethod,
  },
  FISTA: {
    description: 'fast iterative shrinkage-thresholding, with one penalty of any kind and constraints.',
    penalties: 'one',
    misfit: 0.5,
    copies: { sinogram: 6, image: 17 },
    load: async () => (await import('./fista.js')).fistaMethod,
  },
  OptISTA: {
    description: 'as FISTA, with steps that are the best for the given number of iterations.',
    penalties: 'one',
    misfit: 0.5,
    copies: { sinogram: 6, image: 23 },
    load: async () => (await import('./optista.js')).optistaMethod,
  },
  ADMM: {
    description: 'alternating direction method of multipliers, with any number of penalties and constraints.',
    penalties: 'any',
    misfit: 1,
    copies: { sinogram: 6, image: 25 },
    load: async () => (await import('./admm.js')).admmMethod,
  },
  SplitBregman: {
    description: 'rounds of ADMM that add back to the data what they still hold.',
    penalties: 'any',
    misfit: 1,
    copies: { sinogram: 6, image: 25 },
    load: async () => (await import('./split-bregman.js')).splitBregmanMethod,
  },
  PrimalDualSolver: {
    description: 'the primal-dual method of Chambolle and Pock, with any number of penalties and constraints.',
    penalties: 'any',
    misfit: 0.5,
    copies: { sinogram: 8, image: 20 },
    load: async () => (await import('./primal-dual.js')).primalDualMethod,
  },
} as const satisfies Record<string, SolverFacts>;

export type SolverName = keyof typeof solvers;

export const solverNames = Object.keys(solvers) as SolverName[];

/** Methods that are for projections alone, as their weights are never negative, by the names of TIGRE, ASTRA and TomoPy. */
export const projectionSolvers = {
  CGLS: {
    description: 'as CGNR, by the name that ASTRA and TIGRE have for it.',
    penalties: 'squared norm',
    misfit: 1,
    copies: solvers.CGNR.copies,
    load: async () => (await import('./cgnr.js')).cglsMethod,
  },
  SIRT: {
    description:
      'simultaneous iterative reconstruction, steady and robust to noise: all views at once, weighted by the sums of rows and columns.',
    penalties: 'none',
    misfit: 1,
    copies: { sinogram: 6, image: 8 },
    load: async () => (await import('./algebraic.js')).sirtMethod,
  },
  OSSART: {
    description: 'as SIRT, one subset of the views after the other, with about as many steps more.',
    penalties: 'none',
    misfit: 1,
    copies: { sinogram: 6, image: 8 },
    load: async () => (await import('./algebraic.js')).osSartMethod,
  },
  SART: {
    description: 'as OSSART, view after view.',
    penalties: 'none',
    misfit: 1,
    copies: { sinogram: 6, image: 8 },
    load: async () => (await import('./algebraic.js')).sartMethod,
  },
  MLEM: {
    description: 'maximum likelihood of counts by expectation maximization, over images >= 0; takes data below 0 as 0.',
    penalties: 'none',
    misfit: 1,
    copies: { sinogram: 6, image: 10 },
    load: async () => (await import('./expectation-maximization.js')).mlemMethod,
  },
  OSEM: {
    description: 'as MLEM, one subset of the views after the other.',
    penalties: 'none',
    misfit: 1,
    copies: { sinogram: 6, image: 11 },
    load: async () => (await import('./expectation-maximization.js')).osemMethod,
  },
} as const satisfies Record<string, SolverFacts>;

export type ProjectionSolverName = keyof typeof projectionSolvers;

export const projectionSolverNames = Object.keys(projectionSolvers) as ProjectionSolverName[];
