import { RondelError } from '@rondel/contracts';
import type { SolveOptions } from '@rondel/least-squares';
import type { ParameterNode, ParametersOf } from '@rondel/reco';
import type {
  constraintMaskedSolverParameters,
  elaborateSolverParameters,
  simpleSolverParameters,
} from '../manifest/solver-parameters.js';

/** What a system of equations is solved with, as `solveSystem` takes it. */
export interface SolverChoice extends Pick<SolveOptions, 'solver' | 'terms'> {
  readonly parameters: NonNullable<SolveOptions['parameters']>;
  readonly normalization: NonNullable<SolveOptions['normalization']>;
}

type Elaborate = ParametersOf<typeof elaborateSolverParameters.properties>;
type Simple = ParametersOf<typeof simpleSolverParameters.properties>;

/** Properties that are no parameters of solvers. */
const ownProperties: readonly string[] = ['solver', 'enforceReal', 'enforcePositive', 'normalizeReg'];

/**
 * The solver that a node describes, with the regularization of the plan. An image that is kept real and positive gets
 * `PositiveRegularization`, one that is only kept real `RealRegularization`, unless the plan has them; positive is real.
 */
export function solverChoice({ type, parameters }: ParameterNode, reg: readonly ParameterNode[]): SolverChoice {
  if (type === 'ConstraintMaskedSolverParameters') {
    const { constraintMask, params } = parameters as ParametersOf<typeof constraintMaskedSolverParameters.properties>;
    const { terms, ...choice } = solverChoice(params, reg);
    return { ...choice, terms: terms.map((term) => masked(term, constraintMask)) };
  }
  const given = parameters as Simple & Partial<Elaborate>;
  const { solver = 'Kaczmarz', enforceReal, enforcePositive, normalizeReg } = given;
  const options = Object.entries(parameters).filter(
    ([name, value]) => !ownProperties.includes(name) && value !== undefined,
  );
  return {
    solver,
    // A plan is checked against the table of the solver's parameters before it gets here.
    parameters: Object.fromEntries(options),
    normalization: normalizationName(normalizeReg),
    terms: withConstraints(reg, { enforceReal, enforcePositive }),
  };
}

function withConstraints(
  reg: readonly ParameterNode[],
  { enforceReal, enforcePositive }: { readonly enforceReal: boolean; readonly enforcePositive: boolean },
): ParameterNode[] {
  if (!enforceReal) return [...reg];
  const wanted = enforcePositive ? 'PositiveRegularization' : 'RealRegularization';
  const others = enforcePositive ? reg.filter(({ type }) => type !== 'RealRegularization') : [...reg];
  return others.some(({ type }) => type === wanted) ? others : [...others, { type: wanted, parameters: {} }];
}

const constraints: readonly string[] = ['PositiveRegularization', 'RealRegularization'];

function masked(term: ParameterNode, mask: readonly boolean[]): ParameterNode {
  if (!constraints.includes(term.type)) return term;
  return { type: 'MaskedRegularization', parameters: { reg: term, mask } };
}

function normalizationName({ type }: ParameterNode): SolverChoice['normalization'] {
  switch (type) {
    case 'NoNormalization':
    case 'MeasurementBasedNormalization':
    case 'SystemMatrixBasedNormalization':
      return type;
    default:
      throw new RondelError('INTERNAL', `${type} is no normalization.`);
  }
}

/** Whether something weighs the size of the image, so that noise does not grow without bounds. */
export function isRegularized({ terms, solver, parameters }: SolverChoice): boolean {
  const weighs = terms.some((term) => typeof term.parameters.lambda === 'number' && term.parameters.lambda > 0);
  // Few iterations of such methods are a regularization of their own.
  return weighs || ((solver === 'Kaczmarz' || solver === 'CGNR') && (parameters.iterations ?? 10) <= 10);
}
