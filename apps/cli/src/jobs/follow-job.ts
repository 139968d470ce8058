import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@rondel/client';
import { isRondelError, isTerminal, RondelError, type Job } from '@rondel/contracts';
import type { Context } from '../terminal/context.js';
import { jobDisplay, type JobDisplay } from '../terminal/progress-display.js';

/** A running step stops within a second of a cancel; this leaves room for a slow network. */
const cancelMilliseconds = 15_000;

/** Quick jobs have begun before anybody would ask why they wait. */
const askFirstMs = 1500;
const askAgainMs = 5000;

/** Shows the progress of a job until it has ended, and why it waits. Rejects when the person interrupts. */
export async function followJob(id: string, client: Client, context: Context): Promise<Job> {
  const display = jobDisplay(context);
  const over = new AbortController();
  const waits = { now: true };
  if (!context.json)
    void tellWhy(id, { client, display, waits, signal: AbortSignal.any([context.signal, over.signal]) });
  const follow = async () => {
    for await (const event of client.events(id, { signal: context.signal })) {
      if (event.type === 'state') waits.now = event.data.state === 'queued' || event.data.state === 'waiting';
      display.show(event);
    }
  };
  try {
    await ofKnown({ job: id }, follow());
  } finally {
    over.abort();
    display.end();
  }
  return ofKnown({ job: id }, client.waitForJob(id, { signal: context.signal }));
}

interface Telling {
  readonly client: Client;
  readonly display: JobDisplay;
  /** Whether the job waits now. */
  readonly waits: { readonly now: boolean };
  readonly signal: AbortSignal;
}

/** Tells why the job waits, each reason once, until the signal is aborted. */
async function tellWhy(id: string, { client, display, waits, signal }: Telling): Promise<void> {
  let told = '';
  try {
    for (let pause = askFirstMs; ; pause = askAgainMs) {
      await sleep(pause, undefined, { signal });
      if (!waits.now) continue;
      const { reason = '' } = (await client.job(id, { signal })).waiting ?? {};
      if (reason !== '' && reason !== told) display.waits(reason);
      told = reason;
    }
  } catch {
    // The job is over; or whoever follows it hears what is wrong.
  }
}

/** Work on what the server knew a moment ago: that it does not any more is no mistake of who asks. */
export async function ofKnown<T>(
  what: { readonly job: string } | { readonly sweep: string },
  work: Promise<T>,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isRondelError(error) || error.code !== 'NOT_FOUND') throw error;
    const { message, details } = error.failure;
    const because =
      details === undefined
        ? `The server no longer knows ${Object.entries(what).flat().join(' ')}: its Redis has lost what it held. Submit it again.`
        : message;
    throw new RondelError('NOT_FOUND', because, { cause: error, details: { ...details, accepted: what } });
  }
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
