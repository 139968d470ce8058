import { float32Array, type Dataset } from '@rondel/contracts';
import type { ConeParameters } from '../manifest/cone-beam.js';
import { axisAttributes } from '../sinogram/rotation-axis.js';
import { sinogramShape } from '../sinogram/sinogram-shape.js';
import { onBinnedDetector } from './binned-detector.js';
import { coneExtents } from './cone-extents.js';

/** Projections and the geometry in which they were taken. */
export interface SeenProjections {
  readonly input: Dataset;
  readonly parameters: ConeParameters;
}

/**
 * What a flat detector at the same distance would have seen of the rays of a curved one, bilinear between its bins: bins of the same
 * size, as many columns more as the flat one needs to be seen under the same angle. Of a flat detector what is given. Bins are those of
 * the input, where those of the file became fewer. Throws as `onBinnedDetector`.
 */
export function onFlatDetector({ input, parameters: ofFile }: SeenProjections): SeenProjections {
  const parameters = onBinnedDetector(ofFile, input);
  const { detectorShape, sourceDetector, detectorPixel, detectorOffset } = parameters;
  const [pitch, rowPitch] = detectorPixel ?? [];
  if (detectorShape !== 'curved' || sourceDetector === undefined || pitch === undefined || rowPitch === undefined) {
    return { input, parameters };
  }
  const { frames, slices: binRows, angles, detectors: bins } = sinogramShape(input.data);
  const [offset = 0, rowOffset = 0] = detectorOffset;
  const fanOf = (column: number) => (offset + (column - (bins - 1) / 2) * pitch) / sourceDetector;
  const [low, high] = [0, bins - 1].map((column) => sourceDetector * Math.tan(fanOf(column)));
  const [first = 0, last = 0] = [low, high];
  const width = Math.floor((last - first) / pitch + 1e-9) + 1;
  const middle = first + ((width - 1) * pitch) / 2;
  const places = Array.from({ length: width }, (_, column) => {
    const fan = Math.atan((first + column * pitch) / sourceDetector);
    return { column: (fan * sourceDetector - offset) / pitch + (bins - 1) / 2, height: Math.cos(fan) };
  });
  const data = new Float32Array(frames * binRows * angles * width);
  for (let row = 0; row < binRows; row++) {
    const v = rowOffset + (row - (binRows - 1) / 2) * rowPitch;
    places.forEach(({ column, height }, at) => {
      const from = between(column, bins);
      const up = between((v * height - rowOffset) / rowPitch + (binRows - 1) / 2, binRows);
      for (let frame = 0; frame < frames; frame++) {
        for (let angle = 0; angle < angles; angle++) {
          const valueAt = (which: number) => {
            const start = ((frame * binRows + which) * angles + angle) * bins + from.lower;
            return (
              (input.data.data[start] ?? 0) * (1 - from.part) + (input.data.data[start + from.next] ?? 0) * from.part
            );
          };
          const value = valueAt(up.lower) * (1 - up.part) + valueAt(up.lower + up.next) * up.part;
          data[((frame * binRows + row) * angles + angle) * width + at] = value;
        }
      }
    });
  }
  const { [axisAttributes.imageSize]: _measured, ...attributes } = input.attributes;
  const extents = coneExtents(parameters, { bins, binRows });
  return {
    input: {
      ...input,
      attributes,
      data: float32Array(data, [frames, binRows, angles, width], ['frame', 'slice', 'angle', 'detector']),
    },
    parameters: {
      ...parameters,
      detectorShape: 'flat',
      detectorOffset: [middle, rowOffset],
      ...(extents && { voxel: extents.voxel, shape: [extents.columns, extents.rows, extents.slices] }),
    },
  };
}

/** The entry below a place, the step to the one above, and how far the place is between them. */
function between(place: number, extent: number): { lower: number; next: number; part: number } {
  const inside = Math.min(extent - 1, Math.max(0, place));
  const lower = Math.min(Math.floor(inside), Math.max(0, extent - 2));
  return { lower, next: extent > 1 ? 1 : 0, part: extent > 1 ? inside - lower : 0 };
}

/** Further copies of the projections that a curved detector takes, about: those of the flat one. */
export const curvedCopies = 1.25;
