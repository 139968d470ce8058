import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openEngine } from '@rondel/compute';
import { float32Array } from '@rondel/contracts';
import { checkPlan, parsePlan } from '@rondel/plan';
import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { radonManifest } from '@rondel/radon/manifest';
import { createRegistry, divideDataset, joinDatasets } from '@rondel/reco';
import { memory } from '@tensorflow/tfjs-core';
import manifest, { fourSlabs } from './manifest.mjs';
import labPackage from './steps.mjs';

const [frames, slices, y, x] = [3, 7, 4, 5];
const values = Float32Array.from({ length: frames * slices * y * x }, (_, index) => ((index * 37) % 101) - 50);
const shape = [frames, slices, y, x];
const input = { data: float32Array(values, shape, ['frame', 'slice', 'y', 'x']), companions: {}, attributes: {} };

let engine;
before(async () => (engine = await openEngine('wasm')));
after(() => engine.dispose());

function run(parameters, dataset = input) {
  const context = { signal: new AbortController().signal, progress() {}, preview() {}, log() {} };
  return labPackage.steps[0].create(parameters).process(dataset, context);
}

/** One value of the result, by plain loops. */
function expected(method, thickness, [frame, slab, row, column]) {
  const seen = [];
  for (let slice = slab * thickness; slice < Math.min(slices, (slab + 1) * thickness); slice += 1) {
    seen.push(values[((frame * slices + slice) * y + row) * x + column]);
  }
  return method === 'maximum' ? Math.max(...seen) : seen.reduce((sum, value) => sum + value, 0) / seen.length;
}

for (const method of ['maximum', 'mean']) {
  test(`the ${method} of slabs is that of plain loops, the thinner last slab included`, () => {
    const { data } = run({ method, thickness: 3 });
    assert.deepEqual(data.shape, [frames, 3, y, x]);
    data.data.forEach((value, index) => {
      const place = [
        Math.floor(index / (3 * y * x)),
        Math.floor(index / (y * x)) % 3,
        Math.floor(index / x) % y,
        index % x,
      ];
      // A mean of three numbers below 51 in float32: a few units in the last place.
      assert.ok(Math.abs(value - expected(method, 3, place)) < 1e-5);
    });
  });
}

test('frames computed apart are bit for bit those computed together, as `parallel` promises', () => {
  const parameters = { method: 'mean', thickness: 2 };
  const blocks = divideDataset(input, 'frame', 1).map((block) => run(parameters, block));
  assert.deepEqual(joinDatasets(blocks, 'frame').data.data, run(parameters).data.data);
});

test('the input stays as it was, and no tensor is left behind', () => {
  const copy = values.slice();
  const tensors = memory().numTensors;
  run({ method: 'maximum', thickness: 4 });
  assert.deepEqual(values, copy);
  assert.equal(memory().numTensors, tensors);
});

test('an image without frames is refused', () => {
  const bare = { ...input, data: float32Array(values, [frames * slices, y, x]) };
  assert.throws(() => run({ method: 'mean', thickness: 2 }, bare), { code: 'DATA_SHAPE_MISMATCH' });
});

test('fourSlabs gives four slabs, the last one perhaps thinner', () => {
  assert.equal(fourSlabs([64n, 64n, 32n]), 8n);
  assert.equal(fourSlabs([64n, 64n, 30n]), 8n);
  assert.throws(() => fourSlabs([64n, 64n]), { code: 'PLAN_INVALID_VALUE' });
});

test('the built-in plan is in order', () => {
  const { catalog } = createRegistry([leastSquaresManifest, radonManifest, manifest]);
  for (const { toml } of manifest.plans) assert.deepEqual(checkPlan(parsePlan(toml, { format: 'toml' }), catalog), []);
});
