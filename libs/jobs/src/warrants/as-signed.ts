import type { AlgorithmWarrant, JobWarrant, QuestionWarrant } from '@rondel/contracts';
import type { AlgorithmBuild } from '../algorithms/algorithm-record.js';
import type { AskedQuestion } from '../questions/questions.js';
import type { JobWork, StageHead } from '../record/job-parts.js';
import type { BegunAttempt } from '../record/subjob-attempts.js';
import { algorithmToSign, jobToSign, lastingText, questionToSign, stagesToSign } from './to-sign.js';

/** What of the work is not what was signed, for the middle of a sentence; undefined where all is. */
type Change = string | undefined;

type SignedParts = Pick<BegunAttempt, 'work' | 'workBefore'>;

/** Of all but stages and images of other jobs, which change on the way: see `sameStages` and `hasImagesOf`. */
export function changeOfJob(
  warrant: JobWarrant,
  { head, work, workBefore = work }: SignedParts & Pick<BegunAttempt, 'head'>,
): Change {
  const found = jobToSign(head, workBefore);
  const names = { id: 'its id', project: 'its project', head: 'its head', work: 'its plan' };
  return firstChange(warrant, found, names) ?? changedData(warrant.data, workBefore.data);
}

function changedData(signed: JobWork['data'], found: JobWork['data']): Change {
  const changed = [...new Set([...Object.keys(signed), ...Object.keys(found)])].find(
    (name) => signed[name] !== found[name],
  );
  return changed === undefined ? undefined : `its data "${changed}"`;
}

export function sameStages(warrant: JobWarrant, stages: readonly StageHead[]): boolean {
  return stagesText(warrant.stages) === stagesText(stages);
}

/** By which a worker leaves in the artifact store how it has divided a job: whoever can write to Redis alone cannot. */
export function stagesText(stages: readonly StageHead[]): string {
  return JSON.stringify(stagesToSign(stages));
}

/**
 * Whether the images of other jobs, and nothing else, have taken the place of the references to these.
 *
 * @param images Of all jobs of `awaitedIn`, by their ids.
 */
export function hasImagesOf(images: ReadonlyMap<string, string>, { work, workBefore }: SignedParts): boolean {
  if (workBefore === undefined) return true;
  let text = lastingText(workBefore);
  for (const [job, artifact] of images) text = text.replaceAll(`job:${job}`, artifact);
  return text === lastingText(work);
}

export function changeOfAlgorithm(warrant: AlgorithmWarrant, { of: { head, work } }: AlgorithmBuild): Change {
  const found = algorithmToSign(head, work);
  return firstChange(warrant, found, { id: 'its id', project: 'its project', head: 'its head', work: 'its plan' });
}

export function changeOfQuestion(warrant: QuestionWarrant, asked: AskedQuestion, worker: string): Change {
  const { id, project, question } = asked;
  const found = questionToSign(question, { id, project, worker });
  return firstChange(warrant, found, { id: 'its id', worker: 'whom it asks', project: 'its project', question: 'it' });
}

function firstChange<T>(
  signed: T,
  found: { readonly [K in keyof T]?: T[K] },
  names: { readonly [K in keyof T]?: string },
): Change {
  const keys = Object.keys(names) as (keyof T)[];
  const changed = keys.find((key) => signed[key] !== found[key]);
  return changed === undefined ? undefined : names[changed];
}
