import { binningSaid, elementCount, float32Array, leftOutSaid, type Dataset } from '@rondel/contracts';
import { blocksFor, cutDataset, findDivision, joinDatasets, stepsOnBlock } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { buildPlan, relativeError, reconstruct, run, useEngine } from '../running.test.support.js';
import { blobScan, even, fdk, scanner, type Properties } from './cone-scans.test.support.js';
import { viewVectors } from './view-vectors.js';

useEngine();

type Span = readonly [start: number, stop: number];

/** Some rows and columns of a scan, as a reader gives them; means of 2 x 2 where that is asked for. */
function partOf({ data, companions, attributes }: Dataset, rows: Span, columns: Span, factor = 1): Dataset {
  const [, binRows = 1, views = 1, bins = 1] = data.shape;
  const shape = [1, Math.floor((rows[1] - rows[0]) / factor), views, Math.floor((columns[1] - columns[0]) / factor)];
  const [, ofRows = 1, , ofColumns = 1] = shape;
  const taken = Float32Array.from({ length: elementCount(shape) }, (_, at) => {
    const [column, view] = [at % ofColumns, Math.floor(at / ofColumns) % views];
    const row = Math.floor(at / ofColumns / views);
    let sum = 0;
    for (let member = 0; member < factor ** 2; member++) {
      const [v, u] = [
        rows[0] + row * factor + Math.floor(member / factor),
        columns[0] + column * factor + (member % factor),
      ];
      sum += data.data[(v * views + view) * bins + u] ?? NaN;
    }
    return sum / factor ** 2;
  });
  const tooFew = (of: number, span: Span) => span[1] - span[0] - of * factor;
  return {
    data: float32Array(taken, shape, data.axes),
    companions,
    attributes: {
      ...attributes,
      ...binningSaid({
        detector: { factor, leftOver: tooFew(ofColumns, columns) },
        slice: { factor, leftOver: tooFew(ofRows, rows) },
      }),
      ...leftOutSaid({
        detector: { before: columns[0], behind: bins - columns[1] },
        slice: { before: rows[0], behind: binRows - rows[1] },
      }),
    },
  };
}

const unsaid = ({ attributes: { binning: _, leftOut: __, ...attributes }, ...dataset }: Dataset): Dataset => ({
  ...dataset,
  attributes,
});

const [bins, binRows] = [48, 32];
const angles = even(60);
const scan = blobScan(angles, { bins, binRows });

async function imageOf(data: Dataset, geometry: Properties, others: Properties = {}) {
  const { output } = await reconstruct(fdk({ ...geometry }, { circle: false, ...others }), data);
  return output.data;
}

/** Slices of a volume, of which the middle `size` x `size` voxels. */
function inner({ data, shape }: Dataset['data'], slices: Span, size: number): Float32Array {
  const [, , rows = 1, columns = 1] = shape;
  const [y0, x0] = [(rows - size) / 2, (columns - size) / 2];
  return Float32Array.from({ length: (slices[1] - slices[0]) * size * size }, (_, at) => {
    const [x, y, slice] = [at % size, Math.floor(at / size) % size, slices[0] + Math.floor(at / size / size)];
    return data[(slice * rows + y + y0) * columns + x + x0] ?? NaN;
  });
}

/** Sums of float32 in another order. */
const rounding = 1e-5;

describe('a part of the detector of a cone beam', () => {
  it.each<[string, Properties]>([
    ['', { ...scanner }],
    [', turned in its plane and off the axis', { ...scanner, detectorOffset: [1.5, -3], detectorTilt: 0.03 }],
    [', curved', { ...scanner, detectorShape: 'curved' }],
    [
      ' with vectors',
      {
        voxel: 0.9,
        vectors: Array.from(angles, (angle) => [
          ...viewVectors(
            { ...scanner, detectorOffset: [0, 0], detectorTilt: 0, centerShift: 0, direction: 'ccw' },
            Float64Array.of(angle),
          ),
        ]),
      },
    ],
  ])('has the slices that its rows see, as all rows give them%s', async (_what, geometry) => {
    const whole = await imageOf(scan, geometry);
    const part = await imageOf(partOf(scan, [6, 30], [0, bins]), geometry);
    expect(part.shape).toEqual([1, 24, bins, bins]);
    // Slices nearer to the ends need rows that were not read, as seen towards the source.
    expect(relativeError(inner(part, [7, 18], 30), inner(whole, [13, 24], 30))).toBeLessThan(rounding);
  });

  it('has its axis where the plan has it for all columns', async () => {
    const columns: Span = [3, 46];
    const given = await imageOf(partOf(scan, [0, binRows], columns), { ...scanner });
    const own = await imageOf(unsaid(partOf(scan, [0, binRows], columns)), { ...scanner, detectorOffset: [0.75, 0] });
    expect(given.data).toEqual(own.data);
  });

  it('may be binned besides', async () => {
    // Rows 5 to 28 and columns 4 to 45 became 12 x 21, of which the middle is a row and a column behind that of the whole.
    const part = partOf(scan, [5, 30], [4, 47], 2);
    const shape = [22, 22];
    const given = await imageOf(part, { ...scanner, shape });
    expect(given.shape).toEqual([1, 12, 22, 22]);
    const whole = await imageOf(partOf(scan, [1, 31], [0, bins], 2), { ...scanner, shape });
    // 0.0008 are the tails of the blob in columns that were left out; a column of the file off gives 0.037, a row 0.10.
    expect(relativeError(inner(given, [4, 8], 14), inner(whole, [6, 10], 14))).toBeLessThan(0.003);
  });

  it('gives the same bits in blocks of slices', async () => {
    const part = partOf(scan, [2, 30], [0, bins]);
    const plan = fdk({ ...scanner, shape: [24, 24] });
    const whole = (await reconstruct(plan, part)).output;
    const algorithm = buildPlan(plan);
    const division = findDivision(algorithm.steps, part, { memoryBytes: 1e9 });
    expect(division).toMatchObject({ axis: 'slice', steps: 2 });
    const parts = [];
    for (const block of blocksFor(algorithm.steps, part, { axis: 'slice', extent: 28, size: 7 })) {
      const rows = cutDataset(part, { axis: 'slice', start: block.from, stop: block.to });
      parts.push((await run({ ...algorithm, steps: stepsOnBlock(algorithm.steps, block, 0) }, rows)).output);
    }
    algorithm.dispose();
    expect(joinDatasets(parts, 'slice').data).toEqual(whole.data);
  });

  it('is searched for its axis in the rows of the plane of the source', () => {
    const part = partOf(scan, [4, 26], [0, bins]);
    const [, reco] = buildPlan(fdk({ ...scanner }, { findCenterShift: true })).steps;
    const entries = reco?.definition.survey?.entries(22, reco.parameters, part) ?? [];
    const middle = (binRows - 1) / 2 - 4;
    expect(entries).toEqual([Math.floor(middle), Math.ceil(middle)]);
  });

  const warningsOf = async (data: Dataset, geometry: Properties = {}) =>
    (await reconstruct(fdk({ ...scanner, ...geometry }), data)).warnings;

  it('says how many slices need rows that were not read, if the object goes on there', async () => {
    const cut = partOf(scan, [12, 20], [0, bins]);
    expect(await warningsOf(cut)).toContain('PART_NARROW');
    // Rows that are told, by whoever has cut them, or beyond which the object does not go, or of a narrow cone.
    expect(await warningsOf(unsaid(cut))).toEqual([]);
    expect(await warningsOf(partOf(scan, [1, 31], [0, bins]))).toEqual([]);
    const far = { sourceOrigin: 9000, sourceDetector: 9060 };
    expect(await warningsOf(cut, far)).not.toContain('PART_NARROW');
  });

  it('of one row is warned of where its rays pass other slices, far from the plane of the source or turned', async () => {
    const row = (at: number) => partOf(scan, [at, at + 1], [0, bins]);
    expect(await warningsOf(row(16))).toEqual([]);
    expect(await warningsOf(row(16), { detectorTilt: 0.02 })).toEqual([]);
    expect(await warningsOf(row(24))).toEqual(['PART_NARROW']);
    expect(await warningsOf(row(16), { detectorTilt: 0.1 })).toEqual(['PART_NARROW']);
    expect(await warningsOf(row(16), { detectorOffset: [0, 12] })).toEqual(['PART_NARROW']);
    expect(await warningsOf(unsaid(row(16)), { detectorOffset: [0, 12] })).toEqual(['GEOMETRY_SUSPECT']);
  });

  it('of one row is that of a fan wherever the middle of the detector is, and turned about it', async () => {
    const row = partOf(scan, [16, 17], [0, bins]);
    const fan = await imageOf(row, { ...scanner });
    expect((await imageOf(row, { ...scanner, detectorOffset: [0, 3] })).data).toEqual(fan.data);
    // Half a row above the middle, about which the detector is turned: 0.75 mm x sin(0.2) across.
    const turned = await imageOf(row, { ...scanner, detectorTilt: 0.2 });
    const moved = await imageOf(row, { ...scanner, detectorOffset: [-0.75 * Math.sin(0.2), 0] });
    expect(turned.data).toEqual(moved.data);
  });

  it('with vectors has voxels that grow with its bins, as a geometry in words has', async () => {
    const vectors = Array.from(angles, (angle) => [
      ...viewVectors(
        { ...scanner, detectorOffset: [0, 0], detectorTilt: 0, centerShift: 0, direction: 'ccw' },
        Float64Array.of(angle),
      ),
    ]);
    const binned = partOf(scan, [0, binRows], [0, bins], 2);
    const given = await imageOf(binned, { voxel: 0.9, vectors });
    const own = await imageOf(binned, { ...scanner });
    expect(given.spacing).toEqual(own.spacing);
    expect(given.spacing?.[3]).toBeCloseTo(1.8, 10);
    expect(relativeError(given.data, own.data)).toBeLessThan(rounding);
    const asked = await imageOf(binned, { voxel: 0.9, vectors, shape: [40, 40] });
    expect([asked.shape, asked.spacing?.[3]]).toEqual([[1, 16, 40, 40], 0.9]);
  });

  it('of one row is taken for a fan', async () => {
    const row = partOf(scan, [20, 21], [3, 46]);
    const given = await imageOf(row, { ...scanner });
    const own = await imageOf(unsaid(row), { ...scanner, detectorOffset: [0.75, 0] });
    expect(given.data).toEqual(own.data);
  });
});
