import {
  projectionParameters,
  solverParameters,
  type ProjectionSolverName,
  type SolverParameterName,
  type SolverParameters,
} from '@rondel/compute/solvers';
import { Type, type TSchema } from '@rondel/contracts/schema';

/** Every solver, by the name that RegularizedLeastSquares.jl has for it; their parameters are those of `@rondel/compute`. */
export type SolverName = keyof typeof solverParameters;

export const solverNames = Object.keys(solverParameters) as SolverName[];

/** Those of solvers that are for projections, too. */
export const parametersOfSolvers: Readonly<
  Record<SolverName | ProjectionSolverName, Readonly<Partial<SolverParameters>>>
> = { ...solverParameters, ...projectionParameters };

/** What a plan knows of a parameter of solvers, whatever the solver. */
export interface SolverParameterFacts {
  readonly schema: TSchema;
  readonly description: string;
  readonly juliaName?: string;
}

const count = Type.Integer({ minimum: 1, maximum: 1_000_000 });
const tolerance = Type.Number({ minimum: 0, exclusiveMaximum: 1 });
const positive = Type.Number({ exclusiveMinimum: 0, maximum: 1e30 });

export const solverParameterFacts: Readonly<Record<SolverParameterName, SolverParameterFacts>> = {
  iterations: { schema: count, description: 'Upper bound on the number of iterations.' },
  iterationsInner: {
    schema: count,
    description: 'Iterations of SplitBregman before it adds what is missing of the data back.',
  },
  iterationsCG: { schema: count, description: 'Upper bound on the conjugate gradient steps within an iteration.' },
  relTol: {
    schema: tolerance,
    description: 'An entry stops when its residual has fallen to this fraction of the first one.',
  },
  absTol: { schema: tolerance, description: 'What residuals may be per square root of the number of data values.' },
  tolInner: { schema: tolerance, description: 'Relative residual at which conjugate gradients within stop.' },
  rho: {
    schema: positive,
    description:
      'Step size. FISTA: of the gradient, left out 0.95 / (largest eigenvalue); OptISTA, POGM: in units of 1 / (largest eigenvalue); ADMM, SplitBregman: weight of the split, for tomograms by default 0.005 of the largest eigenvalue.',
  },
  vary_rho: {
    schema: Type.Enum(['none', 'balance', 'PnP']),
    description: 'How ADMM changes rho: not at all, by balancing primal and dual residual, or when it stalls.',
  },
  theta: {
    schema: positive,
    description:
      'Momentum at the start of proximal gradient methods; relaxation of greedy randomized Kaczmarz, at most 1: how much the largest residual counts, left out 0.5.',
  },
  sigma_fac: {
    schema: Type.Number({ minimum: 0, maximum: 1 }),
    description: 'Factor by which POGM with restarts lowers its momentum.',
  },
  restart: {
    schema: Type.Enum(['none', 'gradient']),
    description: 'When the momentum starts anew: never, or when it points against the gradient.',
  },
  stepSize: {
    schema: Type.Enum(['eigenvalue', 'majorizer']),
    description:
      'What bounds the steps of POGM. `eigenvalue`: the largest one, as in Julia; the weight of a term is that of (1/2) ||A x - b||^2. `majorizer`: row sums, one step size for each pixel, for operators and terms that allow it; the weight is that of ||A x - b||^2.',
  },
  sigma: { schema: positive, juliaName: 'σ', description: 'Dual step size in units of 1 / (norm of the operators).' },
  tau: { schema: positive, juliaName: 'τ', description: 'Primal step size in units of 1 / (norm of the operators).' },
  epsilon: {
    schema: tolerance,
    juliaName: 'ϵ',
    description: 'An entry stops when its iterates change by less than this fraction.',
  },
  randomized: { schema: Type.Boolean(), description: 'Kaczmarz takes a random share of the rows in every iteration.' },
  greedy_randomized: {
    schema: Type.Boolean(),
    description:
      'Kaczmarz draws row after row among those with a large residual, a share of the rows in every iteration (Bai and Wu 2018). Takes systems of up to 4096 rows.',
  },
  subMatrixFraction: {
    schema: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    description: 'Share of the rows that an iteration of randomized or greedy randomized Kaczmarz takes.',
  },
  shuffleRows: {
    schema: Type.Boolean(),
    description: 'Kaczmarz takes the rows in a random order, the same every time.',
  },
  seed: {
    schema: Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 }),
    description:
      'Of the random orders of rows, which are not those of Julia, and of subsets. Left out: 1234, so that the same plan has the same order.',
  },
  relaxation: {
    schema: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 2 }),
    description: 'What part of an update SIRT, OSSART and SART take, by default 1; less keeps noise down for longer.',
  },
  reduction: {
    schema: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    description:
      'What the relaxation is multiplied with after every iteration, by default 1 (`lambda_red` of TIGRE, whose documentation says 0.99).',
  },
  subsets: {
    schema: Type.Integer({ minimum: 1, maximum: 10_000 }),
    description:
      'Subsets of the views that an iteration takes one after the other, by default 10; each holds every so many-th view. At most as many as there are views.',
  },
  order: {
    schema: Type.Enum(['interleaved', 'random']),
    description:
      'In which order subsets are taken. `interleaved`: those that follow each other lie far apart, the same every time; `random`: another order in each iteration, by `seed`.',
  },
  discrepancy: {
    schema: Type.Number({ minimum: 0, maximum: 1e30 }),
    description:
      'Standard deviation of the noise of a data value. An entry stops when its data are fitted as well as that: ||A x - b|| is at most this times the square root of the number of values. By default 0: only relTol counts.',
  },
};
