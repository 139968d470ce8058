import { formatDataReference, parseDataReference, RondelError, type Warning } from '@rondel/contracts';
import type { PlacedStep } from '@rondel/reco';
import { mainReference } from './read-input.js';

/** The axes of the raw data as a plan names them, and where. */
export interface PlanAxes {
  readonly path: string;
  /** Slowest first; one that begins with `-` lies in reverse. */
  readonly words: readonly string[];
}

type References = Readonly<Record<string, string>>;

/**
 * `axes` of the step that has it, which need not be the first: a list of words, or one text with commas. Undefined where none
 * has.
 */
export function planAxes(placed: readonly Pick<PlacedStep, 'path' | 'tree' | 'definition'>[]): PlanAxes | undefined {
  const first = placed.find(({ definition }) => definition.properties['axes'] !== undefined);
  if (first === undefined) return undefined;
  const { axes } = first.tree;
  const list: readonly unknown[] = typeof axes === 'string' ? axes.split(',') : Array.isArray(axes) ? axes : [];
  const words = list.filter((word) => typeof word === 'string');
  return words.length === 0 ? undefined : { path: `${first.path}.axes`, words };
}

/**
 * The references with the plan's axes for the main array, so that whoever reads it knows them: the plan counts more than the
 * reference, as it does for angles and quantity, and both more than what the file says.
 *
 * Throws `PLAN_INVALID_VALUE` where data comes from another job, whose image has no axes to be named.
 */
export function withPlanAxes(data: References, axes: PlanAxes | undefined): References {
  if (axes === undefined) return data;
  const reference = parseDataReference(mainReference(data));
  if (reference.scheme !== 'job') return { ...data, data: formatDataReference({ ...reference, axes: axes.words }) };
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `axes must not be set for the result of another job, whose axes are known, got ${axes.words.join(', ')}. Leave it out.`,
    { at: axes.path },
  );
}

/** What there is to say where the reference names other axes. */
export function replacedAxes(data: References, axes: PlanAxes | undefined): Warning[] {
  if (axes === undefined) return [];
  const reference = parseDataReference(mainReference(data));
  const named = reference.scheme === 'job' ? undefined : reference.axes?.join();
  if (named === undefined || named === axes.words.join()) return [];
  return [
    {
      code: 'AXES_REPLACED',
      message: `The axes of the plan are used, ${axes.words.join()}; the reference names other ones, ${named}. Leave one of them out.`,
      path: axes.path,
    },
  ];
}
