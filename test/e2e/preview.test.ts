import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReceivedEvent } from '@rondel/client';
import { isTerminal, type Job } from '@rondel/contracts';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { eventually, startStack, type Stack } from '../support/machine/stack.js';

const side = 64;
const angles = Array.from({ length: 60 }, (_, index) => (index * Math.PI) / 60);
/** Enough that nobody waits for the end. */
const endless = { plan: { name: 'radon/iterative' }, parameters: { angles, iterations: 100_000, relTol: 0 } };

type PreviewEvent = Extract<ReceivedEvent, { type: 'preview' }>;

describe('a job that iterates', () => {
  let stack: Stack;
  let data: string;

  beforeAll(async () => {
    stack = await startStack();
    await stack.startWorker();
    const file = join(stack.directory, 'head.npy');
    const size = ['--size', String(side), '--frames', '1', '--angles', String(angles.length), '--noise', '0.05'];
    await rondel(['data', 'phantom', '-o', file, ...size], stack.environment);
    const { stdout } = await rondel(['data', 'put', file, '--json'], stack.environment);
    data = (JSON.parse(stdout) as { stored: [{ artifact: string }] }).stored[0].artifact;
  });
  afterAll(() => stack.stop());

  const picture = (id: string) => fetch(`${stack.client.url}/v1/jobs/${id}/preview`);
  const previewsOf = (id: string, options?: { lastEventId?: string }) =>
    firstPreviews(stack.client.events(id, options));
  const filesIn = (folder: string) => readdir(join(stack.directory, 'store', folder));
  const nothingUnderWay = () => eventually(async () => (await filesIn('incoming')).length === 0, stack.log);

  it('D3: shows how its image comes into being, in small pictures of which the last one stays with the job', async () => {
    const { id } = await stack.client.submit({ ...endless, data });
    const [first, second] = await previewsOf(id);
    expect(first?.data).toMatchObject({ iterations: 100_000, frame: 0, slice: side / 2 });
    expect(second?.data.iteration).toBeGreaterThan(first?.data.iteration ?? NaN);
    expect(second?.data.residual).toBeLessThan(first?.data.residual ?? NaN);

    const answer = await fetch(`${stack.client.url}${second?.data.links?.image ?? ''}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
    const { width, height, depth, channels, data: grey } = decode(new Uint8Array(await answer.arrayBuffer()));
    expect({ width, height, depth, channels }).toEqual({ width: side, height: side, depth: 8, channels: 1 });
    expect(new Set(grey).size).toBeGreaterThan(30);

    const late = (await stack.client.job(id)).preview;
    expect(late?.iteration).toBeGreaterThanOrEqual(second?.data.iteration ?? NaN);
    expect(late?.links?.image).toContain(`/v1/jobs/${id}/preview`);
    const [resumed] = await previewsOf(id, { lastEventId: first?.id ?? '' });
    expect(resumed?.id).toBe(second?.id);

    await stack.client.cancel(id);
    const { state, preview } = await stack.client.waitForJob(id);
    expect([state, preview?.iteration]).toEqual(['cancelled', expect.any(Number)]);
    const last = await picture(id);
    const bytes = new Uint8Array(await last.arrayBuffer());
    expect([last.status, createHash('sha256').update(bytes).digest('hex')]).toEqual([200, preview?.sha256]);
    const { residuals } = await stack.client.residuals(id);
    expect(residuals.length).toBeGreaterThan(1);
    expect(residuals.at(-1)?.residual).toBeLessThan(residuals[0]?.residual ?? NaN);
    expect(await filesIn('previews')).toContain(`${id}.png`);
    await nothingUnderWay();
  });

  it('D3: answers with the picture of the result once it has completed, and with the last preview when asked for it', async () => {
    const { id } = await stack.client.submit({
      plan: { name: 'radon/iterative' },
      parameters: { angles, iterations: 2 },
      data,
    });
    const { result, preview } = await stack.client.waitForJob(id);
    const { body } = await stack.client.data((result?.preview ?? '').replace('artifact:sha256-', ''));
    const final = Buffer.from(await new Response(body).arrayBuffer());
    expect(Buffer.from(await (await picture(id)).arrayBuffer()).equals(final)).toBe(true);
    const last = await fetch(`${stack.client.url}${preview?.links?.image ?? ''}`);
    expect(
      createHash('sha256')
        .update(new Uint8Array(await last.arrayBuffer()))
        .digest('hex'),
    ).toBe(preview?.sha256);
    expect((await stack.client.residuals(id)).residuals.map(({ iteration }) => iteration)).toEqual([1, 2]);
    await nothingUnderWay();
  });

  it('says from which block a preview is when it is split', async () => {
    const { id } = await stack.client.submit({ ...endless, data, split: `slice:${side / 2}` });
    const [first] = await previewsOf(id);
    expect(first?.data).toMatchObject({ frame: 0, slice: side / 4 });
    expect(first?.data.block).toMatch(/^\d+\.\d+$/);
    await stack.client.cancel(id);
    await eventually(async () => isTerminal((await stack.client.job(id)).state), stack.log);
    await nothingUnderWay();
  });

  it('H15: is erased while a worker runs it, which stops, and nothing that it has left remains', async () => {
    const { id } = await stack.client.submit({ ...endless, data });
    await previewsOf(id);
    expect(await filesIn('previews')).toContain(`${id}.png`);
    const { erased } = await stack.client.erase(id);
    expect(erased).toEqual(expect.arrayContaining(['state and events', 'preview', 'record']));
    await eventually(
      async () => (await stack.client.workers()).every(({ running }) => running.length === 0),
      stack.log,
      10_000,
    );
    await expect(stack.client.job(id)).rejects.toThrow(`Job ${id} was erased on`);
    // What the worker was just writing goes when the API has looked once more.
    const left = async () => {
      const files = await readdir(join(stack.directory, 'store'), { recursive: true });
      return files.filter((file) => file.includes(id)).map((file) => file.split('/')[0]);
    };
    await eventually(
      async () => (await left()).every((folder) => /^eras(ed|ing)$/.test(folder ?? '')),
      stack.log,
      30_000,
    );
    expect((await left()).length).toBeGreaterThan(0);
    const after = await stack.client.submit({ ...endless, data });
    await previewsOf(after.id);
    await stack.client.cancel(after.id);
  });

  it('tells watchers of them in the JSON lines only', async () => {
    const { id } = await stack.client.submit({ ...endless, data });
    await previewsOf(id);
    await stack.client.cancel(id);
    const { stdout } = await rondel(['watch', id, '--json'], stack.environment);
    const told = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ReceivedEvent | { type: 'job'; data: Job });
    const previews = told.filter((event): event is PreviewEvent => event.type === 'preview');
    expect(previews[0]?.data.links?.image).toContain(`/v1/jobs/${id}/preview`);
  });
});

/** The first two previews of a stream of events. */
async function firstPreviews(events: AsyncGenerator<ReceivedEvent>): Promise<PreviewEvent[]> {
  const previews: PreviewEvent[] = [];
  for await (const event of events) {
    if (event.type === 'preview') previews.push(event);
    if (previews.length === 2) break;
  }
  return previews;
}
