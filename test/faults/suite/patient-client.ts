import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Client } from '@rondel/client';
import { isRondelError } from '@rondel/contracts';

const againAfterMs = 500;
const patienceMs = 180_000;

/** A client as a careful program uses it: what did not get an answer is sent again, under the same key. */
export interface PatientClient {
  readonly client: Client;
  /** Repeats `request` while the server is away. Throws what else it answers. */
  patiently<T>(request: (client: Client) => Promise<T>): Promise<T>;
  /** Requests that were sent again. */
  readonly repeated: () => number;
  /** Answers that no fault excuses, and how often they came. */
  readonly wrongAnswers: ReadonlyMap<string, number>;
}

export function patientClient(url: string): PatientClient {
  const wrongAnswers = new Map<string, number>();
  let repeated = 0;
  const client = createClient({
    url,
    async fetch(input, init) {
      const answer = await fetch(input, init);
      const wrong = await wrongOf(answer);
      if (wrong !== undefined) wrongAnswers.set(wrong, (wrongAnswers.get(wrong) ?? 0) + 1);
      return answer;
    },
  });
  return {
    client,
    wrongAnswers,
    repeated: () => repeated,
    async patiently(request) {
      const deadline = Date.now() + patienceMs;
      for (;;) {
        try {
          return await request(client);
        } catch (error) {
          if (!mayPass(error) || Date.now() > deadline) throw error;
        }
        repeated += 1;
        await sleep(againAfterMs);
      }
    },
  };
}

/** While something is away the API says so, and when to come again. */
async function wrongOf(answer: Response): Promise<string | undefined> {
  if (answer.status === 503 && answer.headers.get('retry-after') === null) return '503 without Retry-After';
  if (answer.status !== 500) return undefined;
  return `500 ${(await answer.clone().text()).slice(0, 300)}`;
}

/** `QUOTA_EXCEEDED`: the store is full for the moment. `INTERNAL` is wrong, but counted above. */
function mayPass(error: unknown): boolean {
  return isRondelError(error) && ['SERVICE_UNAVAILABLE', 'QUOTA_EXCEEDED', 'INTERNAL'].includes(error.code);
}
