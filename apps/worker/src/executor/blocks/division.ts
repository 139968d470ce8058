import { elementCount, RondelError, type DatasetFacts } from '@rondel/contracts';
import { defaultLimits } from '@rondel/formats';
import type { SubjobInputs } from '@rondel/jobs';
import {
  amountOf,
  blocksFor,
  findDivision,
  fits,
  knowing,
  mostHaloAlong,
  needOf,
  shapeOf,
  wholeInputs,
  type Block,
  type BuiltStep,
  type Division,
  type MemoryRoom,
  type StepNeed,
  type WholeInput,
} from '@rondel/reco';
import {
  mostBlocks,
  type DivisionOffer,
  type RequestDivision,
  type DivisionTerms,
} from '../messages/division-offer.js';

/** Raw data of more than this is read in blocks, as readers bound what one read may take: with room for its fields. */
const mostBytesRead = 0.75 * defaultLimits.maxBytes;

export interface DivisionOptions {
  readonly steps: readonly BuiltStep[];
  readonly room: MemoryRoom;
  /** Absent: the run must not be divided. */
  readonly terms: DivisionTerms | undefined;
  readonly ask: RequestDivision;
}

/** A run that went on in blocks: what it has done, and how what it leaves is cut. */
export interface Leftover {
  readonly axis: string;
  readonly size: number;
  readonly halo: number;
  /** Each with what its steps need of its neighbours. */
  readonly blocks: readonly Block[];
  /** Paths of steps. */
  readonly done: readonly string[];
}

/** Whether a run that has done nothing yet holds the job's raw data, which its blocks can then read for themselves. */
export function isUntouched(done: readonly unknown[], { parts }: SubjobInputs): boolean {
  return done.length === 0 && parts === undefined;
}

export interface Divider {
  /** For `goesOn` of a run. Of a moment that was decided already, as before the data was read, nobody is asked again. */
  readonly goesOn: (dataset: DatasetFacts, index: number) => Promise<boolean>;
  /** What the run leaves, once it does not go on. */
  readonly divided: () => Leftover | undefined;
}

/**
 * Looks before each step whether the rest has to run in blocks, because it needs more memory than there is, or might, as
 * it is large. Offers both to the supervisor, which knows what other workers do.
 */
export function openDivider({ steps, room, terms, ask }: DivisionOptions): Divider {
  let divided: Leftover | undefined;
  let decided = -1;
  return {
    async goesOn(dataset, index) {
      if (index <= decided) return divided === undefined;
      decided = index;
      const offer = terms && offerFor(dataset, { rest: steps.slice(index), done: steps.slice(0, index), room, terms });
      if (offer === undefined) return true;
      const answer = await ask(offer);
      if (answer.kind === 'whole') return true;
      const { axis, extent, halo, done, rest } = offer;
      const onBlocks = steps.slice(index, index + rest.filter((step) => step.divided).length);
      const known = onBlocks.map((step) => knowing(step, dataset));
      const blocks = blocksFor(known, dataset, { axis, extent, size: answer.size });
      divided = { axis, size: answer.size, halo, blocks, done: done.map(({ path }) => path) };
      return false;
    },
    divided: () => divided,
  };
}

interface Moment {
  readonly done: readonly BuiltStep[];
  readonly rest: readonly BuiltStep[];
  readonly room: MemoryRoom;
  readonly terms: DivisionTerms;
}

function offerFor(dataset: DatasetFacts, { done, rest, room, terms }: Moment): DivisionOffer | undefined {
  const [next] = rest;
  if (next === undefined) return undefined;
  const input = shapeOf(dataset);
  const need = needOf(next, input, room);
  const bytes = elementCount(input.shape) * input.elementBytes;
  const isTooLong = done.length === 0 && bytes > mostBytesRead;
  const mustDivide = !fits(need) || terms.halvings > 0 || isTooLong;
  if (!mustDivide && bytes < terms.fromBytes) return undefined;
  const division = findDivision(rest, dataset, room);
  if (division === undefined || (!mustDivide && !pays(division, { done, rest }))) return undefined;
  const readable = isTooLong ? Math.max(1, Math.floor((division.extent * mostBytesRead) / bytes)) : division.extent;
  // What a survey has found may make all of it fit in one block, which would be run as if nobody had found it.
  const parted = fits(need) ? division.extent : Math.ceil(division.extent / 2);
  const most = Math.min(division.fitting, readable, parted, Math.floor(division.extent / 2 ** terms.halvings));
  if (most < division.extent / mostBlocks) {
    // What does not fit by its estimate is refused, with both numbers, by the run itself.
    if (mustDivide && fits(need)) throw outOfBlocks(next, division);
    return undefined;
  }
  const { axis, extent, steps, halo } = division;
  const wholes = wholeInputs(rest, dataset);
  return {
    kind: 'divide',
    done: done.map(named),
    rest: rest.map((step, index) => ({
      ...named(step),
      // As blocks are cut and trimmed, by what a survey has found.
      ...dividedAlong({ axis, extent }, knowing(step, dataset), { divided: index < steps, whole: wholes[index] }),
    })),
    axis,
    extent,
    most,
    halo,
    ...(mustDivide && { problem: problemOf(next, need, { done, rest, room, terms }) }),
  };
}

/** Blocks cost writing and reading, so most of the work has to be in them. */
function pays({ steps }: Division, { done, rest }: Pick<Moment, 'done' | 'rest'>): boolean {
  const effort = (some: readonly BuiltStep[]) =>
    some.reduce((sum, { definition }) => sum + (definition.effort ?? 1), 0);
  return effort(rest.slice(0, steps)) >= effort([...done, ...rest]) / 2;
}

function problemOf({ path, definition }: BuiltStep, need: StepNeed, { room, terms }: Moment): string {
  if (need.neededBytes <= need.availableBytes && terms.halvings === 0) {
    return `The data is larger than the ${amountOf(mostBytesRead)} that are read in one piece`;
  }
  if (terms.halvings > 0) return `Memory ran out when ${path} ran on more at a time`;
  const factor = room.factors?.[definition.type] ?? 1;
  const learnt = factor > 1 ? ' as far as its last run here tells' : '';
  return `${path} needs ${amountOf(need.neededBytes)}${learnt}, this worker has ${amountOf(need.availableBytes)}`;
}

function outOfBlocks({ path, definition }: BuiltStep, { axis, extent }: Division): RondelError {
  return new RondelError(
    'OUT_OF_MEMORY',
    `${path} (${definition.type}) ran out of memory, and the ${extent} entries along ${axis} cannot be cut into smaller blocks (at most ${mostBlocks}). Use a worker with more memory.`,
    { at: path },
  );
}

function dividedAlong(
  along: { readonly axis: string; readonly extent: number },
  step: BuiltStep,
  { divided, whole }: { readonly divided: boolean; readonly whole: WholeInput | undefined },
) {
  return { divided, halo: divided ? mostHaloAlong(step, along, whole) : 0 };
}

function named({ path, definition }: BuiltStep): { path: string; type: string } {
  return { path, type: definition.type };
}
