import { afterAll, beforeAll } from 'vitest';
import { openEngine, type Engine } from '../index.js';
import { describeLinOpLaws } from './linear-operator-laws.test.support.js';
import { randomTensor } from './linear-operator-laws.test.support.js';
import { composeOperators } from './compose.js';
import { multiplyOperator } from './multiply.js';
import { radonOperator } from './radon.js';

let engine: Engine | undefined;

beforeAll(async () => {
  engine = await openEngine('wasm', { threads: 2 });
});

afterAll(async () => {
  await engine?.dispose();
});

const angles = Float64Array.from({ length: 29 }, (_, index) => 0.11 * index - 0.4);
const squareGeometry = { shape: [24, 24], angles, detectors: 24, center: 12 } as const;

describeLinOpLaws('the Radon operator of one slice', { make: () => radonOperator(squareGeometry), batch: 1 });
describeLinOpLaws('the Radon operator of several slices', { make: () => radonOperator(squareGeometry), batch: 11 });
describeLinOpLaws('the Radon operator of an oblong image with its axis off the middle', {
  make: () => radonOperator({ shape: [17, 30], angles, detectors: 41, center: 18.37 }),
  batch: 5,
});
describeLinOpLaws('the Radon operator on part of the pixels', {
  make: () =>
    composeOperators(radonOperator(squareGeometry), multiplyOperator(randomTensor([24, 24, 1], 9), [24, 24, null])),
});
