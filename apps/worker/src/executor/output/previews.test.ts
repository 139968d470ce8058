import type { Preview } from '@rondel/contracts';
import { expect, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArtifactStore } from '@rondel/store';
import { openPreviews } from './previews.js';
import { blocking } from '../files/small-files.js';

const facts = { iteration: 3, iterations: 9, residual: 0.5 };
const plane = {
  values: Float32Array.from({ length: 600 * 300 }, (_, index) => index),
  shape: [600, 300],
  frame: 0,
  slice: 2,
} as const;

/** Previews on a clock that is set by hand. */
function previewsOn(putPreview: (job: string, picture: Uint8Array) => Promise<void>) {
  const clock = { now: 0 };
  const told: Preview[] = [];
  const warnings: string[] = [];
  const previews = openPreviews({
    job: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    store: { putPreview },
    onPreview: (preview) => told.push(preview),
    onLog: (_, message) => warnings.push(message),
    now: () => clock.now,
  });
  return { clock, told, warnings, previews };
}

test('a picture is stored before it is told of, and is no larger than 256 pixels', async () => {
  const pictures: Uint8Array[] = [];
  const { previews, told } = previewsOn((_, picture) => Promise.resolve(void pictures.push(picture)));
  previews.offer(facts, () => plane);
  expect(told).toEqual([]);
  await previews.settled();
  const sha256: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(told).toEqual([{ ...facts, sha256, frame: 0, slice: 2 }]);
  const header = Buffer.from(pictures[0] ?? []);
  // Patches of 3 x 3 pixels; width, height, bits and colour type of the PNG.
  expect([header.readUInt32BE(16), header.readUInt32BE(20), header[24], header[25]]).toEqual([100, 200, 8, 0]);
});

test('D6: the plane is not drawn before a second is over, and at the latest after one and a half', async () => {
  const { previews, clock } = previewsOn(() => Promise.resolve());
  const drawn: number[] = [];
  const offerFor = async (from: number, to: number, cost: number) => {
    for (clock.now = from; clock.now < to; clock.now += 100) {
      previews.offer(facts, () => {
        drawn.push(clock.now);
        clock.now += cost;
        return plane;
      });
      await previews.settled();
    }
  };
  await offerFor(0, 3000, 0);
  expect(drawn).toEqual([0, 1000, 2000]);
  drawn.length = 0;
  // The first picture may take long, as everything is done for the first time: the others must not wait for that.
  await offerFor(10_000, 10_100, 300);
  await offerFor(10_400, 14_000, 20);
  expect(drawn).toEqual([10_000, 11_500, 12_520, 13_540]);
});

test('a flat plane is a picture too', async () => {
  const { previews, told } = previewsOn(() => Promise.resolve());
  previews.offer(facts, () => ({ ...plane, values: new Float32Array(600 * 300) }));
  await previews.settled();
  expect(told).toHaveLength(1);
});

test('one that cannot be stored is the last one, and the job is told why', async () => {
  const { previews, told, warnings, clock } = previewsOn(() => Promise.reject(new Error('The disk is full.')));
  previews.offer(facts, () => plane);
  await previews.settled();
  clock.now = 60_000;
  previews.offer(facts, () => expect.unreachable());
  expect({ told, warnings }).toEqual({ told: [], warnings: ['There are no more previews: The disk is full.'] });
});

test('D6: a solver that leaves the event loop one turn for each iteration has told of a picture before the next one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rondel-previews-'));
  const told: number[] = [];
  const previews = openPreviews({
    job: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    store: openArtifactStore(folder, blocking),
    onPreview: ({ iteration }) => told.push(iteration),
    onLog: (_, message) => expect.unreachable(message),
  });
  previews.offer(facts, () => plane);
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual([facts.iteration]);
  await rm(folder, { recursive: true });
});
