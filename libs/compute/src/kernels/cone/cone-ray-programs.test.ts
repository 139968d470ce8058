import { expect, it } from 'vitest';
import { rayPrograms } from './cone-ray-programs.js';
import { circularCone } from './cone-views.test.support.js';

const geometry = circularCone([8, 9, 7], { views: 7, detector: [12, 5], tilt: 0.2 });

function programsOf(direction: 'forward' | 'adjoint', most?: number) {
  return [...rayPrograms(direction, most)([9, 9, 9], geometry)];
}

it.each(['forward', 'adjoint'] as const)('tables of lines are divided by views, %s', (direction) => {
  const [whole, ...more] = programsOf(direction);
  expect(more).toEqual([]);
  // A turned detector has a line for each of its 60 bins: two views at a time.
  const parts = programsOf(direction, 150);
  expect(parts.map(({ uniforms }) => [uniforms['firstView'], uniforms['views']])).toEqual([
    [0, 2],
    [2, 2],
    [4, 2],
    [6, 1],
  ]);
  whole?.tables.forEach(({ name, values }, at) => {
    const joined = parts.flatMap(({ tables }) => [...(tables[at]?.values ?? [])]);
    expect(joined, name).toEqual([...values]);
  });
  const invocations = parts.map((part) => part.invocations);
  expect(invocations).toEqual(direction === 'forward' ? [120, 120, 120, 60] : [504, 504, 504, 504]);
});

it('takes a view at a time where one has more lines than are tabled together', () => {
  expect(programsOf('forward', 1)).toHaveLength(7);
});
