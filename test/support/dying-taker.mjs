// Takes one leg and never answers, so that a test can kill it while it holds the lock.
import { takeLegs } from '@rondel/jobs';

const [redisUrl, queue] = process.argv.slice(2);
takeLegs({
  redisUrl,
  queue,
  concurrency: 1,
  run: () => {
    process.send?.('taken');
    return new Promise(() => {});
  },
  onError: (error) => console.error(error.message),
});
