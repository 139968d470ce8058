import { composedConeBytes } from '@rondel/compute/cone';
import type { EngineName } from '@rondel/contracts';
import type { InputShape, ParameterNode } from '@rondel/reco';
import { bytesOnEngine } from '../manifest/engine-bytes.js';
import { coneExtents } from './cone-extents.js';
import { curvedCopies } from './flat-detector.js';

/** Device memory for the slices, and for the projections, that are computed together; results do not depend on it. */
const budgetBytes = 256 * 2 ** 20;

/** Float32 copies that live at the same time: of the projections as they are filtered and turned, of the volume with its turned copy. */
const copies = { projections: 4, volume: 3 } as const;

const float32Bytes = 4;
const float64Bytes = 8;

/** Rows that are padded, while they are filtered. */
const paddedBins = 3;

/** What one run of the kernels takes. */
export interface FdkParts {
  /** Slices of a slab. */
  readonly slices: number;
  /** Views that are backprojected into it at a time, given the detector rows that it needs. */
  readonly viewsFor: (binRows: number) => number;
}

interface FdkSize {
  /** Whether rows are three times as wide while they are filtered. */
  readonly isPadded: boolean;
  readonly bins: number;
  readonly binRows: number;
  readonly views: number;
  readonly rows: number;
  readonly columns: number;
  readonly slices: number;
}

export function fdkParts({ bins, views, rows, columns, slices, isPadded }: FdkSize): FdkParts {
  const width = isPadded ? paddedBins * bins : bins;
  const perSlice = float32Bytes * copies.volume * rows * columns;
  return {
    slices: Math.max(1, Math.min(slices, Math.floor(budgetBytes / perSlice))),
    viewsFor: (binRows) => {
      const perView = float32Bytes * copies.projections * width * binRows;
      return Math.max(1, Math.min(views, Math.floor(budgetBytes / perView)));
    },
  };
}

interface FdkParameters {
  readonly findCenterShift: boolean;
  readonly padding: 'none' | 'edge';
  readonly geometry: ParameterNode;
}

function sizeOf(parameters: FdkParameters, { shape, wanted }: InputShape): FdkSize & { readonly frames: number } {
  const [frames = 1, binRows = 1, views = 1, bins = 1] = [1, 1, 1, 1, ...shape].slice(-4);
  const { geometry, padding } = parameters;
  const extents = coneExtents(geometry.parameters, { bins, binRows });
  const { rows = bins, columns = bins, slices: all = binRows } = extents ?? {};
  // Of a block the plan has the whole.
  const slices = wanted?.['slice'] ?? all;
  return { isPadded: padding === 'edge', frames, bins, binRows, views, rows, columns, slices };
}

/** Projections that a slab takes at a time: at most those of all detector rows. */
function partBytes(size: FdkSize): { readonly projections: number; readonly volume: number } {
  const { slices, viewsFor } = fdkParts(size);
  const { binRows, rows, columns, isPadded } = size;
  const bins = isPadded ? paddedBins * size.bins : size.bins;
  return {
    projections: float32Bytes * viewsFor(binRows) * bins * binRows,
    volume: float32Bytes * slices * rows * columns,
  };
}

/** Peak bytes of tensors and of the kernels' memory for a part of the projections and of the volume. */
function bytesOn(
  engine: EngineName,
  { isPadded }: FdkSize,
  { projections, volume }: ReturnType<typeof partBytes>,
): number {
  // Those that are as wide as the detector again, once they are filtered.
  const narrow = isPadded ? projections / paddedBins : projections;
  const filtered = isPadded ? 2 * projections + 2 * narrow : 3 * projections;
  switch (engine) {
    case 'wasm':
      return copies.projections * projections + copies.volume * volume;
    case 'webgpu':
      // As they come there is a buffer in which they came.
      return Math.max(3 * projections, filtered + 2 * volume);
    case 'tensorflow':
      // Columns of voxels, which are joined and turned.
      return filtered + 3 * volume + composedConeBytes(volume / float32Bytes);
  }
}

/** Peak bytes of `FdkReconstructionParameters`. */
export const fdkEstimates = {
  estimateBytes(parameters: FdkParameters, input: InputShape, engine?: EngineName): number {
    const size = sizeOf(parameters, input);
    return bytesOnEngine(engine, (each) => bytesOn(each, size, partBytes(size)));
  },
  /** All volumes, the slab as it comes from the device, its weighted projections, and the weights of all views. */
  estimateHostBytes(parameters: FdkParameters, input: InputShape): number {
    const size = sizeOf(parameters, input);
    const part = partBytes(size);
    const volumes = float32Bytes * size.frames * size.slices * size.rows * size.columns;
    const flat = parameters.geometry.parameters['detectorShape'] === 'curved' ? curvedCopies : 0;
    const projections = float32Bytes * size.frames * size.binRows * size.views * size.bins;
    const weights = float64Bytes * size.views * size.bins;
    return volumes + part.volume + (size.isPadded ? 2 : 1) * part.projections + flat * projections + weights;
  },
};
