import type { InputShape } from '@rondel/reco';
import { middleOf } from '../sinogram/rotation-axis.js';
import type { CenterMethod } from './center-methods.js';

export interface FrameParameters {
  readonly frames: readonly number[];
  readonly numAverages: number;
}

/** The selected frames in float32, and what averaging sums up in float64. */
export function selectionBytes({ frames: selected, numAverages: averages }: FrameParameters, { shape }: InputShape) {
  const [frames = 1, ...rest] = [1, 1, 1, 1, ...shape].slice(-4);
  const perFrame = rest.reduce((product, extent) => product * extent, 1);
  const kept = (selected.length || frames) / averages;
  return 4 * kept * perFrame + (averages > 1 ? 8 * perFrame : 0);
}

interface WidthParameters {
  readonly centerOfRotation?: number | readonly number[] | undefined;
  readonly halfAcquisition: 'auto' | 'none' | 'stitch';
  readonly overlap?: number | undefined;
  readonly beam: 'parallel' | 'cone';
}

/** The widest detector, in its own width, that is made room for before it is known where the axis is. */
const usualWidth = 1.125;

/** Copies in which half acquisitions are stitched: the sinograms, and half as many rows that are up to twice as wide. */
const stitchedCopies = 2;

/** An axis so far off the middle, in widths of the detector, may be that of a half acquisition. */
const stitchedFrom = 1 / 6;

/**
 * Copies of the sinograms that the step makes at most: they become wider in place where the axis is off the middle, and stitched
 * ones are made beside them. Of an axis that only the data tells, the step asks for more once it is found.
 */
function widestCopies(parameters: WidthParameters, detectors: number): number {
  const { centerOfRotation, halfAcquisition, overlap, beam } = parameters;
  if (beam === 'cone') return 1;
  if (halfAcquisition === 'stitch' || overlap !== undefined) return stitchedCopies;
  if (centerOfRotation === undefined) return usualWidth;
  const given = typeof centerOfRotation === 'number' ? [centerOfRotation] : centerOfRotation;
  const center = given.reduce((sum, each) => sum + each, 0) / given.length;
  // Of binned data the plan counts in bins of the file.
  const beyond = Math.min(0.5, Math.ceil(Math.abs(center - middleOf(detectors))) / detectors);
  return halfAcquisition === 'auto' && beyond >= stitchedFrom ? stitchedCopies : 1 + beyond;
}

/** Selected frames with the widest detector that the step makes of them. */
export function widestOutput(parameters: WidthParameters, selected: InputShape): InputShape {
  const [angles = 1, detectors = 1] = selected.shape.slice(-2);
  const copies = widestCopies(parameters, detectors);
  // Half as many rows, twice as wide.
  const rows = copies === stitchedCopies ? Math.ceil(angles / 2) : angles;
  return { ...selected, shape: [...selected.shape.slice(0, -2), rows, Math.ceil(copies * detectors)] };
}

/** What V8 collects late of the work on single sinograms, whatever the data. */
const uncollectedBytes = 24 * 2 ** 20;

/**
 * What a search takes whatever the data, most of it collected late, and for each value of one sinogram, which it smooths, mirrors
 * and transforms in float64.
 */
const searchBytes: Readonly<Record<CenterMethod, { readonly always: number; readonly perValue: number }>> = {
  mirror: { always: 24 * 2 ** 20, perValue: 24 },
  vo: { always: 56 * 2 ** 20, perValue: 56 },
  registration: { always: 24 * 2 ** 20, perValue: 24 },
  overlap360: { always: 24 * 2 ** 20, perValue: 40 },
};

/** For each value of one sinogram from which outliers or rings are taken. */
const cleanedBytes = 16;

interface TransmissionParameters extends FrameParameters, WidthParameters {
  readonly centerMethod: CenterMethod;
  readonly outlierDif?: number | undefined;
  readonly ringSuppression: string;
}

/** Peak bytes of `TransmissionPreprocessingParameters`. */
export function transmissionBytes(parameters: TransmissionParameters, input: InputShape, finds: boolean): number {
  const [angles = 1, detectors = 1] = input.shape.slice(-2);
  const values = angles * detectors;
  const { centerMethod, centerOfRotation, outlierDif, ringSuppression } = parameters;
  const search = finds ? searchBytes[centerMethod].always + searchBytes[centerMethod].perValue * values : 0;
  const cleans = outlierDif !== undefined || ringSuppression !== 'none';
  const isShifted = typeof centerOfRotation === 'object';
  const cleaning = (cleans ? cleanedBytes * values : 0) + (cleans || isShifted ? uncollectedBytes : 0);
  return widestCopies(parameters, detectors) * selectionBytes(parameters, input) + search + cleaning;
}
