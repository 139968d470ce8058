import { lanes } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import type { JobHead } from '../record/job-parts.js';
import { frontOfLane, jobLine, lineOf } from './line.js';

const head: JobHead = {
  id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  pool: 'default',
  priority: 100,
  attemptsPerRun: 3,
  labels: {},
  plan: { sha256: 'f'.repeat(64) },
  data: 'root://a/b',
  createdAt: '2026-01-01T00:00:00.000Z',
  stages: [
    { steps: [], queue: 'cpu' },
    { steps: [], queue: 'gpu#0123456789abcdef', requires: { engine: 'webgpu' } },
  ],
};

describe('a line', () => {
  it('is that of the place of a stage, whatever the stage requires there', () => {
    expect([0, 1].map((stage) => jobLine(head, stage).name)).toEqual(['normal cpu', 'normal gpu']);
    expect(jobLine({ ...head, lane: 'batch', submitter: 'ada' }, 1)).toMatchObject({
      name: 'batch gpu',
      flow: '100 ada',
    });
  });

  it('costs what its priority says: half the number, half the way to the next turn', () => {
    expect([50, 100].map((priority) => jobLine({ ...head, priority }, 0).cost)).toEqual([5, 10]);
  });

  it('has priorities of its own, those of its lane, up to the largest that BullMQ takes', () => {
    const ranges = lanes.map((lane) => lineOf('default', lane));
    const ends = ranges.map(({ front, room }) => front + room);
    expect(ranges.map(({ front }) => front)).toEqual([1, ...ends.slice(0, -1).map((end) => end + 1)]);
    expect(ends.at(-1)).toBe(2 ** 21 - 1);
    for (const { front, room } of ranges) {
      for (const priority of [front, front + 1, front + room]) expect(frontOfLane(priority)).toBe(front);
    }
  });
});
