import type { Client } from '@rondel/client';
import { isTerminal, type Job } from '@rondel/contracts';
import type { Context } from '../terminal/context.js';
import { jobDisplay } from '../terminal/progress-display.js';

/** A running step stops within a second of a cancel; this leaves room for a slow network. */
const cancelMilliseconds = 15_000;

/** Shows the progress of a job until it has ended. Rejects when the person interrupts. */
export async function followJob(id: string, client: Client, context: Context): Promise<Job> {
  const display = jobDisplay(context);
  try {
    for await (const event of client.events(id, { signal: context.signal })) display.show(event);
  } finally {
    display.end();
  }
  return client.waitForJob(id, { signal: context.signal });
}

/** Follows a job that belongs to this command: an interruption cancels it and gives how it ended. */
export async function followOwnJob(id: string, client: Client, context: Context): Promise<Job> {
  try {
    return await followJob(id, client, context);
  } catch (error) {
    if (!context.signal.aborted) throw error;
    context.note(`Cancelling job ${id}`);
    return cancelAndWait(id, client);
  }
}

/** Cancels and waits for the end; a job that does not end in time is returned as it is. */
async function cancelAndWait(id: string, client: Client): Promise<Job> {
  const signal = AbortSignal.timeout(cancelMilliseconds);
  const job = await client.cancel(id, { signal });
  if (isTerminal(job.state)) return job;
  return client.waitForJob(id, { signal });
}
