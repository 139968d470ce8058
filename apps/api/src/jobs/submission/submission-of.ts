import { carriedFields, givenOf, sweepLabel, type Submission } from '@rondel/contracts';
import type { JobArchive } from '@rondel/jobs';
import { planFromTree } from '@rondel/plan';
import { isMadeTitle, withNamesAllowed } from '../job-title.js';
import type { Services } from '../../services.js';

/** The submission that a job would come from again. Title and labels are those that a person gave. */
export function submissionOf({ job, work }: JobArchive, hiding: Pick<Services, 'hidesNames'>): Submission {
  const { data, pool, lane, priority, labels, dataNames, title } = job;
  // Whoever submits it again is another.
  const { submitter: _submitter, project: _project, ...carried } = givenOf(job, carriedFields);
  const { [sweepLabel]: _, ...own } = labels;
  const plan = job.plan.name === undefined ? work.planToml : { name: job.plan.name };
  const about = { plan, data, ...(dataNames && { dataNames }) };
  const given = title === undefined || isMadeTitle(title, about, planFromTree(work.plan)) ? {} : { title };
  const submission = {
    plan,
    // A plan as text has them in it.
    ...(typeof plan === 'object' && Object.keys(work.parameters).length > 0 && { parameters: work.parameters }),
    data,
    ...(dataNames !== undefined && { dataNames }),
    ...given,
    pool,
    ...(lane !== undefined && { lane }),
    priority,
    ...carried,
    ...(Object.keys(own).length > 0 && { labels: own }),
    ...work.asked,
  };
  return withNamesAllowed(submission, hiding);
}
