import { projectionAxis, RondelError } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { optional } from '@rondel/reco';

/** Axes of what preprocessing takes and returns, slowest first. Leading axes may be missing in bare arrays. */
export const sinogramAxes = ['frame', 'slice', 'angle', 'detector'] as const;

/** Axes of dark and white fields, slowest first. */
export const fieldAxes = ['slice', 'sample', 'detector'] as const;

/** Axes of a reconstructed image series, slowest first. Rows go down as y goes up. */
export const imageAxes = ['frame', 'slice', 'y', 'x'] as const;

const axisName = '-?[A-Za-z][A-Za-z0-9_]{0,62}';

/** How the raw data is stored, for a step that comes first. */
export const axes = optional(
  Type.Union([
    Type.Array(Type.String({ pattern: `^${axisName}$` }), { minItems: 2, maxItems: 4 }),
    Type.String({ pattern: `^${axisName}(,${axisName}){1,3}$`, maxLength: 260 }),
  ]),
  {
    description:
      'Axes of the raw data as it is stored, slowest first, as `["angle", "slice", "detector"]` or `angle,slice,detector`; `-slice` for one in reverse. Instead of what its reference (`?axes=`) or its file says. Left out: what these say, else the last of `frame,slice,angle,detector`, or the order that alone fits the number of angles.',
  },
);

/** Axes as a plan names them, one word each. */
export function axisWords(named: string | readonly string[]): readonly string[] {
  return typeof named === 'string' ? named.split(',') : named;
}

/** Throws `PLAN_INVALID_VALUE` at `axes` for words that are not the axes of projections, each once. */
export function checkAxes(named: string | readonly string[] | undefined): void {
  if (named === undefined) return;
  const words = axisWords(named);
  const known: readonly (string | undefined)[] = words.map(projectionAxis);
  const isOrder =
    known.every((name) => sinogramAxes.some((axis) => axis === name)) &&
    new Set(known).size === known.length &&
    ['angle', 'detector'].every((name) => known.includes(name));
  if (isOrder) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `axes must name angle and detector, and slice and frame where the data has them, each once, got ${words.join(', ')}.`,
    { at: 'axes' },
  );
}
