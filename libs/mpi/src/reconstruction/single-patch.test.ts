import type { Dataset } from '@rondel/contracts';
import { cutDataset, openHeldThings, type PlanTree } from '@rondel/reco';
import { beforeAll, describe, expect, it } from 'vitest';
import { simulateMpi, type MpiPhantomOptions, type MpiScan } from '../phantom.js';
import {
  framesOf,
  kaczmarz,
  leastSquaresComplex,
  leastSquaresPositive,
  matrixFactor,
  matrixOf,
  samplesOf,
  spectrumAt,
  weighted,
  type Complex,
  type KaczmarzOptions,
  type Row,
} from '../reference.test.support.js';
import {
  buildPlan,
  expectFailure,
  l2,
  memoryFile,
  node,
  reconstruct,
  relativeError,
  run,
  singlePatchPlan,
  useEngine,
  type RunRecord,
  type SinglePatchNodes,
} from '../running.test.support.js';

/**
 * The reference computes in float64, the package in float32 with sums of some hundred terms over ten iterations; 1e-4 is what
 * plans of MPIReco.jl are held to.
 */
const tolerance = 1e-4;

const size = 6;
const lambda = 0.01;
/** In Hz; enough rows for 36 voxels, and few for the reference. */
const band = { minFreq: 60e3, maxFreq: 200e3 };
const inBand = (properties = {}) => node('SNRThresholdFrequencyFilterParameter', { ...band, ...properties });

let scan: MpiScan;
const rows = rowsIn([0, 1]);

useEngine();

/** What the tests of a group are about. */
function useScan(options: MpiPhantomOptions): void {
  beforeAll(() => {
    scan = simulateMpi({ size, ...options });
  });
}

const disturbed = { frames: 3, backgroundFrames: 2, background: 0.2, noise: 0.002 };

/** Frequencies of the band, k / 652.8 us, fastest. */
function rowsIn(channels: readonly number[]): Row[] {
  const cycle = 1632 / 2.5e6;
  const frequencies = Array.from({ length: 817 }, (_, k) => k).filter(
    (k) => k / cycle >= band.minFreq && k / cycle <= band.maxFreq,
  );
  return channels.flatMap((channel) => frequencies.map((k): Row => [k, channel]));
}

function calibration(index = 0): Dataset {
  const found = scan.calibrations[index];
  if (found === undefined) throw new Error('There is no such calibration.');
  return found;
}

interface ReferenceOptions extends Partial<KaczmarzOptions> {
  readonly of?: readonly Row[];
  readonly matrix?: Complex[][];
  readonly subtractsBackground?: boolean;
  readonly weights?: readonly number[];
  readonly normalized?: boolean;
  /** Frames that become one image each. */
  readonly blocks?: readonly (readonly number[])[];
}

/** Images of all frames, in float64. */
function referenceImages(options: ReferenceOptions = {}): number[] {
  const {
    of = rows,
    weights = Array.from(of, () => 1),
    subtractsBackground = true,
    blocks = [[0], [1], [2]],
  } = options;
  const matrix = weighted(options.matrix ?? matrixOf(calibration(), of), weights);
  const factor = options.normalized === false ? 1 : matrixFactor(matrix);
  const mean = (frames: readonly number[], channel: number) => {
    const all = frames.map((frame) => samplesOf(scan.measurement, frame, 0, channel));
    return Float64Array.from({ length: 1632 }, (_, n) => {
      return all.reduce((sum, values) => sum + (values[n] ?? 0), 0) / all.length;
    });
  };
  const background = [0, 1].map((channel) => mean(framesOf(scan.measurement, true), channel));
  return blocks.flatMap((frames) => {
    const b = spectrumAt(of, (channel) =>
      mean(frames, channel).map((value, n) => value - (subtractsBackground ? (background[channel]?.[n] ?? 0) : 0)),
    );
    return kaczmarz(
      matrix,
      b.map(([re, im], row): Complex => [re * (weights[row] ?? 1), im * (weights[row] ?? 1)]),
      { iterations: 10, ...options, lambda: (options.lambda ?? lambda) * factor },
    );
  });
}

const internal = { bgParams: node('InternalBackgroundCorrectionParameters') };

function image(nodes: SinglePatchNodes, files: Readonly<Record<string, Dataset>> = {}): Promise<RunRecord> {
  const plan = singlePatchPlan({ pre: internal, filter: inBand(), ...nodes });
  return reconstruct(plan, scan.measurement, { files: { sf: calibration(), ...files } });
}

async function values(nodes: SinglePatchNodes): Promise<ArrayLike<number>> {
  return (await image(nodes)).output.data.data;
}

describe('an image of one patch', () => {
  useScan(disturbed);

  it('is that of Kaczmarz with the rows of the system matrix, and near the truth', async () => {
    const { output, warnings } = await image({});
    expect(output.data).toMatchObject({ dtype: 'float32', shape: [3, 1, size, size], spacingUnit: 'm' });
    expect(output.data.axes).toEqual(['frame', 'slice', 'y', 'x']);
    for (const length of output.data.spacing?.slice(1) ?? []) expect(length).toBeCloseTo(0.0288 / size, 9);
    expect(output.attributes.frameTime).toBeCloseTo(1632 / 2.5e6, 9);
    expect(relativeError(output.data.data, referenceImages())).toBeLessThan(tolerance);
    // Noise of 0.2 % and some regularization blur the discs by a fifth at most.
    expect(relativeError(output.data.data, scan.truth.data)).toBeLessThan(0.2);
    // Of the calibration, whose background nobody subtracts unless told.
    expect(warnings).toEqual(['BACKGROUND_KEPT']);
    expect((await image({ loading: { bgCorrection: true } })).warnings).toEqual([]);
  });

  it.each<{ name: string; nodes: SinglePatchNodes; reference: () => ReferenceOptions }>([
    {
      name: 'one that may be negative',
      nodes: { solver: { enforcePositive: false } },
      reference: () => ({ isPositive: false }),
    },
    {
      name: 'one that may be complex',
      nodes: { solver: { enforceReal: false, enforcePositive: false } },
      reference: () => ({ isReal: false }),
    },
    {
      name: 'another number of iterations',
      nodes: { solver: { iterations: 3 } },
      reference: () => ({ iterations: 3 }),
    },
    {
      name: 'a weight that is taken as it is',
      nodes: { solver: { normalizeReg: node('NoNormalization') }, reco: { reg: [l2(1e-6)] } },
      reference: () => ({ lambda: 1e-6, normalized: false }),
    },
    { name: 'no background that is subtracted', nodes: { pre: {} }, reference: () => ({ subtractsBackground: false }) },
    {
      name: 'averaged frames',
      nodes: { pre: { ...internal, numAverages: 2 } },
      reference: () => ({ blocks: [[0, 1], [2]] }),
    },
    {
      name: 'weights of channels',
      nodes: { reco: { weightingParams: node('ChannelWeightingParameters', { channelWeights: [1, 0.3] }) } },
      reference: () => ({ weights: rows.map(([, channel]) => (channel === 0 ? 1 : 0.3)) }),
    },
    {
      name: 'rows of the same norm',
      nodes: { reco: { weightingParams: node('RowNormWeightingParameters') } },
      reference: () => ({
        weights: matrixOf(calibration(), rows).map(
          (row) => 1 / Math.sqrt(row.reduce((sum, [re, im]) => sum + re * re + im * im, 0)),
        ),
      }),
    },
    { name: 'one channel', nodes: { filter: inBand({ recChannels: [2] }) }, reference: () => ({ of: rowsIn([1]) }) },
  ])('is that of the reference with $name', async ({ nodes, reference }) => {
    expect(relativeError(await values(nodes), referenceImages(reference()))).toBeLessThan(tolerance);
  });

  it('is that of the simple solver as well', async () => {
    const simple = { solverParams: node('SimpleSolverParameters', { iterations: 10 }) };
    expect(await values({ reco: simple })).toEqual(await values({}));
  });

  it('keeps constraints to the voxels of a mask', async () => {
    const masked = (mask: readonly boolean[]) =>
      values({
        reco: {
          solverParams: node('ConstraintMaskedSolverParameters', {
            constraintMask: mask,
            params: node('SimpleSolverParameters', { iterations: 4 }),
          }),
        },
      });
    const half = Array.from({ length: size * size }, (_, voxel) => voxel % size < size / 2);
    const found = Array.from(await masked(half));
    expect(found.some((value, at) => value < 0 && half[at % (size * size)] === false)).toBe(true);
    expect(found.every((value, at) => value >= 0 || half[at % (size * size)] === false)).toBe(true);
    expect(await masked(half.map(() => true))).toEqual(await values({ solver: { iterations: 4 } }));
  });

  it('of real and imaginary parts as rows of their own is that of the real system', async () => {
    const real = { pre: { ...internal, loadasreal: true }, loading: { loadasreal: true } };
    const parts = (matrix: readonly (readonly Complex[])[]): Complex[][] =>
      matrix.flatMap((row) => [row.map(([re]): Complex => [re, 0]), row.map(([, im]): Complex => [im, 0])]);
    const matrix = matrixOf(calibration(), rows);
    const background = [0, 1].map((channel) =>
      framesOf(scan.measurement, true).map((frame) => samplesOf(scan.measurement, frame, 0, channel)),
    );
    const wanted = [0, 1, 2].flatMap((frame) => {
      const b = spectrumAt(rows, (channel) =>
        samplesOf(scan.measurement, frame, 0, channel).map((value, n) => {
          const all = background[channel] ?? [];
          return value - all.reduce((sum, one) => sum + (one[n] ?? 0), 0) / all.length;
        }),
      );
      const split = b.flatMap(([re, im]): Complex[] => [
        [re, 0],
        [im, 0],
      ]);
      return kaczmarz(parts(matrix), split, { lambda: lambda * matrixFactor(matrix), iterations: 10 });
    });
    expect(relativeError(await values(real), wanted)).toBeLessThan(tolerance);
    const differing = singlePatchPlan({ pre: { loadasreal: true } });
    expect(() => buildPlan(differing)).toThrow('must be the same for both');
  });
});

describe('what does not change an image', () => {
  useScan(disturbed);

  it('is the norm of rows, without regularization', async () => {
    const none = { reg: [l2(0)] };
    const rowNorm = { ...none, weightingParams: node('RowNormWeightingParameters') };
    expect(relativeError(await values({ reco: rowNorm }), await values({ reco: none }))).toBeLessThan(tolerance);
  });

  it('is a channel of weight 0, against leaving it out', async () => {
    const weightingParams = node('ChannelWeightingParameters', { channelWeights: [0, 1] });
    // The mean norm of rows is the same in both, as rows of weight 0 have none.
    const without = await values({ filter: inBand({ recChannels: [2] }) });
    expect(relativeError(await values({ reco: { weightingParams } }), without)).toBeLessThan(tolerance);
  });

  it('is how rows are chosen', async () => {
    const freqIndices = rows.map(([frequency, channel]) => [frequency + 1, channel + 1]);
    const direct = node('DirectSelectionFrequencyFilterParameters', { freqIndices });
    expect(await values({ filter: direct })).toEqual(await values({}));
  });

  it('is who computes which frames, bit for bit', async () => {
    const plan = singlePatchPlan({ pre: internal, filter: inBand() });
    const files = { sf: calibration() };
    const spectra = await reconstruct(plan, scan.measurement, { files, only: ['parameter.pre'] });
    const parts: number[] = [];
    for (const [start, stop] of [
      [0, 1],
      [1, 3],
    ] as const) {
      const block = cutDataset(spectra.output, { axis: 'frame', start, stop });
      const { output } = await reconstruct(plan, block, { files, only: ['parameter.reco', 'parameter.post'] });
      parts.push(...output.data.data);
    }
    expect(parts).toEqual(Array.from(await values({})));
  });

  it('is whether the system matrix is held from the job before, which then is not read again', async () => {
    const sf = memoryFile('sf', calibration());
    const held = openHeldThings({ mostBytes: () => 2 ** 30, makerOf: () => 'mpi' });
    const cached = (plan: PlanTree): PlanTree => {
      const text = JSON.stringify(plan);
      const tree = JSON.parse(text, (key: string, value: PlanTree) =>
        key === 'sfLoad' ? { _type: 'ProcessResultCache', maxsize: 1, param: value } : value,
      ) as PlanTree;
      return tree;
    };
    const plan = (reco?: SinglePatchNodes['reco']) =>
      singlePatchPlan({ pre: internal, filter: inBand(), ...(reco && { reco }) });
    const once = async (reco?: SinglePatchNodes['reco']) => {
      const heldRun = held.openRun({ job: 'job' });
      const record = await run(buildPlan(cached(plan(reco))), scan.measurement, { files: { sf }, held: heldRun });
      heldRun.end();
      return record;
    };
    const first = await once();
    const reads = sf.reads.get('data');
    const second = await once();
    expect(reads).toBeGreaterThan(0);
    expect(second.output.data.data).toEqual(first.output.data.data);
    // Weights are factors beside the matrix, and what was held with others stays as it was.
    const weighted = { weightingParams: node('ChannelWeightingParameters', { channelWeights: [1, 0.3] }) };
    const alone = await reconstruct(plan(weighted), scan.measurement, { files: { sf: calibration() } });
    for (const reco of [weighted, undefined, weighted]) {
      expect((await once(reco)).output.data.data).toEqual((reco ? alone : first).output.data.data);
    }
    expect(sf.reads.get('data')).toBe(reads);
    held.dispose();
  });
});

describe('other solvers', () => {
  useScan({ frames: 1, noise: 0.002 });

  /**
   * Weights are large enough that all of them converge in as many iterations as told; 1e-3 is what plans of MPIReco.jl are held
   * to then. Proximal gradient methods minimize half the misfit.
   */
  it.each([
    { solver: 'CGNR', iterations: 30, share: 1, isPositive: false },
    { solver: 'DirectSolver', iterations: 1, share: 1, isPositive: false },
    { solver: 'PseudoInverse', iterations: 1, share: 1, isPositive: false },
    { solver: 'FISTA', iterations: 100, share: 2, isPositive: true },
    { solver: 'OptISTA', iterations: 60, share: 2, isPositive: true },
    { solver: 'POGM', iterations: 80, share: 2, isPositive: true },
    { solver: 'ADMM', iterations: 40, share: 1, isPositive: true, rho: 1e-4 },
    { solver: 'SplitBregman', iterations: 1, iterationsInner: 40, share: 1, isPositive: true, rho: 1e-4 },
  ])('of $solver give what minimizes misfit and regularization', async ({ share, isPositive, ...options }) => {
    const weight = 0.1;
    const found = await values({
      pre: {},
      solver: { ...options, enforceReal: isPositive, enforcePositive: isPositive },
      reco: { reg: [l2(weight)] },
    });
    const matrix = matrixOf(calibration(), rows);
    const b = spectrumAt(rows, (channel) => samplesOf(scan.measurement, 0, 0, channel));
    const solve = isPositive ? leastSquaresPositive : leastSquaresComplex;
    expect(relativeError(found, solve(matrix, b, share * weight * matrixFactor(matrix)))).toBeLessThan(1e-3);
  });
});

describe('another grid', () => {
  useScan({ frames: 1 });

  it('is reached by interpolation of the system matrix, with the spacing of its voxels', async () => {
    const gridding = node('SystemMatrixGriddingParameter', { gridsize: [3, 3], fov: [0.0288, 0.0288] });
    const { output, warnings } = await image({ pre: {}, loading: { gridding } });
    expect(warnings).toEqual([]);
    expect(output.data.shape).toEqual([1, 1, 3, 3]);
    expect(output.data.spacing?.slice(2)).toEqual([0.0096, 0.0096]);
    expect(output.attributes.found).toMatchObject({ 'parameter.reco.sfLoad.gridding.center': [0, 0, 0] });
    // The middle of a voxel lies between the middles of four of the calibration.
    const matrix = matrixOf(calibration(), rows).map((row) =>
      Array.from({ length: 9 }, (_, voxel): Complex => {
        const first = 2 * (voxel % 3) + 2 * size * Math.floor(voxel / 3);
        const four = [0, 1, size, size + 1].map((step) => row[first + step] ?? [0, 0]);
        return four.reduce<Complex>(([re, im], [a, b]) => [re + a / 4, im + b / 4], [0, 0]);
      }),
    );
    const wanted = referenceImages({ matrix, subtractsBackground: false, blocks: [[0]] });
    expect(relativeError(output.data.data, wanted)).toBeLessThan(tolerance);
  });
});

describe('several tracers', () => {
  useScan({ frames: 1, tracers: 2 });

  it('give an image each, of the columns of their system matrices side by side', async () => {
    const plan = singlePatchPlan({ filter: inBand(), reco: { sf: ['first', 'second'] } });
    const files = { first: calibration(0), second: calibration(1) };
    const { output } = await reconstruct(plan, scan.measurement, { files });
    expect(output.data.axes).toEqual(['colour', 'frame', 'slice', 'y', 'x']);
    expect(output.data.shape).toEqual([2, 1, 1, size, size]);
    const [first, second] = [matrixOf(files.first, rows), matrixOf(files.second, rows)];
    const matrix = first.map((row, at) => [...row, ...(second[at] ?? [])]);
    const wanted = referenceImages({ matrix, subtractsBackground: false, blocks: [[0]] });
    expect(relativeError(output.data.data, wanted)).toBeLessThan(tolerance);
  });
});

describe('doubts and refusals', () => {
  useScan({ frames: 1, backgroundFrames: 1 });

  it('warn of a scan that differs, of few equations and of no regularization', async () => {
    const other = {
      ...calibration(),
      attributes: { ...calibration().attributes, bandwidth: 1e6 },
    };
    const few = node('DirectSelectionFrequencyFilterParameters', { freqIndices: [18] });
    const { warnings } = await image(
      { pre: {}, filter: few, solver: { iterations: 100 }, reco: { reg: [] } },
      { sf: other },
    );
    expect(warnings.toSorted()).toEqual([
      'BACKGROUND_KEPT',
      'EQUATIONS_FEW',
      'REGULARIZATION_MISSING',
      'SYSTEM_MATRIX_SUSPECT',
    ]);
  });

  it('refuse a threshold that leaves no row', async () => {
    await expectFailure(image({ filter: inBand({ SNRThresh: 1e9 }) }), 'PLAN_INVALID_VALUE', 'leaves no row');
  });

  it('refuse a band that leaves no row, and name it', async () => {
    const beyond = image({ filter: inBand({ minFreq: 1e12 }) });
    await expectFailure(beyond, 'PLAN_INVALID_VALUE', 'minFreq is 1000000000000 Hz, maxFreq is 200000 Hz; choose a');
  });

  it('refuse a system matrix that does not fit into the memory, before it is read', async () => {
    const sf = memoryFile('sf', calibration());
    const plan = singlePatchPlan({ pre: internal, filter: inBand() });
    const spectra = await reconstruct(plan, scan.measurement, { files: { sf }, only: ['parameter.pre'] });
    const work = reconstruct(plan, spectra.output, {
      files: { sf },
      only: ['parameter.reco'],
      memoryBytes: 90_000,
    });
    await expectFailure(work, 'OUT_OF_MEMORY', 'The system matrix, 182 rows for 6 x 6 x 1 voxels');
    expect(sf.reads.get('data')).toBeUndefined();
  });

  it('refuse a grid on which it does not fit, before it is read', async () => {
    const sf = memoryFile('sf', calibration());
    const gridding = node('SystemMatrixGriddingParameter', { gridsize: [3000, 3000, 1] });
    const plan = singlePatchPlan({ pre: internal, filter: inBand(), loading: { gridding } });
    const work = reconstruct(plan, scan.measurement, { files: { sf }, memoryBytes: 2 ** 30 });
    await expectFailure(work, 'OUT_OF_MEMORY', 'The system matrix, 182 rows for 3000 x 3000 x 1 voxels');
    expect(sf.reads.get('data')).toBeUndefined();
  });

  it('refuse a system matrix of zeros', async () => {
    const { data, ...rest } = calibration();
    const sf = { ...rest, data: { ...data, data: new Float32Array(data.data.length) } };
    await expectFailure(image({ filter: inBand() }, { sf }), 'DATA_FORMAT', 'nothing but zeros');
  });

  it('refuse a measurement as system matrix, and rows that the measurement does not have', async () => {
    await expectFailure(image({}, { sf: scan.measurement }), 'DATA_FORMAT', 'is no system matrix');
    const short = cutDataset(scan.measurement, { axis: 'channel', start: 0, stop: 1 });
    const plan = singlePatchPlan({ filter: inBand() });
    await expectFailure(
      reconstruct(plan, short, { files: { sf: calibration() } }),
      'DATA_SHAPE_MISMATCH',
      'has 1 receive channels, but rows of channel 2',
    );
  });
});
