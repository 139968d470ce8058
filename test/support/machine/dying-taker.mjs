// Takes one sub-job and never answers, so that a test can kill it while it holds the lock.
import { openJobs } from '@rondel/jobs';

const [redisUrl, queue] = process.argv.slice(2);
const onError = (error) => console.error(error.message);
const jobs = await openJobs({ redisUrl, onError, news: 'work' });
const run = () => {
  process.send?.('taken');
  return new Promise(() => {});
};
jobs.takeSubjobs({ concurrency: 1, run, onError }).serve([queue]);
