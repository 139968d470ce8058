import { describe, expect, it } from 'vitest';
import { subjobPlace, subjobQueue, placeOfSubjobs, placesOfWorker } from './subjob-queue.js';
import { meets, needsIn, type Capabilities } from './requirements.js';

const worker: Capabilities = {
  id: 'box-1',
  pools: ['gpu', 'night'],
  labels: { gpu: 'a100' },
  engine: 'wasm',
  packages: { '@lab/mean': '1.0.0' },
  roots: ['scans'],
};

describe('the queue of a sub-job', () => {
  it('is that of its place when every worker there can run it', () => {
    expect(subjobQueue('gpu', {})).toEqual({ queue: 'gpu' });
    expect(subjobQueue('gpu', { roots: [], packages: [], labels: {} })).toEqual({ queue: 'gpu' });
  });

  it('is the same for what requires the same, in whatever order that is written', () => {
    const requires = { roots: ['a', 'b'], labels: { x: '1', y: '2' } };
    const one = subjobQueue('gpu', requires);
    const same = subjobQueue('gpu', { labels: { y: '2', x: '1' }, roots: ['b', 'a'] });
    expect(same.queue).toBe(one.queue);
    const others = [
      subjobQueue('gpu', { roots: ['a'] }),
      subjobQueue('gpu', { packages: ['a', 'b'] }),
      subjobQueue('cpu', requires),
    ];
    expect(new Set([one, ...others].map(({ queue }) => queue)).size).toBe(4);
  });

  it('tells its place, and a name that no pool can have', () => {
    const place = subjobPlace.worker('box-1');
    expect(placeOfSubjobs(subjobQueue(place, {}))).toBe(place);
    expect(placeOfSubjobs(subjobQueue('gpu', { engine: 'webgpu' }))).toBe('gpu');
    expect(subjobQueue('gpu', { engine: 'webgpu' }).queue).not.toMatch(/^[a-z0-9][a-z0-9_-]{0,62}$/);
    expect(placesOfWorker(worker)).toEqual(['gpu', 'night', place, subjobPlace.anywhere]);
  });
});

describe('a worker', () => {
  it.each([
    [{}, true],
    [{ engine: 'wasm' } as const, true],
    [{ engine: 'webgpu' } as const, false],
    [{ roots: ['scans'], packages: ['@lab/mean'], labels: { gpu: 'a100' } }, true],
    [{ roots: ['scans', 'vault'] }, false],
    [{ packages: ['constructor'] }, false],
    [{ labels: { gpu: 'h100' } }, false],
  ])('that meets %o: %s', (requires, expected) => {
    expect(meets(worker, requires)).toBe(expected);
  });

  it('is asked for one thing after the other', () => {
    const requires = { engine: 'webgpu', packages: ['@lab/x'], roots: ['vault'], labels: { gpu: 'h100' } } as const;
    const needs = needsIn({ ...requires, packages: [...requires.packages], roots: [...requires.roots] });
    expect(needs.map(({ text }) => text)).toEqual([
      'engine webgpu',
      'package @lab/x',
      'data root vault',
      'label gpu=h100',
    ]);
  });
});
