import { isRondelError, projectOf, type JobWarrant, type RondelError, type Warrant } from '@rondel/contracts';
import {
  archiveFromJson,
  awaitedIn,
  changeOfAlgorithm,
  changeOfJob,
  changeOfQuestion,
  hasImagesOf,
  placesOfWorker,
  placeOfSubjobs,
  queueOf,
  sameStages,
  serves,
  stagesText,
  type AlgorithmBuild,
  type AskedQuestion,
  type BegunAttempt,
} from '@rondel/jobs';
import type { ArtifactStore, PartArea } from '@rondel/store';
import { warrantRefused, type Verifier } from '@rondel/warrants';
import { LRUCache } from 'lru-cache';
import type { NoteRefusal } from './refuse.js';
import type { RunRequest } from '../../executor/messages/messages.js';
import type { Continued } from '../../executor/run/ended-before.js';

/** For whom work is done, and which run of a job that is, as far as anybody has signed it. */
export type Warranted = Pick<RunRequest, 'project' | 'signed'>;

export type JobVerdict =
  | { readonly kind: 'warranted'; readonly warranted: Warranted }
  | {
      readonly kind: 'refused';
      readonly error: RondelError;
      /** The end that this run follows, where that was signed. */
      readonly continues?: Continued | undefined;
    }
  /** It was signed, but for others: somebody has put its sub-job here. */
  | { readonly kind: 'elsewhere'; readonly place: string }
  /** The image that it begins with has no record yet. */
  | { readonly kind: 'not-yet' };

/** Whether what Redis holds is what an API has signed. Nothing runs, is built or read before it was asked. */
export interface Warrants {
  job(attempt: BegunAttempt): Promise<JobVerdict>;
  /** Returns the project. Throws `WARRANT_REFUSED`. */
  algorithm(build: AlgorithmBuild): Promise<string>;
  /** Returns the project. Throws `WARRANT_REFUSED`. */
  question(asked: AskedQuestion): Promise<string>;
}

/** Where Redis is believed. */
export const unsigned: Warrants = {
  job: ({ head }) => Promise.resolve({ kind: 'warranted', warranted: { project: projectOf(head) } }),
  algorithm: ({ of: { head } }) => Promise.resolve(projectOf(head)),
  question: ({ project }) => Promise.resolve(project),
};

export interface WarrantsOptions {
  readonly verifier: Verifier;
  /** Identity of the artifact store. */
  readonly installation: string;
  /** Who this worker is. */
  readonly worker: Readonly<Parameters<typeof serves>[0]>;
  readonly store: Pick<ArtifactStore, 'getRecord'>;
  readonly parts: Pick<PartArea, 'vouched'>;
  readonly noteRefusal: NoteRefusal;
}

/** As many as nobody asks within the time for which a question is signed. */
const mostAnswered = 100_000;
/** The record of an image is written within moments of its job's end, unless the store is away. */
const recordedWithinMs = 60_000;

export function openWarrants(options: WarrantsOptions): Warrants {
  const { verifier, installation, worker, noteRefusal } = options;
  const noted = async <T>(what: 'algorithm' | 'question', id: string, judging: Promise<T>): Promise<T> =>
    judging.catch((error: unknown) => {
      noteRefusal(what, id);
      throw error;
    });
  const answered = new LRUCache<string, true>({ max: mostAnswered });
  const read = async <K extends Warrant['for']>(text: string | undefined, kind: K) => {
    const warrant = await verifier.verify(text);
    if (!isFor(warrant, kind)) throw warrantRefused(`it was signed as ${warrant.for}`);
    if (warrant.installation !== installation)
      throw warrantRefused(`it was signed for another installation (${warrant.installation})`);
    return warrant;
  };
  const judgeJob = openJobJudge(options);
  const judgeAlgorithm = async (build: AlgorithmBuild) => {
    const warrant = await read(build.of.warrant, 'algorithm');
    requireUnchanged(changeOfAlgorithm(warrant, build));
    if (!serves(worker, warrant.place)) throw warrantRefused(`it was signed for ${warrant.place}`);
    return warrant.project;
  };
  const judgeQuestion = async (asked: AskedQuestion) => {
    const warrant = await read(asked.warrant, 'question');
    requireUnchanged(changeOfQuestion(warrant, asked, worker.id));
    if (answered.has(asked.id)) throw warrantRefused('it was asked and answered before');
    answered.set(asked.id, true);
    return warrant.project;
  };
  return {
    async job(attempt) {
      let continues: Continued | undefined;
      try {
        const warrant = await read(attempt.warrant, 'job');
        requireUnchanged(warrant.id === attempt.subjob.job ? undefined : 'its id');
        continues = warrant.continues;
        return await judgeJob(warrant, attempt);
      } catch (error) {
        if (!isRondelError(error) || error.code !== 'WARRANT_REFUSED') throw error;
        return { kind: 'refused', error, continues };
      }
    },
    algorithm: (build) => noted('algorithm', build.id, judgeAlgorithm(build)),
    question: (asked) => noted('question', asked.id, judgeQuestion(asked)),
  };
}

function openJobJudge({ worker, store, parts }: WarrantsOptions) {
  /** Since when the record of an image is waited for. */
  const missedSince = new LRUCache<string, number>({ max: 1000 });
  const imageOf = async (job: string): Promise<string | undefined> => {
    const record = await store.getRecord(job);
    const image = record === undefined ? undefined : archiveFromJson(job, record).job.result?.artifact;
    if (image !== undefined) return image;
    const since = missedSince.get(job) ?? performance.now();
    missedSince.set(job, since);
    if (record === undefined && performance.now() - since < recordedWithinMs) return undefined;
    throw warrantRefused(`it begins with what job ${job} has made, of which the artifact store has no record`);
  };
  /** Of the jobs that it has waited for; undefined while one of them has no record. */
  const imagesFor = async ({ workBefore }: BegunAttempt) => {
    const images = new Map<string, string>();
    for (const job of workBefore === undefined ? [] : awaitedIn(workBefore)) {
      const image = await imageOf(job);
      if (image === undefined) return undefined;
      images.set(job, image);
    }
    return images;
  };
  const isDivided = async (warrant: JobWarrant, { head, subjob, run }: BegunAttempt) =>
    sameStages(warrant, head.stages) || parts.vouched({ job: subjob.job, run }, stagesText(head.stages));
  return async (warrant: JobWarrant, attempt: BegunAttempt): Promise<JobVerdict> => {
    const { subjob, inputs } = attempt;
    requireUnchanged(changeOfJob(warrant, attempt));
    if (!(await isDivided(warrant, attempt))) throw changed('its list of stages');
    const at = placeOfStage(warrant, attempt);
    if (!at.isHere(worker)) return { kind: 'elsewhere', place: at.place };
    const images = await imagesFor(attempt);
    if (images === undefined) return { kind: 'not-yet' };
    if (!hasImagesOf(images, attempt)) throw changed('what other jobs have made for it');
    // What a stage begins with is known by its hash; without it, it would begin with the raw data.
    if (subjob.stage > 0 && inputs.parts === undefined) throw changed('what its stage begins with');
    const { project, continues } = warrant;
    return { kind: 'warranted', warranted: { project, signed: { ...(continues && { continues }) } } };
  };
}

interface SignedPlace {
  /** In words. */
  readonly place: string;
  readonly isHere: (worker: WarrantsOptions['worker']) => boolean;
}

function placeOfStage(warrant: JobWarrant, { head, subjob }: BegunAttempt): SignedPlace {
  const stage = head.stages[subjob.stage];
  const { place } = warrant;
  if (stage?.bound === true && place !== undefined) return { place, isHere: (worker) => serves(worker, place) };
  const queue = queueOf(subjob, head.stages);
  const signedFor = placeOfSubjobs(queue);
  const labels = Object.entries(queue.requires?.labels ?? {});
  return {
    place: signedFor,
    isHere: (worker) =>
      placesOfWorker(worker).includes(signedFor) && labels.every(([key, value]) => worker.labels[key] === value),
  };
}

function isFor<K extends Warrant['for']>(warrant: Warrant, kind: K): warrant is Extract<Warrant, { readonly for: K }> {
  return warrant.for === kind;
}

function requireUnchanged(change: string | undefined): void {
  if (change !== undefined) throw changed(change);
}

function changed(what: string): RondelError {
  return warrantRefused(`${what} is not what was signed`, { changed: what });
}
