import { createRegistry, outputOf, leastInput, requireOutput, sizedSteps, type PlanTree } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { radonManifest } from '../manifest.js';

const registry = createRegistry([leastSquaresManifest, radonManifest]);
const input = { shape: [4, 3, 180, 50], elementBytes: 2 };

function stepsWith(reco: PlanTree, pre: PlanTree = {}) {
  const tree = {
    _type: 'DirectRadonAlgorithm',
    parameter: {
      _type: 'DirectRadonParameters',
      pre: { _type: 'TransmissionPreprocessingParameters', ...pre },
      reco: { _type: 'RadonFilteredBackprojectionParameters', ...reco },
    },
  };
  return sizedSteps(tree, registry);
}

describe('the image of a plan', () => {
  it.each<[string, PlanTree, PlanTree, number[]]>([
    ['is as wide as the detector', {}, {}, [4, 3, 50, 50]],
    ['has the shape that is asked for', { shape: [70, 60] }, {}, [4, 3, 60, 70]],
    ['has the frames that are selected', {}, { frames: [1, 1, 1, 1, 1, 1], numAverages: 2 }, [3, 3, 50, 50]],
  ])('H5: %s', (_what, reco, pre, shape) => {
    expect(outputOf(stepsWith(reco, pre), input)).toMatchObject({
      path: 'parameter.reco',
      shape,
      bytes: 4 * shape.reduce((a, b) => a * b),
    });
  });

  it('H5: is none where there are other numbers of angles and of sinograms rows', () => {
    expect(outputOf(stepsWith({ angles: [0, 1] }), input)).toBeUndefined();
    expect(outputOf(stepsWith({ angles: Array.from({ length: 180 }, () => 0) }), input)).toMatchObject({
      shape: [4, 3, 50, 50],
    });
  });

  it('H5: is known of the plan alone as far as it says it, and not where a remote value will', () => {
    const remote = { shape: { _remote: 'npy', uri: 'root://a/b.npy' } };
    expect(outputOf(stepsWith({ shape: [70, 60] }), leastInput)).toMatchObject({ shape: [1, 1, 60, 70] });
    expect(outputOf(stepsWith(remote), input)).toBeUndefined();
    expect(() => requireOutput(stepsWith(remote), input, 4)).not.toThrow();
    const vectors = { _remote: 'npy', uri: 'root://a/vectors.npy' };
    const geometry = { _type: 'ConeBeamGeometryParameters', voxel: 0.4, vectors };
    expect(outputOf(stepsWith({ _type: 'FdkReconstructionParameters', geometry }), input)).toBeUndefined();
    expect(() => requireOutput(stepsWith({ shape: [70, 60] }), input, 201_599)).toThrow(
      /parameter\.reco .* would take 196\.9 KiB, 4 x 3 x 60 x 70 values.*--max-output/,
    );
  });
});
