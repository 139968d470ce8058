/** Machine epsilon of float32, the tolerance at which RegularizedLeastSquares.jl stops. */
const float32Epsilon = 2 ** -23;

/** When the momentum of a proximal gradient method starts anew: never, or once it points against the gradient. */
export type Restart = 'none' | 'gradient';

/** What bounds A' A for the step of POGM: its largest eigenvalue, or its row sums, one for each pixel. */
export type StepSize = 'eigenvalue' | 'majorizer';

/** How the penalty weight of ADMM changes: not, by balancing its residuals, or when an iteration brings too little. */
export type VaryRho = 'none' | 'balance' | 'PnP';

/** In which order subsets of views are taken: far from each other, or at random, anew in every iteration. */
export type SubsetOrder = 'interleaved' | 'random';

/** What solvers may be told beside their terms, by the names of RegularizedLeastSquares.jl. Each takes some of them. */
export interface SolverParameters {
  /** Upper bound on the number of iterations, >= 1. */
  readonly iterations: number;
  readonly iterationsInner: number;
  readonly iterationsCG: number;
  readonly relTol: number;
  readonly absTol: number;
  readonly tolInner: number;
  /** Undefined: 0.95 / (largest eigenvalue of A' A), where the solver knows it. */
  readonly rho: number | undefined;
  readonly vary_rho: VaryRho;
  readonly theta: number | undefined;
  readonly sigma_fac: number;
  readonly restart: Restart;
  readonly stepSize: StepSize;
  readonly sigma: number;
  readonly tau: number;
  readonly epsilon: number;
  readonly randomized: boolean;
  readonly greedy_randomized: boolean;
  readonly subMatrixFraction: number;
  readonly shuffleRows: boolean;
  readonly seed: number;
  /** What part of an update is taken, > 0 and below 2. */
  readonly relaxation: number;
  /** What the relaxation is multiplied with after every iteration. */
  readonly reduction: number;
  /** Parts that the views are taken in. */
  readonly subsets: number;
  readonly order: SubsetOrder;
  /** Standard deviation of the data; an entry stops when its misfit is as large. 0: never. */
  readonly discrepancy: number;
}

export type SolverParameterName = keyof SolverParameters;

/** The parameters of every solver with their defaults; `undefined` is the solver's own choice. */
export const solverParameters = {
  Kaczmarz: {
    iterations: 10,
    randomized: false,
    greedy_randomized: false,
    subMatrixFraction: 0.15,
    shuffleRows: false,
    seed: 1234,
    theta: undefined,
  },
  CGNR: { iterations: 10, relTol: float32Epsilon },
  FISTA: { iterations: 50, relTol: float32Epsilon, rho: undefined, theta: 1, restart: 'none' },
  OptISTA: { iterations: 50, relTol: float32Epsilon, rho: 0.95, theta: 1 },
  POGM: {
    iterations: 50,
    relTol: float32Epsilon,
    rho: 0.95,
    theta: 1,
    sigma_fac: 1,
    restart: 'none',
    stepSize: 'eigenvalue',
  },
  ADMM: {
    iterations: 10,
    iterationsCG: 10,
    rho: 0.1,
    vary_rho: 'none',
    absTol: float32Epsilon,
    relTol: float32Epsilon,
    tolInner: 1e-5,
  },
  SplitBregman: {
    iterations: 10,
    iterationsInner: 10,
    iterationsCG: 10,
    rho: 0.1,
    absTol: float32Epsilon,
    relTol: float32Epsilon,
    tolInner: 1e-5,
  },
  PrimalDualSolver: { iterations: 10, sigma: 1, tau: 1, epsilon: 1e-10 },
  DirectSolver: {},
  PseudoInverse: {},
} as const satisfies Record<string, Partial<SolverParameters>>;

/** Those of the methods that are for projections alone, whose weights are never negative. */
export const projectionParameters = {
  SIRT: { iterations: 100, relTol: float32Epsilon, discrepancy: 0, relaxation: 1, reduction: 1 },
  OSSART: {
    iterations: 20,
    relTol: float32Epsilon,
    discrepancy: 0,
    relaxation: 1,
    reduction: 1,
    subsets: 10,
    order: 'interleaved',
    seed: 1234,
  },
  SART: {
    iterations: 20,
    relTol: float32Epsilon,
    discrepancy: 0,
    relaxation: 1,
    reduction: 1,
    order: 'interleaved',
    seed: 1234,
  },
  MLEM: { iterations: 100, relTol: float32Epsilon, discrepancy: 0 },
  OSEM: { iterations: 20, relTol: float32Epsilon, discrepancy: 0, subsets: 10, order: 'interleaved', seed: 1234 },
  CGLS: { iterations: 20, relTol: float32Epsilon, discrepancy: 0 },
} as const satisfies Record<string, Partial<SolverParameters>>;
