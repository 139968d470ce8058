import {
  box,
  l1,
  l2,
  l21,
  locallyLowRank,
  maskedConstraint,
  maskedPenalty,
  nuclear,
  openEngine,
  positivity,
  reality,
  totalVariation,
  totalVariationAlong,
  transformedConstraint,
  transformedPenalty,
  type Constraint,
  type Penalty,
} from '@rondel/compute';
import { memory, mul, reshape, sub, sum, tensor, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAgreement } from './agreement.js';
import { engineName, useEngineUnderTest } from './engine-under-test.js';
import { randomValues } from './reference.js';

const weights = [0.05, 0.1];
const batch = weights.length;
const size = 24;

interface MapCase {
  readonly name: string;
  /** Of an image, without the batch. */
  readonly shape: readonly number[];
  readonly change: (x: Tensor) => Tensor;
  /** Of one image in float64; left out, the images of wasm are what others are compared with. */
  readonly float64?: (x: number[], weight: number) => number[];
}

function prox(make: () => Penalty, iteration = 0): MapCase['change'] {
  return (x) => make().prox(x, tensor1d(weights), iteration);
}

function project(make: () => Constraint): MapCase['change'] {
  return (x) => make().project(x);
}

const less = (length: number, weight: number) => (length > weight ? 1 - weight / length : 0);
/** Groups of elements a fixed distance apart lose the weight of their norm. */
const shrunkGroups = (count: number) => (x: number[], weight: number) => {
  const distance = x.length / count;
  return x.map((value, at) => {
    const group = Array.from({ length: count }, (_, member) => x[(at % distance) + member * distance] ?? NaN);
    return value * less(Math.hypot(...group), weight);
  });
};

/** A projected gradient without momentum, to its end. */
const denoisedLines = (extent: number) => (x: number[], weight: number) => {
  const dual = x.map(() => 0);
  const now = () =>
    x.map((value, at) => {
      const before = at % extent > 0 ? (dual[at - 1] ?? 0) : 0;
      return value - weight * (before - (at % extent < extent - 1 ? (dual[at] ?? 0) : 0));
    });
  for (let iteration = 0; iteration < 4000; iteration++) {
    const current = now();
    for (let at = 0; at < x.length; at++) {
      if (at % extent === extent - 1) continue;
      const step = ((current[at + 1] ?? NaN) - (current[at] ?? NaN)) / (4 * weight);
      dual[at] = Math.max(-1, Math.min(1, (dual[at] ?? 0) + step));
    }
  }
  return now();
};

const evenPixels = (at: number) => (at % 2 === 0 ? 1 : 0);
/** 1 and 0 by turns, [...shape, 1]. */
const mask = (shape: readonly number[]) => {
  const pixels = shape.reduce((product, extent) => product * extent, 1);
  return tensor(
    Float32Array.from({ length: pixels }, (_, at) => evenPixels(at)),
    [...shape, 1],
  );
};

const mirrored = (x: number[]): number[] => {
  const mean = x.reduce((total, value) => total + value, 0) / x.length;
  return x.map((value) => value - 2 * mean);
};
/** x - 2 (mean of x), which is a reflection: unitary, and its own adjoint. */
const mirror = (x: Tensor) => tidy(() => sub(x, mul(sum(x, 0, true), 2 / x.shape[0])));
const reflection = { apply: mirror, adjoint: mirror };

const between = (low: number, high: number) => (x: number[]) => x.map((value) => Math.max(low, Math.min(high, value)));
const realOnly = (change: (value: number) => number) => (x: number[]) =>
  x.map((value, at) => (at < x.length / 2 ? change(value) : 0));

const soft = shrunkGroups(1);
const flat = [size];
const pairs = [2, size / 2];
const volume = [2, 2, 2, 3];
const complex = true;

const cases: readonly MapCase[] = [
  { name: 'L1', shape: flat, change: prox(() => l1()), float64: soft },
  { name: 'L1 of pairs', shape: pairs, change: prox(() => l1({ complex })), float64: shrunkGroups(2) },
  { name: 'L2', shape: flat, change: prox(l2), float64: (x, weight) => x.map((value) => value / (1 + 2 * weight)) },
  { name: 'L21', shape: [3, 8], change: prox(() => l21({ slices: 3 })), float64: shrunkGroups(3) },
  {
    name: 'L21 of pairs',
    shape: [2, 2, 6],
    change: prox(() => l21({ slices: 2, complex })),
    float64: shrunkGroups(4),
  },
  {
    name: 'TV along rows',
    shape: [8, 3],
    change: prox(() => totalVariation({ shape: [8, 3], axes: [1], iterations: 30 })),
    float64: denoisedLines(3),
  },
  {
    name: 'TV along rows, exactly',
    shape: [8, 3],
    change: prox(() => totalVariationAlong({ shape: [8, 3], axis: 1 })),
    float64: denoisedLines(3),
  },
  {
    name: 'TV along rows of pairs, exactly',
    shape: [2, 4, 3],
    change: prox(() => totalVariationAlong({ shape: [4, 3], axis: 1, complex })),
    float64: denoisedLines(3),
  },
  { name: 'TV', shape: [4, 6], change: prox(() => totalVariation({ shape: [4, 6], iterations: 10 })) },
  {
    name: 'TV, isotropic',
    shape: [4, 6],
    change: prox(() => totalVariation({ shape: [4, 6], iterations: 10, isotropic: true })),
  },
  {
    name: 'TV of pairs',
    shape: [2, 4, 3],
    change: prox(() => totalVariation({ shape: [4, 3], iterations: 10, complex })),
  },
  {
    name: 'TV of volumes of pairs behind each other',
    shape: [2, ...volume],
    change: prox(() => totalVariation({ shape: volume, iterations: 5, complex })),
  },
  {
    name: 'TV of volumes of pairs, split',
    shape: [2, ...volume],
    change: (x) => splitOnce(totalVariation({ shape: volume, iterations: 1, complex }), x),
  },
  {
    name: 'TV of volumes, split, isotropic',
    shape: volume,
    change: (x) => splitOnce(totalVariation({ shape: volume, iterations: 1, isotropic: true }), x),
  },
  {
    name: 'nuclear norm of a column, which is its norm',
    shape: flat,
    change: prox(() => nuclear({ rows: size, columns: 1 })),
    float64: shrunkGroups(size),
  },
  { name: 'nuclear norm', shape: flat, change: prox(() => nuclear({ rows: 4, columns: 6 })) },
  { name: 'nuclear norm of pairs', shape: pairs, change: prox(() => nuclear({ rows: 4, columns: 3, complex })) },
  {
    name: 'LLR, blocks that move',
    shape: [3, 2, 4],
    change: prox(() => locallyLowRank({ shape: [2, 4], blockSize: [2, 2], shifted: true }), 3),
  },
  {
    name: 'LLR of pairs',
    shape: [2, 3, 4],
    change: prox(() => locallyLowRank({ shape: [4], blockSize: [3], complex })),
  },
  {
    name: 'masked L1',
    shape: flat,
    change: prox(() => maskedPenalty(l1(), mask(flat))),
    float64: (x, weight) => x.map((value, at) => (evenPixels(at) ? value * less(Math.abs(value), weight) : value)),
  },
  {
    name: 'masked L1 of pairs',
    shape: pairs,
    change: prox(() => maskedPenalty(l1({ complex }), mask([size / 2]))),
    float64: (x, weight) =>
      shrunkGroups(2)(x, weight).map((value, at) => (evenPixels(at % (size / 2)) ? value : (x[at] ?? NaN))),
  },
  {
    name: 'L1 of a reflected image',
    shape: flat,
    change: prox(() => transformedPenalty(l1(), reflection)),
    float64: (x, weight) => mirrored(soft(mirrored(x), weight)),
  },
  {
    name: 'x >= 0 of a reflected image',
    shape: flat,
    change: project(() => transformedConstraint(positivity(), reflection)),
    float64: (x) => mirrored(between(0, Infinity)(mirrored(x))),
  },
  { name: 'x >= 0', shape: flat, change: project(() => positivity()), float64: between(0, Infinity) },
  {
    name: 'x >= 0 of pairs',
    shape: pairs,
    change: project(() => positivity({ complex })),
    float64: realOnly((value) => Math.max(0, value)),
  },
  {
    name: 'real pairs',
    shape: pairs,
    change: project(() => reality({ complex })),
    float64: realOnly((value) => value),
  },
  { name: 'a box', shape: flat, change: project(() => box({ lower: -0.1, upper: 0.2 })), float64: between(-0.1, 0.2) },
  { name: 'a lower bound', shape: flat, change: project(() => box({ lower: -0.1 })), float64: between(-0.1, Infinity) },
  { name: 'an upper bound', shape: flat, change: project(() => box({ upper: 0.2 })), float64: between(-Infinity, 0.2) },
  {
    name: 'a box of pairs',
    shape: pairs,
    change: project(() => box({ lower: -0.1, upper: 0.2, complex })),
    float64: realOnly((value) => Math.max(-0.1, Math.min(0.2, value))),
  },
  {
    name: 'a masked box',
    shape: flat,
    change: project(() => maskedConstraint(box({ upper: 0.2 }), mask(flat))),
    float64: (x) => x.map((value, at) => (evenPixels(at) ? Math.min(0.2, value) : value)),
  },
];

/** What methods do that split a penalty into a transform and magnitudes: there, through the map, and back. */
function splitOnce({ split }: Penalty, x: Tensor): Tensor {
  if (split === undefined) throw new Error('the penalty is not split');
  const { transform, penalty } = split;
  return reshape(transform.adjoint(penalty.prox(transform.apply(x), tensor1d(weights), 0)), x.shape);
}

function compute({ shape, change }: MapCase): Float32Array {
  const values = randomValues(batch * shape.reduce((product, extent) => product * extent, 1), 5);
  return tidy(() => change(tensor(values, [...shape, batch])).dataSync<'float32'>()).slice();
}

/** Each image of [..., batch] by itself. */
function imageByImage(values: Float32Array, change: NonNullable<MapCase['float64']>): number[] {
  const result = new Array<number>(values.length);
  weights.forEach((weight, entry) => {
    const own = Array.from(values).filter((_, at) => at % batch === entry);
    change(own, weight).forEach((value, at) => (result[at * batch + entry] = value));
  });
  return result;
}

/** Before the engine under test opens, as a process has one at a time. */
const onWasm = new Map<string, Float32Array>();
beforeAll(async () => {
  const engine = await openEngine('wasm', { threads: 1 });
  for (const one of cases) onWasm.set(one.name, compute(one));
  await engine.dispose();
});
useEngineUnderTest();

describe(`proximal maps on ${engineName}`, () => {
  it.each(cases)('$name', (one) => {
    const before = memory().numTensors;
    const found = compute(one);
    expect(found.some((value) => value !== 0)).toBe(true);
    expect(memory().numTensors).toBe(before);
    const values = randomValues(found.length, 5);
    const expected = one.float64 ? imageByImage(values, one.float64) : (onWasm.get(one.name) ?? []);
    expectAgreement(`map: ${one.name}`, found, expected);
  });

  it('of gradients keeps the mean and flattens', () => {
    const values = randomValues(6 * batch, 6);
    const flattening = totalVariation({ shape: [2, 3], iterations: 60, isotropic: true });
    const found = tidy(() => flattening.prox(tensor(values, [2, 3, batch]), 2, 0).dataSync<'float32'>());
    const means = imageByImage(values, (x) => x.map(() => x.reduce((total, value) => total + value / 6, 0)));
    // As near as 60 iterations come.
    expectAgreement('map: TV, to the mean', found, means, 1e-3);
  });
});
