import { RondelError } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { defineValue, optional, required } from '@rondel/reco';

const juliaModule = 'RadonKA';

const heights = Type.Array(Type.Number(), { minItems: 1, maxItems: 262_144 });

const size = required(Type.Integer({ minimum: 1, maximum: 32_768 }), {
  description:
    'Size of the image in both directions; rays enter and leave a circle of radius (N - 1) ÷ 2 around pixel N ÷ 2.',
  unit: 'pixels',
});

const weights = optional(heights, {
  description: 'What the integral along each ray is multiplied with. Left out: 1.',
});

const entryHeights =
  'Height of each ray where it enters the circle, one for each detector, from the middle of the circle; as RadonKA.jl has it, the ray is there half a pixel before the circle.';
const exitHeights = 'Height of each ray where it leaves the circle.';

/** A list that a node has under the name of RadonKA.jl's field or under that of the example in Julia's documentation. */
function heightsAs(field: string, short: string, description: string) {
  return {
    [field]: optional(heights, { description, unit: 'pixels' }),
    [short]: optional(heights, {
      description: `\`${field}\` as the documentation of AbstractImageReconstruction.jl writes it in plans.`,
      unit: 'pixels',
    }),
  };
}

/** Rays of a view that are parallel to each other. */
export const radonParallelCircle = defineValue({
  type: 'RadonParallelCircle',
  juliaModule,
  description:
    'Parallel rays, at any heights: those of `RadonFlexibleCircle` that leave at the height at which they enter.',
  properties: { N: size, ...heightsAs('in_height', 'in', entryHeights), weights },
  validate: checkCircle,
});

/** Rays of a view in any directions, such as a fan beam. */
export const radonFlexibleCircle = defineValue({
  type: 'RadonFlexibleCircle',
  juliaModule,
  description:
    'Rays by where they enter and leave a circle: diverging, converging or in any other directions. At angle a heights run along (cos a, sin a), x to the right and y up, and rays enter on the side of (sin a, -cos a).',
  properties: {
    N: size,
    ...heightsAs('in_height', 'in', entryHeights),
    ...heightsAs('out_height', 'out', exitHeights),
    weights,
  },
  validate: (parameters) => {
    checkCircle(parameters);
    if (exitsOf(parameters) === undefined) refuse('out_height', 'out_height is missing: one number for each ray.');
  },
});

type CircleParameters = Readonly<Record<string, unknown>>;

/** What the schemas have checked. */
function numbersOf(parameters: CircleParameters, ...names: readonly string[]): readonly number[] | undefined {
  const given = names.map((name) => parameters[name]).find((value) => value !== undefined);
  return Array.isArray(given) ? given.map(Number) : undefined;
}

export function entriesOf(parameters: CircleParameters): readonly number[] {
  return numbersOf(parameters, 'in_height', 'in') ?? [];
}

/** Undefined for parallel rays. */
export function exitsOf(parameters: CircleParameters): readonly number[] | undefined {
  return numbersOf(parameters, 'out_height', 'out');
}

/** Undefined where all are 1. */
export function weightsOf(parameters: CircleParameters): readonly number[] | undefined {
  return numbersOf(parameters, 'weights');
}

/** Radius of the circle of an image of N pixels, as RadonKA.jl has it. */
export function circleRadius(N: number): number {
  return Math.floor((N - 1) / 2);
}

/** Throws `PLAN_INVALID_VALUE` for heights outside the circle and lists that are not as long as `in_height`. */
function checkCircle(parameters: CircleParameters): void {
  for (const [field, short] of [
    ['in_height', 'in'],
    ['out_height', 'out'],
  ] as const) {
    if (parameters[field] === undefined || parameters[short] === undefined) continue;
    refuse(short, `${field} and ${short} are the same heights: leave one of them out.`);
  }
  const entries = entriesOf(parameters);
  if (entries.length === 0) refuse('in_height', 'in_height is missing: one number for each detector.');
  const exits = exitsOf(parameters);
  for (const [name, list] of Object.entries({ out_height: exits, weights: weightsOf(parameters) })) {
    if (list === undefined || list.length === entries.length) continue;
    refuse(name, `${name} has ${list.length} numbers and in_height ${entries.length}: both need one for each ray.`);
  }
  const radius = circleRadius(Number(parameters['N']));
  for (const [name, list] of Object.entries({ in_height: entries, out_height: exits ?? [] })) {
    const outside = list.findIndex((height) => !(Math.abs(height) <= radius));
    if (outside < 0) continue;
    refuse(
      name,
      `${name}[${outside + 1}] is ${String(list[outside])}, outside the circle: with N = ${String(parameters['N'])} heights are from ${-radius} to ${radius}.`,
    );
  }
}

function refuse(at: string, message: string): never {
  throw new RondelError('PLAN_INVALID_VALUE', message, { at });
}
