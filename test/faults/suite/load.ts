import type { FailureCode, Submission, SweepSubmission } from '@rondel/contracts';
import type { Random } from './random.js';

/** How a job ended: `completed`, `cancelled`, or `failed` and the code. */
export type Ending = 'completed' | 'cancelled' | `failed ${FailureCode}`;

/** What makes an image what it is: the same recipe gives the same bytes, however the job was split or disturbed. */
export interface Recipe {
  readonly plan: { readonly name: string };
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly data: string;
}

interface Planned {
  readonly kind: string;
  readonly allowed: readonly Ending[];
}

export interface PlannedJob extends Planned {
  readonly recipe: Recipe;
  readonly submission: Submission;
  readonly cancelAfterMs?: number;
}

export interface PlannedSweep extends Planned {
  readonly submission: SweepSubmission;
  /** One for each combination. */
  readonly recipes: readonly Recipe[];
}

/** What the server must refuse at once. */
export interface PlannedRefusal {
  readonly kind: 'refused';
  readonly submission: Submission;
  readonly code: FailureCode;
}

export type PlannedRequest = PlannedJob | PlannedSweep | PlannedRefusal;

/** Raw data of a phantom. */
export interface Sinogram {
  readonly data: string;
  /** In radians. */
  readonly angles: readonly number[];
}

/** Names of data in the store, which every stack of a run has. */
export interface TestData {
  readonly sinograms: readonly Sinogram[];
  readonly image: string;
}

/** Enough for every fault that may hit one job. */
const manyAttempts = 20;
const filters = ['ramp', 'hann', 'cosine'];

/** Requests that make about `jobs` jobs, drawn at random. */
export function planLoad(jobs: number, data: TestData, random: Random): PlannedRequest[] {
  const requests: PlannedRequest[] = [];
  for (let made = 0; made < jobs;) {
    const request = random.weighted(kinds)(data, random);
    requests.push(request);
    if ('recipes' in request) made += request.recipes.length;
    else if ('recipe' in request) made += 1;
  }
  return requests;
}

type Draw = (data: TestData, random: Random) => PlannedRequest;

const kinds: readonly (readonly [number, Draw])[] = [
  [34, (data, random) => job('fbp', filteredBackprojection(data, random))],
  [16, (data, random) => job('split fbp', filteredBackprojection(data, random), { split: splitOf(random) })],
  [8, (data, random) => job('iterative', iterative(data, random))],
  [4, (data, random) => job('split iterative', iterative(data, random), { split: 'slice:4' })],
  [6, (data, random) => job('slow', slow(data, random))],
  [3, sweep],
  [7, cancelled],
  [4, oneAttempt],
  [4, wrongData],
  [4, failingStep],
  [2, refused],
];

function job(kind: string, recipe: Recipe, more: Partial<Submission> = {}): PlannedJob {
  return {
    kind,
    recipe,
    submission: { ...recipe, attempts: manyAttempts, labels: { kind: kind.replaceAll(' ', '-') }, ...more },
    allowed: ['completed'],
  };
}

function filteredBackprojection({ sinograms }: TestData, random: Random): Recipe {
  const { data, angles } = random.pick(sinograms);
  const centerOfRotation = 3 + random.integer(0, 20) / 10;
  return { plan: { name: 'radon/fbp' }, parameters: { angles, filter: random.pick(filters), centerOfRotation }, data };
}

function iterative({ sinograms }: TestData, random: Random): Recipe {
  const { data, angles } = random.pick(sinograms);
  return { plan: { name: 'radon/iterative' }, parameters: { angles, iterations: random.pick([5, 20, 60]) }, data };
}

function slow({ image }: TestData, random: Random): Recipe {
  return { plan: { name: 'lab/stumble' }, parameters: { seconds: random.integer(2, 16) / 10 }, data: image };
}

function splitOf(random: Random): string {
  return random.pick(['slice', 'slice:2', 'slice:4', 'slice:7']);
}

function sweep({ sinograms }: TestData, random: Random): PlannedSweep {
  const plan = { name: 'radon/fbp' };
  const { data, angles } = random.pick(sinograms);
  const centers = [3, 3.5, 4, 4.5].slice(0, random.integer(2, 5));
  const chosen = filters.slice(0, random.integer(1, 3));
  const split = random.pick(['', '', 'slice:4']);
  return {
    kind: 'sweep',
    allowed: ['completed'],
    submission: {
      plan,
      parameters: { angles },
      data,
      attempts: manyAttempts,
      vary: [
        { path: 'filter', values: chosen },
        { path: 'centerOfRotation', values: centers },
      ],
      ...(split !== '' && { split }),
    },
    // The first property changes fastest.
    recipes: centers.flatMap((centerOfRotation) =>
      chosen.map((filter) => ({ plan, data, parameters: { angles, filter, centerOfRotation } })),
    ),
  };
}

function cancelled(data: TestData, random: Random): PlannedJob {
  const recipe = random.pick([slow, iterative, filteredBackprojection])(data, random);
  const more = recipe.plan.name === 'lab/stumble' ? {} : { split: splitOf(random) };
  const planned = job('cancelled', recipe, more);
  return { ...planned, allowed: ['completed', 'cancelled'], cancelAfterMs: random.integer(0, 2000) };
}

/** Some work is not to be started twice. */
function oneAttempt(data: TestData, random: Random): PlannedJob {
  const planned = job('one attempt', slow(data, random), { attempts: 1 });
  return { ...planned, allowed: ['completed', 'failed WORKER_LOST', 'failed QUOTA_EXCEEDED'] };
}

function wrongData({ sinograms }: TestData, random: Random): PlannedJob {
  const recipe = { plan: { name: 'radon/fbp' }, parameters: { angles: [0, 1] }, data: random.pick(sinograms).data };
  return { ...job('wrong data', recipe), allowed: ['failed DATA_SHAPE_MISMATCH'] };
}

function failingStep({ image }: TestData, random: Random): PlannedJob {
  const parameters = { seconds: random.integer(0, 5) / 10, fails: true };
  const planned = job('failing step', { plan: { name: 'lab/stumble' }, parameters, data: image });
  return { ...planned, allowed: ['failed STEP_FAILED'] };
}

function refused({ sinograms }: TestData, random: Random): PlannedRefusal {
  const submission = { plan: { name: 'radon/fbp' }, parameters: { filter: 'none' }, data: random.pick(sinograms).data };
  return { kind: 'refused', submission, code: 'PLAN_INVALID_VALUE' };
}
