import { withFound, type DatasetFacts } from '@rondel/contracts';
import { blocksAlong, defineStep, type BuiltStep } from '@rondel/reco';
import { expect, it } from 'vitest';
import { openDivider } from './division.js';
import type { DivisionOffer } from '../messages/division-offer.js';

const axes = ['slice', 'x'];
const steps = ['a', 'b'].map((path): BuiltStep => ({
  path,
  definition: defineStep({
    type: 'Add',
    description: '',
    properties: {},
    input: axes,
    output: axes,
    parallel: ['slice'],
    purity: 'pure',
    estimateBytes: () => 0,
  }),
  parameters: {},
  step: { process: (dataset) => dataset },
}));
const facts: DatasetFacts = { data: { dtype: 'float32', shape: [10, 4], axes }, companions: {}, attributes: {} };

function divider(size: number | undefined, memoryBytes = 1e9) {
  const offers: DivisionOffer[] = [];
  const opened = openDivider({
    steps,
    room: { memoryBytes },
    terms: { fromBytes: memoryBytes < 1e9 ? Infinity : 1, halvings: 0 },
    ask: (offer) => {
      offers.push(offer);
      return Promise.resolve(size === undefined ? { kind: 'whole' } : { kind: 'divided', size });
    },
  });
  return { ...opened, offers };
}

it('asks once before a step, before or after its input was read, and again before the next', async () => {
  const { goesOn, divided, offers } = divider(undefined);
  for (const index of [0, 0, 1]) expect(await goesOn(facts, index)).toBe(true);
  expect(offers.map(({ done }) => done.length)).toEqual([0, 1]);
  expect(divided()).toBeUndefined();
});

it('says what is left to blocks of data that was only described', async () => {
  const { goesOn, divided, offers } = divider(5);
  expect(await goesOn(facts, 0)).toBe(false);
  expect(offers).toMatchObject([{ axis: 'slice', extent: 10, rest: [{ divided: true }, { divided: true }] }]);
  const blocks = blocksAlong({ axis: 'slice', extent: 10, size: 5 });
  expect(divided()).toEqual({ axis: 'slice', size: 5, halo: 0, blocks, done: [] });
});

it('offers blocks that fit where the whole would not, with the reason', async () => {
  // Ten slices of four float32 values: 160 bytes.
  const { goesOn, offers } = divider(3, 60);
  expect(await goesOn(facts, 0)).toBe(false);
  expect(offers).toMatchObject([{ most: 3, problem: 'a needs 160 B, this worker has 60 B' }]);
});

it('M4: divides what is too large to be read in one piece, though it fits', async () => {
  const { goesOn, offers } = divider(5, 1e12);
  const large: DatasetFacts = { ...facts, data: { dtype: 'uint16', shape: [10, 2 ** 28], axes } };
  expect(await goesOn(large, 0)).toBe(false);
  expect(offers).toMatchObject([{ most: 6, problem: expect.stringContaining('larger than the 3.0 GiB') as string }]);
});

it('cuts each block as far as steps reach from it, and tells stages how far that is at most', async () => {
  const fanned = steps.map((step): BuiltStep => ({
    ...step,
    definition: {
      ...step.definition,
      outputSize: { from: [], of: (_, input) => input },
      // The farther from the middle, the wider.
      parallel: [
        {
          axis: 'slice',
          reachOfWhole:
            () =>
            ({ start, stop }) => ({ start, stop: Math.min(10, stop + (start >> 2)) }),
        },
      ],
    },
  }));
  const { goesOn, divided } = openDivider({
    steps: fanned,
    room: { memoryBytes: 1e9 },
    terms: { fromBytes: 1, halvings: 0 },
    ask: () => Promise.resolve({ kind: 'divided', size: 4 }),
  });
  await goesOn(facts, 0);
  expect(divided()?.blocks.map(({ from, to }) => [from, to])).toEqual([
    [0, 4],
    [4, 10],
    [8, 10],
  ]);
  // One entry at 7 or before is the widest, in each of two steps.
  expect(divided()?.halo).toBe(2);
});

it('asks for halos as wide as what a survey has found makes them, as its blocks are cut', async () => {
  const offers: DivisionOffer[] = [];
  const wide = steps.map((step, index): BuiltStep => ({
    ...step,
    definition: { ...step.definition, parallel: [{ axis: 'slice', halo: ({ width }) => Number(width) }] },
    parameters: { width: 3 - index },
  }));
  const { goesOn, divided } = openDivider({
    steps: wide,
    room: { memoryBytes: 1e9 },
    terms: { fromBytes: 1, halvings: 0 },
    ask: (offer) => {
      offers.push(offer);
      return Promise.resolve({ kind: 'divided', size: 5 });
    },
  });
  await goesOn(withFound(facts, { 'a.width': 1 }), 0);
  expect(offers).toMatchObject([{ halo: 3, rest: [{ halo: 1 }, { halo: 2 }] }]);
  expect(divided()).toMatchObject({
    halo: 3,
    blocks: [
      { from: 0, to: 8 },
      { from: 2, to: 10 },
    ],
  });
});
