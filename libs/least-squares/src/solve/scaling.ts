import type { SolverParameters } from '@rondel/compute/solvers';
import type { ParameterNode } from '@rondel/reco';
import type { LinearSystem } from '../system/linear-system.js';
import { inverseScale, matrixScale } from '../system/matrix-scale.js';

/**
 * Powers of two by which a system is multiplied so that float32 holds the squares that methods of tensors take: (s A) x' = t b with
 * x' = t / s x, of which no rounding differs from that of A x = b.
 */
export interface Scaling {
  /** s: columns of s A have norms of about 1. */
  readonly matrix: number;
  /** t: the largest t b has a norm of about 1 per row. */
  readonly measurement: number;
}

/** @param b [entry, row], pairs where the system is complex. */
export function scalingOf(system: LinearSystem, b: Float32Array): Scaling {
  const perEntry = system.rows * (system.complex ? 2 : 1);
  let largest = 0;
  for (let first = 0; first < b.length; first += perEntry) {
    largest = Math.max(largest, weightedEnergy(system, b.subarray(first, first + perEntry)));
  }
  return { matrix: matrixScale(system), measurement: inverseScale(Math.sqrt(largest / system.rows)) };
}

function weightedEnergy({ weights, complex }: LinearSystem, b: Float32Array): number {
  const parts = complex ? 2 : 1;
  return b.reduce((sum, value, at) => sum + (value * (weights[Math.floor(at / parts)] ?? NaN)) ** 2, 0);
}

/**
 * Terms of x' that are those of x: t^2 lambda g(s / t x') is lambda s^2 ||x'||^2 for the squared norm, and lambda s t g(x') for the
 * others, which are norms.
 */
export function scaledTerms(nodes: readonly ParameterNode[], scaling: Scaling): ParameterNode[] {
  const { matrix, measurement } = scaling;
  return nodes.map((node) => {
    const { type, parameters } = node;
    const times = (name: string, factor: number) =>
      typeof parameters[name] === 'number' ? { [name]: parameters[name] * factor } : {};
    const reg = parameters['reg'];
    const lambda = times('lambda', type === 'L2Regularization' ? matrix ** 2 : matrix * measurement);
    const bounds = { ...times('lower', measurement / matrix), ...times('upper', measurement / matrix) };
    const inner = isNode(reg) ? { reg: scaledTerms([reg], scaling)[0] } : {};
    return { ...node, parameters: { ...parameters, ...lambda, ...bounds, ...inner } };
  });
}

function isNode(value: unknown): value is ParameterNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'parameters' in value;
}

/** Parameters of a method with the units of x or A^H A, for x' and s^2 A^H A. */
export function scaledParameters(
  solver: string,
  parameters: Partial<SolverParameters>,
  { matrix, measurement }: Scaling,
): Partial<SolverParameters> {
  const { rho, absTol } = parameters;
  return {
    ...parameters,
    ...(absTol !== undefined && { absTol: (absTol * measurement) / matrix }),
    // Steps are the inverse of A^H A, weights of splits are added to it; those of other methods are relative.
    ...(rho !== undefined && solver === 'FISTA' && { rho: rho / matrix ** 2 }),
    ...(rho !== undefined && (solver === 'ADMM' || solver === 'SplitBregman') && { rho: rho * matrix ** 2 }),
  };
}
