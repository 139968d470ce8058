import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Array, type Dataset } from '@rondel/contracts';
import { blocksAlong } from '@rondel/reco';
import { openPartArea, type PartFiles } from '@rondel/store';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { leaveParts } from './leave-parts.js';

let folder: string;
let files: PartFiles;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-leave-parts-'));
  files = openPartArea(folder).files({ job: '01JD3AAAAAAAAAAAAAAAAAAAAA', run: 0 });
});
afterEach(() => rm(folder, { recursive: true }));

/** Slices of 4 numbers, and what else goes with them. */
function slices(count: number, companions: Dataset['companions'] = {}): Dataset {
  return { data: float32Array(new Float32Array(4 * count), [count, 4], ['slice', 'x']), companions, attributes: {} };
}

it('H5: what a stage leaves for the next is bounded as an image is, of all its blocks together', () => {
  const whole = (maxOutputBytes: number) =>
    leaveParts(slices(8), { leaves: { kind: 'dataset', halo: 0 }, maxOutputBytes }, files);
  expect(whole(128)).toHaveLength(1);
  const refusal = /"data" that the job leaves for its next stage would take 128 B.*rondel api --max-output/;
  expect(() => whole(127)).toThrow(refusal);
  const blocks = { kind: 'blocks', axis: 'slice', size: 2, halo: 0, byReference: false } as const;
  expect(() => leaveParts(slices(8), { leaves: blocks, maxOutputBytes: 127 }, files)).toThrow(refusal);
  // The second of four blocks, with a neighbour on either side.
  const [, block] = blocksAlong({ axis: 'slice', extent: 8, size: 2, halo: 1 });
  const part = (maxOutputBytes: number) =>
    leaveParts(slices(4), { leaves: { kind: 'dataset', halo: 1 }, ...(block && { block }), maxOutputBytes }, files);
  expect(part(128)).toHaveLength(1);
  expect(() => part(127)).toThrow(refusal);
  const angles = float32Array(new Float32Array(100), [100], ['angle']);
  const beside = () =>
    leaveParts(slices(8, { angles }), { leaves: { kind: 'dataset', halo: 0 }, maxOutputBytes: 399 }, files);
  expect(beside).toThrow(/"angles" .* would take 400 B/);
});
