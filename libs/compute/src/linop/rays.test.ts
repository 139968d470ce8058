import { afterAll, beforeAll } from 'vitest';
import { openEngine, type Engine } from '../index.js';
import { describeLinOpLaws } from './linear-operator-laws.test.support.js';
import { rayOperator } from './rays.js';

let engine: Engine | undefined;

beforeAll(async () => {
  engine = await openEngine('wasm', { threads: 2 });
});

afterAll(async () => {
  await engine?.dispose();
});

const angles = Float64Array.from({ length: 29 }, (_, index) => 0.21 * index - 0.4);
const rays = 37;
const fan = {
  shape: [24, 31],
  angles,
  tilts: Float64Array.from({ length: rays }, (_, ray) => (ray - 18) / 40),
  offsets: Float64Array.from({ length: rays }, (_, ray) => 30 * Math.sin((18 - ray) / 40)),
  weights: Float64Array.from({ length: rays }, (_, ray) => 1 + ray / 10),
} as const;

describeLinOpLaws('the operator of diverging rays, one slice', { make: () => rayOperator(fan), batch: 1 });
describeLinOpLaws('the operator of diverging rays, several slices', { make: () => rayOperator(fan), batch: 6 });
