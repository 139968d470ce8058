import type { DatasetFacts } from '@rondel/contracts';
import type { ParameterNode } from '@rondel/reco';
import { coneParametersOf } from './cone-parameters.js';

interface FdkParameters {
  readonly geometry: ParameterNode;
  readonly findCenterShift: boolean;
}

/** Blocks that need more than this part of the detector beside their own rows are not worth dividing for. */
const widestPart = 1 / 3;

/**
 * Rows on either side of row i that slice i needs, for every slice of a volume with as many slices as the detector has rows: a voxel
 * towards the source is seen farther out. Undefined where the plan alone does not tell that, or it would be most of the detector.
 */
export function sliceHalo({ geometry, findCenterShift }: FdkParameters): number | undefined {
  const parameters = coneParametersOf(geometry);
  const { vectors, detectorTilt, shape, sourceOrigin, sourceDetector, detectorPixel, detectorOffset } = parameters;
  const [columns, rows, slices] = shape ?? [];
  const [pitch, rowPitch] = detectorPixel ?? [];
  const isPlain = vectors === undefined && detectorTilt === 0 && parameters.detectorShape === 'flat';
  if (!isPlain || findCenterShift) return undefined;
  if (columns === undefined || rows === undefined || slices === undefined) return undefined;
  if (sourceOrigin === undefined || sourceDetector === undefined || pitch === undefined || rowPitch === undefined) {
    return undefined;
  }
  const voxel = parameters.voxel ?? (pitch * sourceOrigin) / sourceDetector;
  const radius = Math.hypot(rows, columns) * (voxel / 2);
  if (radius >= sourceOrigin) return undefined;
  let halo = 0;
  for (let slice = 0; slice < slices; slice++) {
    for (const z of [slice - slices / 2, slice + 1 - slices / 2]) {
      for (const depth of [sourceOrigin - radius, sourceOrigin + radius]) {
        const v = (z * voxel * sourceDetector) / depth - (detectorOffset[1] ?? 0);
        const row = v / rowPitch + (slices - 1) / 2;
        halo = Math.max(halo, Math.ceil(Math.abs(row - slice)) + 1);
      }
    }
  }
  return halo <= widestPart * slices ? halo : undefined;
}

/** Whether blocks of slices can be computed apart: slice i belongs to row i then. Of no input nobody knows that. */
export function dividesSlices(parameters: FdkParameters, input: DatasetFacts | undefined): boolean {
  const { shape } = parameters.geometry.parameters;
  const slices: unknown = Array.isArray(shape) ? shape[2] : undefined;
  return input !== undefined && input.data.shape.at(-3) === slices && sliceHalo(parameters) !== undefined;
}
