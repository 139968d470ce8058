import { setTimeout as sleep } from 'node:timers/promises';
import { isRondelError } from '@rondel/contracts';
import type { Ending, PlannedJob, PlannedRefusal, PlannedRequest, PlannedSweep, Recipe } from './load.js';
import type { PatientClient } from './patient-client.js';

/** A job that the API has accepted: from then on it is owed an end. */
export interface AcceptedJob {
  readonly id: string;
  readonly kind: string;
  readonly recipe: Recipe;
  readonly allowed: readonly Ending[];
}

export interface AcceptedLoad {
  readonly jobs: readonly AcceptedJob[];
  readonly sweeps: readonly { readonly id: string; readonly jobs: readonly string[] }[];
  readonly refused: number;
  readonly broken: readonly string[];
}

/** Sends the requests evenly over so many seconds, each until it is answered. */
export async function submitLoad(
  requests: readonly PlannedRequest[],
  patient: PatientClient,
  seconds: number,
): Promise<AcceptedLoad> {
  const jobs: AcceptedJob[] = [];
  const sweeps: { id: string; jobs: readonly string[] }[] = [];
  const broken: string[] = [];
  let refused = 0;
  const send = async (request: PlannedRequest, idempotencyKey: string) => {
    if ('code' in request) {
      const problem = await refusalOf(request, patient, idempotencyKey);
      if (problem === undefined) refused += 1;
      else broken.push(problem);
    } else if ('recipes' in request) {
      const sweep = await acceptSweep(request, patient, idempotencyKey);
      sweeps.push({ id: sweep.id, jobs: sweep.jobs.map(({ id }) => id) });
      jobs.push(...sweep.jobs);
    } else {
      jobs.push(await acceptJob(request, patient, idempotencyKey));
    }
  };
  const answers: Promise<void>[] = [];
  for (const [index, request] of requests.entries()) {
    const answer = send(request, `request ${index}`).catch((error: unknown) => {
      broken.push(`a ${request.kind} request failed: ${String(error)}`);
    });
    answers.push(answer);
    await sleep((1000 * seconds) / requests.length);
  }
  await Promise.all(answers);
  return { jobs, sweeps, refused, broken };
}

async function acceptJob(planned: PlannedJob, patient: PatientClient, idempotencyKey: string): Promise<AcceptedJob> {
  const { kind, recipe, allowed, submission, cancelAfterMs } = planned;
  const { id } = await patient.patiently((client) => client.submit(submission, { idempotencyKey }));
  if (cancelAfterMs !== undefined) {
    await sleep(cancelAfterMs);
    await patient.patiently((client) => client.cancel(id));
  }
  return { id, kind, recipe, allowed };
}

async function acceptSweep(planned: PlannedSweep, patient: PatientClient, idempotencyKey: string) {
  const { kind, recipes, allowed, submission } = planned;
  const { id, jobs } = await patient.patiently((client) => client.submitSweep(submission, { idempotencyKey }));
  if (jobs.length !== recipes.length) throw new Error(`sweep ${id} has ${jobs.length} jobs, not ${recipes.length}`);
  return {
    id,
    jobs: recipes.map((recipe, index) => ({ id: jobs[index] ?? '', kind, recipe, allowed })),
  };
}

/** Why the request was not refused as it should be. */
async function refusalOf({ submission, code }: PlannedRefusal, patient: PatientClient, idempotencyKey: string) {
  try {
    const { id } = await patient.patiently((client) => client.submit(submission, { idempotencyKey }));
    return `job ${id} was accepted, but its plan is wrong: ${code}`;
  } catch (error) {
    if (isRondelError(error) && error.code === code) return undefined;
    return `a wrong plan was answered with ${String(error)}, not ${code}`;
  }
}
