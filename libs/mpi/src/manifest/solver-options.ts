import type { TSchema } from '@rondel/contracts/schema';
import { solverNames, solverParameterFacts } from '@rondel/least-squares/manifest';
import { solverParameters } from '@rondel/compute/solvers';
import { optional, type ValueProperty } from '@rondel/reco';

/** The parameters that only some solvers have; a plan has those of the solver that it chooses. */
export const solverOptions: Readonly<Record<string, ValueProperty<TSchema, true>>> = Object.fromEntries(
  Object.entries(solverParameterFacts)
    .filter(([name]) => name !== 'iterations')
    .map(([name, { schema, description, juliaName }]) => [
      name,
      optional(schema, {
        description: `${description} Left out: as the solver has it.`,
        onlyFor: { property: 'solver', values: solverNames.filter((solver) => name in solverParameters[solver]) },
        ...(juliaName !== undefined && { juliaName }),
      }),
    ]),
);
