import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Array } from '@rondel/contracts';
import { npyParts } from '@rondel/formats';
import { createExecutableRegistry, stepsOf, type PlanTree } from '@rondel/reco';
import { openArtifactStore } from '@rondel/store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installedPackages } from '../packages.js';
import { chosenProjections, withChosenProjections } from './chosen-projections.js';
import { wholeExtents } from './inherited-part.js';
import { planAngles } from './plan-angles.js';

const registry = createExecutableRegistry(installedPackages);
const every = Array.from({ length: 12 }, (_, index) => index / 4);
const plan = (angles?: readonly number[]) => ({
  _module: 'RondelRadon',
  _type: 'RecoPlan{DirectRadonAlgorithm}',
  parameter: {
    _type: 'RecoPlan{DirectRadonParameters}',
    pre: { _type: 'RecoPlan{TransmissionPreprocessingParameters}' },
    reco: { _type: 'RecoPlan{RadonFilteredBackprojectionParameters}', ...(angles && { angles: [...angles] }) },
  },
});
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-chosen-'));
  await writeFile(join(folder, 'scan.npy'), npyParts(float32Array(new Float32Array(12 * 2 * 3), [12, 2, 3])));
});
afterAll(() => rm(folder, { recursive: true }));

/** The plan once `part` of a scan of 12 projections is taken. */
async function planFor(part: string, tree: PlanTree): Promise<PlanTree> {
  const sources = { store: openArtifactStore(join(folder, 'store')), roots: { here: folder } };
  const data = { data: `root://here/scan.npy?axes=angle,slice,detector${part}` };
  const chosen = await chosenProjections(data, stepsOf(tree, registry), () => wholeExtents(data, sources));
  return chosen === undefined ? tree : withChosenProjections(tree, chosen, registry);
}

/** The angles that a plan has once `part` of a scan of 12 projections is taken. */
async function anglesFor(part: string, angles: readonly number[]): Promise<number[]> {
  const cut = await planFor(part, plan(angles));
  return [...(planAngles(cut, registry)?.values ?? [])];
}

it('cuts the angles of a plan as the projections, where they are those of the whole scan', async () => {
  expect(await anglesFor('&angle=::4', every)).toEqual([0, 1, 2]);
  expect(await anglesFor('&angle=2:10&skip=3,5:8', every)).toEqual([0.5, 1, 2, 2.25]);
  // Means of angles by way of their sine and cosine.
  expect(await anglesFor('&binning=1x1x5', every)).toEqual(
    [0.5, 1.75].map((angle) => expect.closeTo(angle, 12) as number),
  );
});

it('leaves the angles of a plan that are as many as the projections that are taken', async () => {
  expect(await anglesFor('&angle=::4', [7, 8, 9])).toEqual([7, 8, 9]);
  expect(await anglesFor('', every)).toEqual(every);
  expect(await anglesFor('&slice=1:', every)).toEqual(every);
});

it('refuses angles of a plan that fit neither the scan nor the part, with both numbers', async () => {
  await expect(anglesFor('&angle=::4', [0, 1, 2, 3])).rejects.toMatchObject({
    code: 'DATA_SHAPE_MISMATCH',
    failure: { at: 'parameter.reco.angles' },
    message: expect.stringMatching(/4 angles; the scan has 12 projections, of which the reference takes 3/) as string,
  });
});

it('cuts the angles and vectors of a geometry, too', async () => {
  const geometry = { _type: 'RecoPlan{ConeBeamGeometryParameters}', voxel: 1, angles: every };
  const reco = {
    _type: 'RecoPlan{FdkReconstructionParameters}',
    geometry: { ...geometry, vectors: every.map((angle) => [angle, 1]) },
  };
  const { parameter } = plan();
  const cut = await planFor('&angle=::2&binning=1x1x2', { ...plan(), parameter: { ...parameter, reco } });
  expect(cut).toMatchObject({
    parameter: {
      reco: {
        geometry: {
          voxel: 1,
          angles: [0.25, 1.25, 2.25].map((angle) => expect.closeTo(angle, 12) as number),
          vectors: [
            [0.25, 1],
            [1.25, 1],
            [2.25, 1],
          ],
        },
      },
    },
  });
});
