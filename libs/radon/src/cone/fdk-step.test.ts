import { settledWarnings, withFound } from '@rondel/contracts';
import { blocksFor, cutDataset, findDivision, joinDatasets, stepsOnBlock } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import {
  buildPlan,
  expectFailure,
  realData,
  reconstruct,
  relativeError,
  run,
  useEngine,
} from '../running.test.support.js';
import {
  blobImage,
  blobScan,
  even,
  fdk,
  projections,
  scanner,
  wideScan,
  type Properties,
} from './cone-scans.test.support.js';
import { readNpy } from './npy.test.support.js';

useEngine();

describe('FDK', () => {
  const shape: [number, number, number] = [40, 40, 9];
  const size = { bins: 66, binRows: 24 };

  it.each<[string, Properties, Float64Array, Parameters<typeof blobScan>[1]]>([
    ['of a full turn', {}, even(90), size],
    ['of two turns', {}, even(180, 4 * Math.PI), size],
    ['of a short scan', {}, even(80, 4.3, 0.4), size],
    ['of an axis that is off', { centerShift: 4 }, even(90), { ...size, shift: 4 }],
    [
      'of a curved detector',
      { detectorShape: 'curved', detectorOffset: [5, 0] },
      even(90),
      { ...size, offset: 5, isCurved: true },
    ],
    ['of a displaced detector', { detectorOffset: [22, 0] }, even(150), { ...size, bins: 42, offset: 22 }],
    [
      'of a detector displaced to the other side',
      { detectorOffset: [-22, 0] },
      even(150),
      { ...size, bins: 42, offset: -22 },
    ],
  ])('%s has the values of the object', async (_what, geometry, angles, scan) => {
    const { output, warnings } = await reconstruct(
      fdk({ ...scanner, voxel: 1, shape, ...geometry }),
      blobScan(angles, scan),
    );
    expect(output.data.shape).toEqual([1, 9, 40, 40]);
    expect(output.data).toMatchObject({ spacing: [1, 1, 1, 1], spacingUnit: 'mm' });
    // 24 bins across the blob, cone angles of 3 degrees: FDK is exact to a percent or two; without the weights it is tens off.
    expect(relativeError(output.data.data, blobImage(shape))).toBeLessThan(0.035);
    expect(warnings).toEqual([]);
  });

  it('says what the views do not cover', async () => {
    const plan = fdk({ ...scanner, voxel: 1, shape });
    expect((await reconstruct(plan, blobScan(even(60, 2.8), size))).warnings).toEqual(['ANGLES_INCOMPLETE']);
    const whole = fdk({ ...scanner, voxel: 1, shape }, { shortScan: 'none' });
    expect((await reconstruct(whole, blobScan(even(60, 4.4), size))).warnings).toEqual(['ANGLES_INCOMPLETE']);
  });

  it('says that the object is wider than the detector, and not of one that is displaced', async () => {
    const { warnings } = await reconstruct(
      fdk({ ...scanner, voxel: 1, shape: [20, 20, 5] }),
      blobScan(even(60), { bins: 16, binRows: 12 }),
    );
    expect(warnings).toEqual(['PROJECTIONS_TRUNCATED']);
  });

  it.each<[string, string, Float64Array, Properties, Parameters<typeof blobScan>[1]]>([
    ['one view only', 'one view only', even(1), {}, size],
    [
      'a detector off the axis without a full turn',
      'needs a full turn',
      even(80, 4.3),
      { detectorOffset: [15, 0] },
      { ...size, bins: 24, offset: 15 },
    ],
    [
      'an object that is wider than the outer side of a displaced detector',
      'the object is wider',
      even(60),
      { detectorOffset: [3, 0] },
      { ...size, bins: 14, offset: 3 },
    ],
  ])('says of %s what is wrong with it', async (_what, words, angles, geometry, scan) => {
    const plan = fdk({ ...scanner, voxel: 1, shape: [20, 20, 3], ...geometry });
    const { output } = await reconstruct(plan, blobScan(angles, scan));
    const said = settledWarnings(output.warnings ?? []).map(({ message }) => message);
    expect(said.join(' ')).toContain(words);
  });

  it('takes the filters that filtered backprojection takes', async () => {
    const imageWith = async (filter: string | number[]) => {
      const plan = fdk({ ...scanner, voxel: 1, shape: [16, 16, 3] }, { filter });
      return (await reconstruct(plan, blobScan(even(40), size))).output.data.data;
    };
    const ramp = await imageWith('ramp');
    const given = Array.from({ length: 66 }, (_, k) => Math.abs(k - 33) / 66);
    // The ramp of the rows' own length wraps around, which lowers all of the image by a little.
    expect(relativeError(await imageWith(given), ramp)).toBeLessThan(0.1);
    expect(relativeError(await imageWith(given.map((value) => 2 * value)), ramp)).toBeGreaterThan(0.8);
    const peak = (image: ArrayLike<number>) => Math.max(...Array.from(image));
    expect(peak(await imageWith('hann'))).toBeLessThan(peak(ramp));
  });

  it('says that views are not on a circle', async () => {
    const vectors = [...even(90)].map((angle, view) => {
      const [sine, cosine, distance] = [Math.sin(angle), Math.cos(angle), view % 2 === 0 ? 90 : 80];
      const middle = [-60 * sine, 60 * cosine, 0];
      return [distance * sine, -distance * cosine, 0, ...middle, 1.5 * cosine, 1.5 * sine, 0, 0, 0, 1.5];
    });
    const plan = fdk({ vectors, voxel: 1, shape: [10, 10, 3] });
    expect((await reconstruct(plan, blobScan(even(90), size))).warnings).toEqual(['GEOMETRY_SUSPECT']);
  });

  it('finds the axis where the plan asks for it, and says where it seems to be elsewhere', async () => {
    const scan = blobScan(even(90), { ...size, shift: 4 });
    const geometry = { ...scanner, voxel: 1, shape };
    const found = await reconstruct(fdk(geometry, { findCenterShift: true }), scan);
    expect(found.warnings).toEqual([]);
    expect(found.logs.join()).toMatch(/found at centerShift = (3\.9|4\.0)/);
    expect(relativeError(found.output.data.data, blobImage(shape))).toBeLessThan(0.035);
    expect((await reconstruct(fdk(geometry), scan)).warnings).toEqual(['AXIS_UNCERTAIN']);
    const short = blobScan(even(80, 4.3), size);
    expect((await reconstruct(fdk(geometry, { findCenterShift: true }), short)).warnings).toEqual(['AXIS_UNCERTAIN']);
  });

  it('goes on beyond the detector where the plan says so', async () => {
    const size = { bins: 30, binRows: 14 };
    const errorWith = async (padding: string) => {
      const plan = fdk({ ...scanner, voxel: 1, shape: [20, 20, 5] }, { padding, circle: true });
      const { output, warnings } = await reconstruct(plan, wideScan(even(90), size));
      const isMiddle = (at: number) => Math.hypot((at % 20) - 9.5, (Math.floor(at / 20) % 20) - 9.5) < 9;
      return { error: relativeError(output.data.data, new Float32Array(2000).fill(0.01), isMiddle), warnings };
    };
    const [plain, padded] = [await errorWith('none'), await errorWith('edge')];
    expect(plain.warnings).toEqual(['PROJECTIONS_TRUNCATED']);
    expect(padded.warnings).toEqual([]);
    // A cylinder of 40 mm on a detector that sees 27 mm at the axis: without what lies beyond its rim is half as high again.
    expect(plain.error).toBeGreaterThan(0.2);
    expect(padded.error).toBeLessThan(0.05);
  });

  const turning = [...even(20)].map((angle) => {
    const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
    return [90 * sine, -90 * cosine, 1, -60 * sine, 60 * cosine, 0, 1.5 * cosine, 1.5 * sine, 0, 0.02, 0, 1.5];
  });
  it.each<[string, Properties, Properties]>([
    ['of the usual shape', {}, { circle: false }],
    ['of a turned detector that is off', { detectorTilt: 0.05, detectorOffset: [4, -3], shape: [30, 28, 40] }, {}],
    ['of views of their own', { vectors: turning, voxel: 0.9, shape: [30, 28] }, {}],
    ['about an axis that was found', {}, { findCenterShift: true }],
    ['of a curved detector', { detectorShape: 'curved' }, {}],
    ['of a curved detector that is off', { detectorShape: 'curved', detectorOffset: [9, -3] }, { circle: false }],
  ])('gives %s, bit for bit, in blocks of slices what it gives of the whole', async (_what, geometry, others) => {
    const scan = blobScan(even(20), { bins: 44, binRows: 40 });
    const isFound = others['findCenterShift'] === true;
    const surveyed = { 'parameter.reco.geometry.centerShift': 12, 'parameter.reco.findCenterShift': false };
    const known = isFound ? withFound(scan, surveyed) : scan;
    const plan = fdk({ ...scanner, ...geometry }, others);
    const whole = (await reconstruct(plan, known)).output;
    const algorithm = buildPlan(plan);
    const division = findDivision(algorithm.steps, known, { memoryBytes: 1e9 });
    expect(division).toMatchObject({ axis: 'slice', steps: 2 });
    const blocks = blocksFor(algorithm.steps, known, { axis: 'slice', extent: 40, size: 9 });
    expect(Math.max(...blocks.map(({ from, to }) => to - from))).toBeLessThan(40);
    const parts = [];
    for (const block of blocks) {
      const part = cutDataset(known, { axis: 'slice', start: block.from, stop: block.to });
      parts.push((await run({ ...algorithm, steps: stepsOnBlock(algorithm.steps, block, 0) }, part)).output);
    }
    algorithm.dispose();
    expect(joinDatasets(parts, 'slice').data).toEqual(whole.data);
  });

  it('finds the axis for all blocks in the rows of the plane of the source', () => {
    const scan = blobScan(even(90), { ...size, shift: 4 });
    const [, reco] = buildPlan(fdk({ ...scanner, voxel: 1, shape }, { findCenterShift: true })).steps;
    const entries = reco?.definition.survey?.entries(24, reco.parameters, scan) ?? [];
    expect(entries).toEqual([11, 12]);
    const sample = cutDataset(scan, { axis: 'slice', start: 11, stop: 13 });
    const found: Record<string, unknown> = {};
    const context = {
      warn: () => undefined,
      log: () => undefined,
      found: (property: string, value: unknown) => void (found[property] = value),
    };
    reco?.step.survey?.(sample, context, { entries, extent: 24 });
    expect(found).toEqual({ 'geometry.centerShift': expect.closeTo(4, 1) as number, findCenterShift: false });
  });

  it('refuses rows that preprocessing has widened as for a parallel beam', async () => {
    const data = blobScan(even(60), size);
    const wider = { ...data, attributes: { ...data.attributes, imageSize: 60 } };
    await expectFailure(reconstruct(fdk({ ...scanner }), wider), 'DATA_SHAPE_MISMATCH', 'Set beam = "cone"');
  });

  const cone = realData('ct/cone_fdk/projections.npy');
  it.skipIf(cone === undefined)('is that of RTK', async () => {
    const [raw, expected] = [readNpy(cone ?? ''), readNpy((cone ?? '').replace('projections', 'fdk_rtk'))];
    const rows = new Float32Array(raw.length);
    for (let row = 0; row < 72 * 64; row++) {
      rows.set(raw.subarray(row * 80, (row + 1) * 80), ((row % 64) * 72 + Math.floor(row / 64)) * 80);
    }
    const geometry = {
      sourceOrigin: 200,
      sourceDetector: 400,
      detectorPixel: [1.9, 1.9],
      voxel: 60 / 52,
      shape: [52, 52, 52],
    };
    const { output } = await reconstruct(fdk(geometry, { circle: false }), projections(rows, [64, 72, 80], even(72)));
    // RTK turns about y, and its z is our -y.
    const turned = output.data.data.map(
      (_, at) => expected[(Math.floor(at / 52) % 52) * 2704 + Math.floor(at / 2704) * 52 + (at % 52)] ?? NaN,
    );
    const isMiddle = (at: number) => {
      const [slice, y, x] = [Math.floor(at / 2704), Math.floor(at / 52) % 52, at % 52].map((index) => index - 25.5);
      return Math.abs(slice ?? NaN) < 14 && Math.hypot(x ?? NaN, y ?? NaN) < 20;
    };
    expect(relativeError(output.data.data, turned, isMiddle)).toBeLessThan(1e-5);
  });

  const fan = realData('ct/fan_astra/sinogram.npy');
  it.skipIf(fan === undefined)('of one row is that of a fan beam', async () => {
    const expected = readNpy((fan ?? '').replace('sinogram', 'fbp_float64'));
    const geometry = {
      sourceOrigin: 160,
      sourceDetector: 280,
      detectorPixel: [1.8, 1.8],
      voxel: 1,
      shape: [96, 96, 1],
    };
    const data = projections(readNpy(fan ?? ''), [1, 180, 150], even(180));
    const { output } = await reconstruct(fdk(geometry, { circle: false }), data);
    expect(relativeError(output.data.data, expected)).toBeLessThan(1e-5);
  });
});
