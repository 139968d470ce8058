import type { ProjectionSolverName, SolverParameterName, SolverParameters } from '@rondel/compute/solvers';
import { Check, type TSchema } from '@rondel/contracts/schema';
import { optional, type ValueProperty } from '@rondel/reco';
import { parametersOfSolvers, solverParameterFacts, type SolverName } from './solver-table.js';

/** Parameters that solvers have, as properties of a node that has the solver's name as `solver`. */
export type SolverOptions = Readonly<Record<string, ValueProperty<TSchema, true>>>;

const parameterNames = Object.keys(solverParameterFacts) as SolverParameterName[];

/**
 * The parameters that only some of these solvers have; a plan has those of the solver that it chooses.
 *
 * @param others which the node has by itself, for all solvers.
 */
export function solverOptionsOf(
  solvers: readonly (SolverName | ProjectionSolverName)[],
  others: readonly SolverParameterName[] = ['iterations'],
): SolverOptions {
  const options = parameterNames
    .filter((name) => !others.includes(name))
    .flatMap((name) => {
      const values = solvers.filter((solver) => name in parametersOfSolvers[solver]);
      const { schema, description, juliaName } = solverParameterFacts[name];
      const property = optional(schema, {
        description: `${description} Left out: as the solver has it.`,
        onlyFor: { property: 'solver', values },
        ...(juliaName !== undefined && { juliaName }),
      });
      return values.length === 0 ? [] : [[name, property] as const];
    });
  return Object.fromEntries(options);
}

/** Those parameters of a node that its solver has and that are given. */
export function givenParameters(
  solver: SolverName | ProjectionSolverName,
  node: Readonly<Record<string, unknown>>,
): Partial<SolverParameters> {
  const own = parameterNames.filter((name) => name in parametersOfSolvers[solver]);
  const given = Object.fromEntries(
    own.map((name) => [name, node[name]] as const).filter(([, value]) => value !== undefined),
  );
  return isParameters(given) ? given : {};
}

/** A built node has been checked against the same schemas, so this is always so. */
function isParameters(given: Readonly<Record<string, unknown>>): given is Partial<SolverParameters> {
  return parameterNames.every(
    (name) => given[name] === undefined || Check(solverParameterFacts[name].schema, given[name]),
  );
}
