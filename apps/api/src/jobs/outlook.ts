import { lanes, type Job, type WorkerRecord } from '@rondel/contracts';
import { placesOfWorker, type Jobs, type PlaceFacts, type RunningTime } from '@rondel/jobs';
import { secondsLeft, type Outlook } from './estimated-start.js';
import type { FleetView } from '../fleet/fleet-view.js';

/** A job that waits where workers can run it. */
export interface InLine {
  readonly job: Pick<Job, 'id' | 'lane'>;
  readonly place: string;
  /** How many go before it now. */
  readonly before: number;
  /** See `QueuePlace`; absent where it is not known yet. */
  readonly order?: string;
  readonly able: readonly WorkerRecord[];
  readonly meanSeconds: number;
}

/** What has to be known to tell when the job starts. */
export async function outlookOf(line: InLine, { jobs, view }: { jobs: Jobs; view: FleetView }): Promise<Outlook> {
  const { job, place, before, order, able, meanSeconds } = line;
  const [facts, running] = await Promise.all([view.placeFacts(place), view.runningTimes()]);
  const { lane = 'normal' } = job;
  const sooner = lanes.slice(0, lanes.indexOf(lane));
  const inLane = Math.max(0, before - sum(sooner.map((each) => facts[each].waiting)));
  const turn = order === undefined ? undefined : await jobs.turnOf(job, { place, order }, facts);
  const elsewhere = await otherPlaces(line, view);
  const share = shareOf(lane, able, facts);
  return {
    slots: able.flatMap((worker) => slotsOf(worker, { running, meanSeconds, now: jobs.clock() })),
    meanSeconds,
    // Lanes are the same for all places of a worker; in one lane it takes from these by turns.
    before:
      before +
      sum(
        elsewhere.map(
          (other) =>
            other.part *
            (sum(sooner.map((each) => other.facts[each].waiting)) + Math.min(other.facts[lane].waiting, inLane + 1)),
        ),
      ),
    arrivals: sum(
      [{ part: 1, facts }, ...elsewhere].flatMap((each) =>
        sooner.map((other) => each.part * each.facts[other].arrivals),
      ),
    ),
    ...(turn !== undefined && turn.passing > 0 && { passing: { arrivals: turn.passing, untilTurns: turn.turns } }),
    ...(share !== undefined && { share: { ...share, before: inLane } }),
  };
}

/** The other places of workers that can run the job, each with the part of the slots that serves it, too. */
async function otherPlaces({ place, able }: InLine, view: FleetView): Promise<{ part: number; facts: PlaceFacts }[]> {
  const slots = sum(able.map(({ concurrency }) => concurrency));
  const pools = new Set(able.flatMap((worker) => worker.pools).filter((pool) => pool !== place));
  return Promise.all(
    [...pools].map(async (pool) => {
      const serving = able.filter((worker) => placesOfWorker(worker).includes(pool));
      return { part: sum(serving.map(({ concurrency }) => concurrency)) / slots, facts: await view.placeFacts(pool) };
    }),
  );
}

function slotsOf(
  { concurrency, running: ids, aside }: WorkerRecord,
  {
    running,
    meanSeconds,
    now,
  }: { readonly running: ReadonlyMap<string, RunningTime>; readonly meanSeconds: number; readonly now: number },
): (number | undefined)[] {
  const back = aside === undefined ? 0 : Math.max(0, (Date.parse(aside.until) - now) / 1000);
  const busy = ids.slice(0, concurrency).map((id) => {
    const known = running.get(id);
    return known && Math.max(back, known.left ?? secondsLeft(known.elapsed, meanSeconds));
  });
  return [...busy, ...Array.from({ length: concurrency - busy.length }, () => back)];
}

/** What workers give way to, unless the lane comes first as things are. */
function shareOf(lane: (typeof lanes)[number], able: readonly WorkerRecord[], facts: PlaceFacts) {
  const every = able.map(({ giveWayEvery = Infinity }) => giveWayEvery);
  const first = lanes.find((each) => each === lane || facts[each].waiting > 0 || facts[each].arrivals > 1e-3);
  if (first === undefined || first === lane || !every.every(Number.isFinite)) return undefined;
  const behind = lanes.slice(lanes.indexOf(first) + 1).filter((each) => each === lane || facts[each].waiting > 0);
  return { every: Math.max(...every), lanes: behind.length };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
