import {
  foundIn,
  joinWarnings,
  RondelError,
  settledWarnings,
  withWarnings,
  type Dataset,
  type Preview,
  type Provenance,
  type Warning,
} from '@rondel/contracts';
import {
  inputOf,
  requireImageSize,
  requireOutput,
  stepsOnBlock,
  type BuiltStep,
  type ExecutableRegistry,
  type MemoryRoom,
  type RunListener,
} from '@rondel/reco';
import type { ArtifactStore, PartArea, PartFiles } from '@rondel/store';
import type { EngineFacts, RunPart, RunRequest, RunResult } from '../messages/messages.js';
import { hearWarnings, inOrder, type HeardWarnings } from './heard-warnings.js';
import { isOutOfRoom } from '../input/reading-room.js';
import { inBlock } from '../blocks/block-failure.js';
import { openCheckpoints, type CheckpointOptions } from './checkpoints.js';
import { isUntouched, openDivider, type Divider, type Leftover } from '../blocks/division.js';
import { type RequestDivision } from '../messages/division-offer.js';
import { foundOf, warningsOf } from '../files/dataset-parts.js';
import { divideInput, openInputBlockDocuments } from '../blocks/input-blocks.js';
import { leaveParts } from '../blocks/leave-parts.js';
import { inputIdentity } from '../input/input-identity.js';
import type { KeptResults } from './kept-results.js';
import { openHeldInputs } from '../input/held-inputs.js';
import { bareNames, withBareAxes } from '../input/bare-axes.js';
import { axisNames, nameAxes, type AxisNames } from '../input/named-axes.js';
import { planAxes, replacedAxes, withPlanAxes } from '../input/plan-axes.js';
import { anglesIdentity, knowingAngles, planAngles, withPlanAngles, type PlanAngles } from '../input/plan-angles.js';
import { openPreviews } from '../output/previews.js';
import { openSubjobInput } from '../blocks/open-subjob-input.js';
import { type SubjobInput } from '../input/subjob-input.js';
import { openImagePublisher, type ImagePublisher, type PublishedImage } from '../output/published-image.js';
import { describeInput, mainBytes, type Input, type Places } from '../input/read-input.js';
import { type DescribedInput } from '../input/described-input.js';
import { surveyAxes, surveyInput } from '../blocks/survey.js';
import { runCached } from './run-cached.js';
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
  readonly engine: EngineFacts;
  /** As it is now. */
  readonly room: () => MemoryRoom;
  readonly askDivision: RequestDivision;
  readonly algorithms: WarmAlgorithms;
  readonly results: KeptResults;
  readonly checkpoints: Pick<CheckpointOptions, 'area' | 'everySeconds'>;
}

/** Runs plans or parts of them: reads the input, computes, leaves what the part shall leave, and says how it was made. */
export function createJobRunner(surroundings: Surroundings): JobRunner {
  const { registry, store, engine, algorithms: algorithmFor } = surroundings;
  const held = openHeldInputs();
  const documents = openInputBlockDocuments();
  const images = openImagePublisher(store);
  return async (submitted, listener) => {
    const heard = hearWarnings(submitted, listener.onWarning);
    const timings: Record<string, number> = { ...submitted.part.inputs.history?.timings };
    const started = performance.now();
    const built = await algorithmFor({ plan: submitted.plan, steps: submitted.part.steps });
    if (!built.warm) timings.build = (performance.now() - started) / 1000;
    const axes = planAxes(built.placed);
    const doubtful = joinWarnings(built.warnings, replacedAxes(submitted.data, axes));
    heard.add(doubtful);
    const request = { ...submitted, data: withPlanAxes(submitted.data, axes) };
    const { history } = request.part.inputs;
    const subjobs = [...(history?.legs ?? [])];
    const remoteValues = [...(history?.remoteValues ?? []), ...built.remoteValues];
    const partLeft = (parts: string[], data: Input['sources']): RunResult => ({
      kind: 'part',
      output: { parts, history: { data, legs: subjobs, timings, remoteValues } },
    });
    const imageLeft = (image: PublishedImage, left: ImageFacts): RunResult => {
      const { data, origins = {} } = left;
      const warnings = inOrder(
        settledWarnings(joinWarnings(request.warnings, doubtful, left.warnings)),
        built.placed.map(({ path }) => path),
      );
      const seconds = (performance.now() - started) / 1000;
      return {
        kind: 'image',
        result: { ...image, seconds: request.part.alone ? seconds : sum(timings) },
        provenance: {
          plan: request.planToml,
          planSha256: request.planSha256,
          parameters: { ...request.parameters },
          data,
          packages: { ...registry.versions },
          engine: engineRecord(engine),
          node: process.version,
          worker: request.worker,
          ...(warnings.length > 0 && { warnings }),
          ...(Object.keys(left.found).length > 0 && { found: { ...left.found } }),
          timings: { ...timings, total: seconds },
          ...(remoteValues.length > 0 && { remoteValues }),
          ...(request.part.alone ? { warm: built.warm, ...origins } : { legs: subjobs }),
        },
      };
    };
    const names = axisNames(built.placed);
    const { maxOutputBytes = Infinity } = request;
    const files = surroundings.parts.files(request);
    const places = { ...surroundings, files, held, documents, images };
    const angles = planAngles(built.algorithm.plan, registry);
    const passed = await passOn(request, { names, angles, timings, heard, sized: built.sized }, places);
    if (passed !== undefined) {
      subjobs.push(subjobRecord(request, engine, built.warm));
      if (passed.kind === 'parts') return partLeft(passed.parts, passed.sources);
      const { image, warnings, found } = passed;
      return imageLeft(image, { data: history?.data ?? [], warnings, found });
    }
    // What earlier steps have left has the angles already, or others that these became.
    const isRaw = request.part.steps[0] === built.placed[0]?.path;
    const raw = withPlanAngles(openSubjobInput(request, places), isRaw ? angles : undefined);
    const input = withBareAxes(raw, names, (message) => listener.onLog('info', message));
    let described: Promise<DescribedInput> | undefined;
    const survey = () =>
      (described ??= (raw.describe?.() ?? describeInput(request.data, places))
        .then((all) => surveyAxes(all, names, places))
        .then((all) =>
          surveyInput(all, { first: steps[0], names: bareNames(all.dataset, names), angles, listener }, places),
        ));
    const previews = openPreviews({ job: request.job, store, ...listener });
    const resumed = new Map<string, ResumedStep>();
    const engineVersion = `${engine.name} ${engine.version}`;
    const steps = stepsFor(built.algorithm.steps, input, request);
    const room = { ...surroundings.room(), factors: request.memoryFactors };
    let loading: Promise<Input> | undefined;
    const load = () => (loading ??= timed(timings, 'read', () => input.load()));
    const divider = boundedDivider(
      openDivider({ steps, room, terms: request.part.division, ask: surroundings.askDivision }),
      { ran: steps, all: input.block === undefined ? built.sized : steps },
      request,
    );
    const { output, sources, cached, keepSeconds } = await runCached({
      steps,
      placed: built.placed,
      resolved: built.algorithm.plan,
      registry,
      engine: engineVersion,
      identity: async () => `${await inputIdentity(request, surroundings)}${anglesIdentity(angles)}`,
      goesOnUnread: () => goesOnUnread(request, { input, load, divider, survey }, places),
      read: load,
      sources: history?.data,
      results: surroundings.results,
      options: {
        ...listener,
        onWarning: (warning) => heard.add([warning], { inBlock: input.block !== undefined }),
        onPreview: previews.offer,
        checkpoints: openCheckpoints({
          ...surroundings.checkpoints,
          job: request.job,
          subjob: request.part.subjob,
          attempt: request.attempt,
          worker: request.worker,
          plan: built.algorithm.plan,
          registry,
          engine: engineVersion,
          onLog: listener.onLog,
        }),
        onStep: (step) => {
          if (step.seconds !== undefined) timings[step.path] = step.seconds;
          if (step.resumed) resumed.set(step.path, { path: step.path, ...step.resumed });
          listener.onStep(step);
        },
        // A cancelled job's executor is killed, so nothing has to be told to stop.
        signal: new AbortController().signal,
        ...room,
        goesOn: divider.goesOn,
      },
    })
      .catch((error: unknown) => {
        throw input.block === undefined ? error : inBlock(error, input.block);
      })
      .finally(() => previews.settled());
    if (keepSeconds > 0) timings.keep = keepSeconds;
    const origins = {
      ...(cached.length > 0 && { cached: [...cached] }),
      ...(resumed.size > 0 && { resumed: [...resumed.values()] }),
    };
    const { part, leaves } = partAfter(request.part, divider.divided());
    subjobs.push({ ...subjobRecord({ ...request, part }, engine, built.warm), ...origins });
    if (leaves.kind === 'blocks' && leaves.byReference) {
      const divide = async () => {
        const surveyed = await survey();
        heard.add(surveyed.dataset.warnings);
        return divideInput(surveyed, { leaves, names: bareNames(surveyed.dataset, names), maxOutputBytes }, places);
      };
      const division = await timed(timings, 'write', divide);
      return partLeft(division.parts, division.sources);
    }
    if (output === undefined) throw new RondelError('INTERNAL', 'A run that was not divided has read no input.');
    if (leaves.kind !== 'image') {
      const named = nameAxes(withWarnings(output, doubtful), names);
      const write = () => Promise.resolve(leaveParts(named, { leaves, ...input, maxOutputBytes }, files));
      return partLeft(await timed(timings, 'write', write), sources);
    }
    const { data, warnings } = output;
    heard.add(warnings);
    requireImageSize({ ...data, bytes: data.data.byteLength }, maxOutputBytes);
    const image = await timed(timings, 'write', () => images.publish(data));
    return imageLeft(image, { data: sources, origins, warnings, found: foundIn(output) });
  };
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

interface Unread {
  readonly input: SubjobInput;
  /** Reads it, once. */
  readonly load: () => Promise<Input>;
  readonly divider: Divider;
  readonly survey: () => Promise<DescribedInput>;
}

/**
 * Where large raw data is divided before anything is done with it, its blocks read it, and this sub-job need not. A small file
 * may turn out to be large while it is loaded.
 */
async function goesOnUnread(
  { data, part: { division } }: RunRequest,
  { input, load, divider, survey }: Unread,
  places: Places,
): Promise<boolean> {
  if (division === undefined || input.describe === undefined) return true;
  const large = division.halvings > 0 || (await mainBytes(data, places)) >= division.fromBytes;
  if (large) return divider.goesOn((await survey()).dataset, 0);
  try {
    await load();
    return true;
  } catch (error) {
    if (!isOutOfRoom(error) || (await divider.goesOn((await survey()).dataset, 0))) throw error;
    return false;
  }
}

/** The part that a run turned out to be: one that was divided has done less and leaves blocks. */
function partAfter(part: RunPart, divided: Leftover | undefined): { part: RunPart; leaves: RunPart['leaves'] } {
  if (divided === undefined) return { part, leaves: part.leaves };
  const { axis, size, halo, done } = divided;
  const byReference = isUntouched(done, part.inputs);
  return { part: { ...part, steps: done }, leaves: { kind: 'blocks', axis, size, halo, byReference } };
}

/** Where a sub-job's results came from that it did not compute itself from the start. */
type Origins = Pick<Provenance, 'cached' | 'resumed'>;

/** What provenance tells of an image beside how this sub-job ran. */
interface ImageFacts {
  readonly data: Input['sources'];
  readonly origins?: Origins;
  readonly warnings: Dataset['warnings'];
  /** Values of properties that the plan left open, by their paths. */
  readonly found: ReturnType<typeof foundIn>;
}

type PassedOn =
  | { readonly kind: 'parts'; readonly parts: string[]; readonly sources: Input['sources'] }
  | ({ readonly kind: 'image'; readonly image: PublishedImage } & Pick<ImageFacts, 'warnings' | 'found'>);

interface Division {
  readonly leaves: Extract<RunPart['leaves'], { kind: 'blocks' }>;
  readonly names: AxisNames;
  readonly angles: PlanAngles | undefined;
  readonly heard: HeardWarnings;
  /** All steps of the plan. */
  readonly sized: HeldAlgorithm['sized'];
}

/** Divides the raw data, whose files need not say what their axes are. */
async function divideRaw(
  data: RunRequest['data'],
  { leaves, names, angles, heard, sized, maxOutputBytes }: Division & { readonly maxOutputBytes: number },
  places: Places & { readonly files: PartFiles },
) {
  const read = await describeInput(data, places);
  const known = { ...read, dataset: knowingAngles(read.dataset, angles) };
  const { dataset } = await surveyAxes(known, names, places);
  requireOutput(sized, inputOf(sized, dataset.data), maxOutputBytes);
  heard.add(dataset.warnings);
  const described = withWarnings(read.dataset, dataset.warnings);
  return divideInput(
    { ...read, dataset: described },
    { leaves, names: bareNames(dataset, names), maxOutputBytes },
    places,
  );
}

/** What a sub-job without steps does, which only divides the raw data or joins blocks; undefined for any other. */
async function passOn(
  { part, data, maxOutputBytes = Infinity }: RunRequest,
  { timings, ...how }: Omit<Division, 'leaves'> & { readonly timings: Record<string, number> },
  places: Places & {
    readonly files: PartFiles;
    readonly images: ImagePublisher;
    readonly registry: ExecutableRegistry;
  },
): Promise<PassedOn | undefined> {
  const { steps, leaves, inputs } = part;
  if (steps.length > 0) return undefined;
  if (leaves.kind === 'blocks' && inputs.parts === undefined) {
    const divide = () => divideRaw(data, { leaves, maxOutputBytes, ...how }, places);
    return { kind: 'parts', ...(await timed(timings, 'read', divide)) };
  }
  const { parts, axis } = inputs;
  if (leaves.kind !== 'image' || parts === undefined || axis === undefined) return undefined;
  const warnings = warningsOf(parts, places.files);
  how.heard.add(warnings);
  const image = await timed(timings, 'write', () =>
    places.images.gather(parts, axis, { files: places.files, maxOutputBytes }),
  );
  return { kind: 'image', image, warnings, found: foundOf(parts, places.files) };
}

/** The sub-job's steps, which on a block leave only what the steps after them need of it. */
function stepsFor(steps: readonly BuiltStep[], { block }: SubjobInput, { part }: RunRequest): readonly BuiltStep[] {
  return block === undefined ? steps : stepsOnBlock(steps, block, part.leaves.kind === 'image' ? 0 : part.leaves.halo);
}

function subjobRecord({ part, worker }: RunRequest, engine: EngineFacts, warm: boolean) {
  return { id: part.subjob, steps: [...part.steps], worker, engine: engineRecord(engine), warm };
}

function engineRecord({ name, version, device }: EngineFacts) {
  return { name, version, device };
}

function sum(timings: Readonly<Record<string, number>>): number {
  return Object.values(timings).reduce((total, seconds) => total + seconds, 0);
}

async function timed<T>(timings: Record<string, number>, phase: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await work();
  } finally {
    timings[phase] = (performance.now() - started) / 1000;
  }
}
