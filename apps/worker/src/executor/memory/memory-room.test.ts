import { expect, it } from 'vitest';
import { cachedBytes, freeMemory, memoryHere } from './free-memory.js';
import { openRoom, roomOf, type Memory } from './memory-room.js';

const gib = 2 ** 30;
const shared = { sharesHost: true, memoryBytes: 4 * gib };
const device = { sharesHost: false, memoryBytes: 40 * gib };

function memory(facts: Partial<Memory> = {}): Memory {
  return { ownBytes: gib / 8, totalBytes: 8 * gib, freeBytes: () => 7 * gib, residentBytes: () => gib / 8, ...facts };
}

it('is three quarters of what the processes of the worker leave, divided among slots', () => {
  expect(roomOf(shared, {}, memory())).toEqual({ memoryBytes: 0.75 * (8 - 2 / 8) * gib });
  expect(roomOf(shared, { slots: 3 }, memory())).toEqual({ memoryBytes: (0.75 * (8 - 4 / 8) * gib) / 3 });
  expect(roomOf(device, { slots: 3 }, memory())).toEqual({
    memoryBytes: (40 * gib) / 3,
    hostBytes: (0.75 * (8 - 4 / 8) * gib) / 3,
  });
});

it('is what the worker was given for its jobs, where there is as much', () => {
  expect(roomOf(shared, { memoryBytes: gib, slots: 2 }, memory())).toEqual({ memoryBytes: gib / 2 });
  expect(roomOf(device, { memoryBytes: gib, slots: 2 }, memory())).toMatchObject({ memoryBytes: gib / 2 });
  expect(roomOf(shared, { memoryBytes: 100 * gib }, memory())).toEqual({ memoryBytes: 0.75 * (8 - 2 / 8) * gib });
  expect(roomOf(shared, {}, memory({ totalBytes: gib / 8 }))).toEqual({ memoryBytes: 0 });
});

it('shrinks when memory is short, and counts what this process can use again', () => {
  let free = 7 * gib;
  let resident = gib / 8;
  let now = 0;
  const facts = memory({ freeBytes: () => free, residentBytes: () => resident });
  const room = openRoom({ memoryBytes: 5 * gib }, facts, () => now);
  expect(room()).toMatchObject({ memoryBytes: 5 * gib });
  free = 2 * gib;
  expect(room()).toMatchObject({ memoryBytes: 5 * gib });
  now = 1001;
  expect(room()).toMatchObject({ memoryBytes: 1.5 * gib });
  now = 2002;
  resident = (1 + 1 / 8) * gib;
  expect(room()).toMatchObject({ memoryBytes: 2.25 * gib });
  const other = openRoom({ memoryBytes: 40 * gib, hostBytes: 5 * gib }, facts, () => now);
  expect(other()).toMatchObject({ memoryBytes: 40 * gib, hostBytes: 2.25 * gib });
});

it('counts what is kept of files as free, in groups with groups below them too', () => {
  expect(cachedBytes('anon 7\nfile 900\ninactive_file 600\nactive_file 200\n')).toBe(800);
  const old = 'inactive_file 1\nactive_file 2\ntotal_inactive_file 30\ntotal_active_file 400\n';
  expect(cachedBytes(old)).toBe(430);
  expect(cachedBytes('')).toBe(0);
});

it('reads what this machine says', () => {
  expect(memoryHere()).toBeGreaterThan(0);
  expect(freeMemory()).toBeGreaterThan(0);
  expect(freeMemory()).toBeLessThanOrEqual(memoryHere());
});
