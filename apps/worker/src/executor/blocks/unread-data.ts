import { foundIn, withFound, withWarnings } from '@rondel/contracts';
import {
  fits,
  inputOf,
  needOf,
  requireOutput,
  shapeOf,
  type BuiltStep,
  type MemoryRoom,
  type RunListener,
} from '@rondel/reco';
import type { PartFiles } from '@rondel/store';
import { bareNames } from '../input/bare-axes.js';
import type { DescribedInput } from '../input/described-input.js';
import type { AxisNames } from '../input/named-axes.js';
import { knowingAngles, type PlanAngles } from '../input/plan-angles.js';
import { describeInput, mainBytes, type Input, type Places } from '../input/read-input.js';
import { isOutOfRoom } from '../input/reading-room.js';
import type { SubjobInput } from '../input/subjob-input.js';
import type { RunPart, RunRequest } from '../messages/messages.js';
import type { HeardWarnings } from '../run/heard-warnings.js';
import type { HeldAlgorithm } from '../run/warm-algorithms.js';
import type { Divider } from './division.js';
import { divideInput, type DividedInput } from './input-blocks.js';
import { surveyAxes, surveyInput } from './survey.js';

/** A sub-job that has read nothing yet. */
export interface Unread {
  readonly input: SubjobInput;
  /** Reads it, once. */
  readonly load: () => Promise<Input>;
  readonly divider: Divider;
  readonly survey: () => Promise<DescribedInput>;
  readonly steps: readonly BuiltStep[];
  readonly room: MemoryRoom;
}

/**
 * Where raw data is divided before anything is done with it, as it is large or its first step has no room for all of it, its
 * blocks read it, and this sub-job need not. A small file may turn out to be large while it is loaded.
 */
export async function goesOnUnread(
  { data, part: { division } }: RunRequest,
  { input, load, divider, survey, steps, room }: Unread,
  places: Places,
): Promise<boolean> {
  if (division === undefined || input.describe === undefined) return true;
  const large = division.halvings > 0 || (await mainBytes(data, places)) >= division.fromBytes;
  if (large) return divider.goesOn((await survey()).dataset, 0);
  try {
    const { dataset } = await load();
    const [first] = steps;
    if (first === undefined || fits(needOf(first, shapeOf(dataset), room))) return true;
  } catch (error) {
    if (!isOutOfRoom(error) || (await divider.goesOn((await survey()).dataset, 0))) throw error;
    return false;
  }
  return divider.goesOn((await survey()).dataset, 0);
}

/** How raw data is divided. */
export interface RawDivision {
  readonly leaves: Extract<RunPart['leaves'], { kind: 'blocks' }>;
  readonly names: AxisNames;
  readonly angles: PlanAngles | undefined;
  readonly heard: HeardWarnings;
  readonly listener: RunListener;
  /** All steps of the plan. */
  readonly sized: HeldAlgorithm['sized'];
  /** The same, built. */
  readonly stepsOfPlan: () => Promise<readonly BuiltStep[]>;
}

/**
 * Divides the raw data, whose files need not say what their axes are. What its blocks would not agree on is looked for: they are made
 * anew where those that a survey was made for were too large.
 */
export async function divideRaw(
  data: RunRequest['data'],
  { leaves, maxOutputBytes, ...division }: RawDivision & { readonly maxOutputBytes: number },
  places: Places & { readonly files: PartFiles },
): Promise<DividedInput> {
  const { names, angles, heard, listener, sized, stepsOfPlan } = division;
  const read = await describeInput(data, places);
  const known = { ...read, dataset: knowingAngles(read.dataset, angles) };
  const told = await surveyAxes(known, names, places);
  requireOutput(sized, inputOf(sized, told.dataset.data), maxOutputBytes);
  const bare = bareNames(told.dataset, names);
  const open = sized.some(({ definition, parameters }) => definition.survey?.when(parameters, told.dataset));
  const steps = open ? await stepsOfPlan() : [];
  const { dataset } = await surveyInput(told, { steps, names: bare, angles, listener }, places);
  heard.add(dataset.warnings);
  const described = withWarnings(withFound(read.dataset, foundIn(dataset)), dataset.warnings);
  return divideInput(
    { ...read, dataset: described },
    { leaves, names: bare, maxOutputBytes, onLog: listener.onLog },
    places,
  );
}
