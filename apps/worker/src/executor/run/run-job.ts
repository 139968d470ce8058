import {
  foundIn,
  given,
  joinWarnings,
  projectOf,
  RondelError,
  withWarnings,
  type CarriedWarning,
  type Dataset,
  type Preview,
  type Provenance,
  type Warning,
} from '@rondel/contracts';
import {
  inputOf,
  requireImageSize,
  requireOutput,
  stepsOf,
  stepsOnBlock,
  type BuiltStep,
  type ExecutableRegistry,
  type HeldThings,
  type MemoryRoom,
  type RunListener,
  type StepReport,
} from '@rondel/reco';
import {
  grantedTo,
  type ArtifactStore,
  type EndedJob,
  type Grants,
  type PartArea,
  type PartFiles,
} from '@rondel/store';
import type { EngineFacts, RunPart, RunRequest, RunResult } from '../messages/messages.js';
import { computedBy } from '../packages.js';
import { hearWarnings, type HeardWarnings } from './heard-warnings.js';
import { inBlock } from '../blocks/block-failure.js';
import { openCheckpoints, type CheckpointOptions } from './checkpoints.js';
import { isUntouched, openDivider, type Divider, type Leftover } from '../blocks/division.js';
import type { RequestDivision } from '../messages/division-offer.js';
import { foundOf, warningsOf } from '../files/dataset-parts.js';
import { divideInput, openInputBlockDocuments, type LeftBlocks } from '../blocks/input-blocks.js';
import { leaveParts } from '../blocks/leave-parts.js';
import { requireLeft } from '../blocks/require-left.js';
import { inputIdentity } from '../input/input-identity.js';
import { openHeldResults } from './held-results.js';
import type { KeptResults } from './kept-results.js';
import { openDataFiles, type DataFiles } from '../input/data-files.js';
import { openKnownLinks } from '../input/input-file.js';
import { openKnownFiles } from '../input/known-files.js';
import { openHeldInputs } from '../input/held-inputs.js';
import { openHeldParts } from '../input/held-parts.js';
import { bareNames, withBareAxes } from '../input/bare-axes.js';
import { axisNames, nameAxes, type AxisNames } from '../input/named-axes.js';
import { wholeExtents, withInheritedPart } from '../input/inherited-part.js';
import { planAxes, replacedAxes, withPlanAxes } from '../input/plan-axes.js';
import { anglesIdentity, planAngles, withPlanAngles, type PlanAngles } from '../input/plan-angles.js';
import { chosenProjections } from '../input/chosen-projections.js';
import { requireOneState } from '../input/sources.js';
import { openPreviews } from '../output/previews.js';
import { openSubjobInput, type SubjobPlaces } from '../blocks/open-subjob-input.js';
import type { SubjobInput } from '../input/subjob-input.js';
import {
  saidOfImage,
  openImagePublisher,
  type ImagePublisher,
  type PublishedImage,
} from '../output/published-image.js';
import { describeInput, type Input, type Places } from '../input/read-input.js';
import type { DescribedInput } from '../input/described-input.js';
import { surveyAxes, surveyInput } from '../blocks/survey.js';
import { divideRaw, goesOnUnread, type RawDivision } from '../blocks/unread-data.js';
import { requireNotEnded } from './ended-before.js';
import { runCached } from './run-cached.js';
import { openRunRecord, type ImageFacts, type RunRecord } from './run-record.js';
import type { HeldAlgorithm, WarmAlgorithms } from './warm-algorithms.js';

/** Hears how the run of a job goes on; previews are those that were drawn and kept. */
export interface JobListener extends RunListener {
  readonly onPreview: (preview: Preview) => void;
  readonly onWarning: (warning: Warning) => void;
}

type ResumedStep = NonNullable<Provenance['resumed']>[number];

export type JobRunner = (request: RunRequest, listener: JobListener) => Promise<RunResult>;

interface Surroundings {
  readonly registry: ExecutableRegistry;
  readonly store: ArtifactStore;
  readonly parts: Pick<PartArea, 'files'>;
  readonly roots: Readonly<Record<string, string>>;
  /** What of the data roots each project may read. */
  readonly grants: Grants;
  /** What the store knows of a job that has ended. */
  readonly ended: (job: string) => EndedJob | undefined;
  readonly engine: EngineFacts;
  /** As it is now. */
  readonly room: () => MemoryRoom;
  readonly askDivision: RequestDivision;
  readonly algorithms: WarmAlgorithms;
  readonly results: KeptResults;
  readonly checkpoints: Pick<CheckpointOptions, 'area' | 'everySeconds'>;
  /** What steps have made and later jobs may want. */
  readonly things: HeldThings;
}

/** Runs plans or parts of them: reads the input, computes, leaves what the part shall leave, and says how it was made. */
export function createJobRunner(surroundings: Surroundings): JobRunner {
  const { registry, store, engine, algorithms: algorithmFor } = surroundings;
  const held = openHeldInputs();
  const heldParts = openHeldParts(engine.hostBytes);
  const heldResults = openHeldResults(engine.hostBytes);
  const known = openKnownFiles();
  const links = openKnownLinks();
  const documents = openInputBlockDocuments();
  const images = openImagePublisher(store);
  return async (submitted, listener) => {
    const { job, signed, plan } = submitted;
    if (signed !== undefined) requireNotEnded(job, surroundings.ended(job), signed.continues);
    const mayRead = grantedTo(projectOf(submitted), surroundings.grants);
    const heard = hearWarnings(submitted, listener.onWarning);
    const started = performance.now();
    const sources = { ...surroundings, mayRead, links };
    const placed = stepsOf(plan, registry);
    const axes = planAxes(placed);
    const data = withPlanAxes(submitted.data, axes);
    let extents: ReturnType<typeof wholeExtents> | undefined;
    const extentsOnce = () => (extents ??= wholeExtents(data, sources));
    const chosen = await chosenProjections(data, placed, extentsOnce);
    const built = await algorithmFor({ plan, steps: submitted.part.steps, mayRead, chosen });
    const buildSeconds = (performance.now() - started) / 1000;
    const doubtful = joinWarnings(built.warnings, replacedAxes(submitted.data, axes));
    heard.add(doubtful);
    const isRaw = submitted.part.inputs.parts === undefined;
    const request = { ...submitted, data: isRaw ? await withInheritedPart(data, sources, extentsOnce) : data };
    const record = openRunRecord({ request, built, doubtful, started }, { registry, engine });
    if (!built.warm) record.timings.build = buildSeconds;
    const names = axisNames(built.placed);
    const files = surroundings.parts.files(request);
    const opened = openDataFiles({ ...surroundings, mayRead, known, files: built.files });
    const places = { ...surroundings, mayRead, files, held, heldParts, heldResults, links, documents, images, opened };
    const angles = planAngles(built.algorithm.plan, registry);
    const { timed } = record;
    requireLeft(request.part, places);
    const stepsOfPlan = async () => {
      const steps = built.placed.map(({ path }) => path);
      return (await algorithmFor({ plan, steps, mayRead, chosen })).algorithm.steps;
    };
    const dividing = { names, angles, heard, listener, sized: built.sized, stepsOfPlan };
    const passed = await passOn(request, { ...dividing, timed }, places);
    if (passed === undefined) {
      const run = { request, built, doubtful, record, heard, names, angles, listener, places };
      return leave(run, await compute(run));
    }
    record.noteSubjob(request.part);
    if (passed.kind === 'parts') return record.partLeft(passed.parts, passed.sources);
    const { image, warnings, found } = passed;
    requireOneState(request.part.inputs.history?.data ?? []);
    return record.imageLeft(image, { data: request.part.inputs.history?.data ?? [], warnings, found });
  };
}

/** A sub-job that computes, and what is known of it beforehand. */
interface Run {
  readonly request: RunRequest;
  readonly built: HeldAlgorithm;
  /** What is doubtful before anything has run. */
  readonly doubtful: readonly CarriedWarning[];
  readonly record: RunRecord;
  readonly heard: HeardWarnings;
  readonly names: AxisNames;
  readonly angles: PlanAngles | undefined;
  readonly listener: JobListener;
  readonly places: Surroundings &
    Places &
    SubjobPlaces & {
      readonly images: ImagePublisher;
      readonly opened: DataFiles;
      readonly heldResults: ReturnType<typeof openHeldResults>;
    };
}

/** What the steps of a sub-job have made, and where they went on without it. */
interface Computed {
  /** Absent where the job was divided before anything was read. */
  readonly output: Dataset | undefined;
  readonly sources: Input['sources'];
  readonly block: SubjobInput['block'];
  readonly origins: Pick<Provenance, 'cached' | 'resumed'>;
  readonly divided: Leftover | undefined;
  /** What the raw data looks like, without its values. */
  readonly survey: () => Promise<DescribedInput>;
}

async function compute(run: Run): Promise<Computed> {
  const { request, built, record, names, angles, listener, places } = run;
  // What earlier steps have left has the angles already, or others that these became.
  const isRaw = request.part.steps[0] === built.placed[0]?.path;
  const raw = withPlanAngles(openSubjobInput(request, places), isRaw ? angles : undefined);
  const input = withBareAxes(raw, names, (message) => listener.onLog('info', message));
  const steps = stepsFor(built.algorithm.steps, input, request);
  let described: Promise<DescribedInput> | undefined;
  const survey = () =>
    (described ??= (raw.describe?.() ?? describeInput(request.data, places))
      .then((all) => surveyAxes(all, names, places))
      .then((all) => surveyInput(all, { steps, names: bareNames(all.dataset, names), angles, listener }, places)));
  const room = { ...places.room(), engine: places.engine.name, factors: request.memoryFactors };
  let loading: Promise<Input> | undefined;
  const load = () => (loading ??= record.timed('read', () => input.load()));
  const divider = boundedDivider(
    openDivider({ steps, room, terms: request.part.division, ask: places.askDivision }),
    { ran: steps, all: input.block === undefined ? built.sized : steps },
    request,
  );
  const previews = openPreviews({ job: request.job, store: places.store, ...listener });
  const resumed = new Map<string, ResumedStep>();
  let ran;
  try {
    ran = await runCached({
      steps,
      placed: built.placed,
      resolved: built.algorithm.plan,
      registry: places.registry,
      engine: computedBy(places.engine),
      project: request.project,
      identity: async () => `${await inputIdentity(request, places)}${anglesIdentity(angles)}`,
      goesOnUnread: () => goesOnUnread(request, { input, load, divider, survey, steps, room }, places),
      read: load,
      sources: request.part.inputs.history?.data,
      opened: places.opened.sources,
      files: identitiesOf(built),
      results: places.results,
      ...(request.interactive === true && { held: places.heldResults(request) }),
      options: {
        ...runOptions(run, { inBlock: input.block !== undefined, resumed }),
        onPreview: previews.offer,
        ...(input.block === undefined && { surveys: isRaw ? ('raw' as const) : ('prepared' as const) }),
        openFile: (reference) => places.opened.open(reference),
        held: places.things.openRun({ job: request.job, project: projectOf(request) }),
        ...room,
        goesOn: divider.goesOn,
      },
    });
  } catch (error) {
    throw input.block === undefined ? error : inBlock(error, input.block);
  } finally {
    await previews.settled();
  }
  const { output, sources, cached, keepSeconds } = ran;
  if (keepSeconds > 0) record.timings.keep = keepSeconds;
  const origins = {
    ...(cached.length > 0 && { cached: [...cached] }),
    ...(resumed.size > 0 && { resumed: [...resumed.values()] }),
  };
  return { output, sources, block: input.block, origins, divided: divider.divided(), survey };
}

/** Who hears of the steps, and where their checkpoints lie. */
function runOptions(
  { request, built, record, heard, listener, places }: Run,
  { inBlock, resumed }: { readonly inBlock: boolean; readonly resumed: Map<string, ResumedStep> },
) {
  return {
    ...listener,
    onWarning: (warning: CarriedWarning) => heard.add([warning], { inBlock }),
    checkpoints: openCheckpoints({
      ...places.checkpoints,
      job: request.job,
      subjob: request.part.subjob,
      attempt: request.attempt,
      worker: request.worker,
      plan: built.algorithm.plan,
      registry: places.registry,
      engine: computedBy(places.engine),
      files: identitiesOf(built),
      onLog: listener.onLog,
    }),
    onStep: (step: StepReport) => {
      record.engineUse.note(step);
      if (step.seconds !== undefined) record.timings[step.path] = step.seconds;
      if (step.resumed) resumed.set(step.path, { path: step.path, ...step.resumed });
      listener.onStep(step);
    },
    // A cancelled job's executor is killed, so nothing has to be told to stop.
    signal: new AbortController().signal,
  };
}

/** Leaves what was computed: as blocks, as what the next stage begins with, or as the image. */
async function leave(run: Run, { output, sources, block, origins, divided, survey }: Computed): Promise<RunResult> {
  const { request, record, heard, names, doubtful, places } = run;
  const { maxOutputBytes = Infinity } = request;
  const { part, leaves } = partAfter(request.part, divided);
  record.noteSubjob(part, origins);
  if (leaves.kind === 'blocks' && leaves.byReference) {
    const divide = async () => {
      const surveyed = await survey();
      heard.add(surveyed.dataset.warnings);
      return divideInput(
        surveyed,
        { leaves, names: bareNames(surveyed.dataset, names), maxOutputBytes, onLog: run.listener.onLog },
        places,
      );
    };
    const division = await record.timed('write', divide);
    return record.partLeft(division.parts, division.sources);
  }
  if (output === undefined) throw new RondelError('INTERNAL', 'A run that was not divided has read no input.');
  if (leaves.kind !== 'image') {
    const named = nameAxes(withWarnings(output, doubtful), names);
    const done = part.follows && [...part.follows.steps, ...part.steps];
    const left = { leaves, ...given({ block, done }), maxOutputBytes };
    const write = () => Promise.resolve(leaveParts(named, left, places.files));
    return record.partLeft(await record.timed('write', write), sources);
  }
  const { data, warnings } = output;
  heard.add(warnings);
  requireImageSize({ ...data, bytes: data.data.byteLength }, maxOutputBytes);
  requireOneState(sources);
  const image = await record.timed('write', () => places.images.publish(data, projectOf(request)));
  const shown = { ...image, ...saidOfImage(output.attributes) };
  return record.imageLeft(shown, { data: sources, origins, warnings, found: foundIn(output) });
}

function identitiesOf({ files }: HeldAlgorithm): ReadonlyMap<string, string> {
  return new Map(files.map(({ reference, identity }) => [reference, identity]));
}

/** Before each step it is known how large what the steps from there on make will be, if they say so; of a block its own steps. */
function boundedDivider(
  divider: Divider,
  { ran, all }: { readonly ran: readonly BuiltStep[]; readonly all: HeldAlgorithm['sized'] },
  { maxOutputBytes }: RunRequest,
): Divider {
  if (maxOutputBytes === undefined) return divider;
  return {
    ...divider,
    async goesOn(dataset, index) {
      const from = all.findIndex(({ path }) => path === ran[index]?.path);
      const rest = from < 0 ? [] : all.slice(from);
      requireOutput(rest, inputOf(rest, dataset.data), maxOutputBytes);
      return divider.goesOn(dataset, index);
    },
  };
}

/** The part that a run turned out to be: one that was divided has done less and leaves blocks. */
function partAfter(
  part: RunPart,
  divided: Leftover | undefined,
): { part: RunPart; leaves: RunPart['leaves'] | LeftBlocks } {
  if (divided === undefined) return { part, leaves: part.leaves };
  const { done, ...cut } = divided;
  const byReference = isUntouched(done, part.inputs);
  return { part: { ...part, steps: done }, leaves: { kind: 'blocks', ...cut, byReference } };
}

type PassedOn =
  | { readonly kind: 'parts'; readonly parts: string[]; readonly sources: Input['sources'] }
  | ({ readonly kind: 'image'; readonly image: PublishedImage } & Pick<ImageFacts, 'warnings' | 'found'>);

/** What a sub-job without steps does, which only divides the raw data or joins blocks; undefined for any other. */
async function passOn(
  { part, data, project, maxOutputBytes = Infinity }: RunRequest,
  { timed, ...how }: Omit<RawDivision, 'leaves'> & Pick<RunRecord, 'timed'>,
  places: Places & { readonly files: PartFiles; readonly images: ImagePublisher },
): Promise<PassedOn | undefined> {
  const { steps, leaves, inputs } = part;
  if (steps.length > 0) return undefined;
  if (leaves.kind === 'blocks' && inputs.parts === undefined) {
    const divide = () => divideRaw(data, { leaves, maxOutputBytes, ...how }, places);
    return { kind: 'parts', ...(await timed('read', divide)) };
  }
  const { parts, axis } = inputs;
  if (leaves.kind !== 'image' || parts === undefined || axis === undefined) return undefined;
  const warnings = warningsOf(parts, places.files);
  how.heard.add(warnings);
  const from = { files: places.files, maxOutputBytes, project };
  const image = await timed('write', () => places.images.gather(parts, axis, from));
  return { kind: 'image', image, warnings, found: foundOf(parts, places.files) };
}

/** The sub-job's steps, which on a block leave only what the steps after them need of it. */
function stepsFor(steps: readonly BuiltStep[], { block }: SubjobInput, { part }: RunRequest): readonly BuiltStep[] {
  return block === undefined ? steps : stepsOnBlock(steps, block, part.leaves.kind === 'image' ? 0 : part.leaves.halo);
}
