// Made by `npm run types` from what the API serves.

import type { PlanTable, TypeName } from '../plan-table.js';

/** The plans that come with Rondel, with the types of their properties. Made from the catalog; see CONTRIBUTING.md. */
export interface BuiltInPlans {
  /** CT by filtered backprojection, from raw counts or from line integrals. */
  'radon/fbp': {
    /** What the algorithm runs. */
    parameter: {
      /** How line integrals are made from the raw data. */
      pre: {
        /** Frames to reconstruct, counted from 1, in this order; all of them when empty. Default: `[]`. */
        frames: readonly number[];
        /** Number of consecutive selected frames that are averaged into one; must divide their number. Default: `1`. */
        numAverages: number;
        /** How the samples of the dark and of the white fields become one. `robust`: their mean, but their median in bins where they vary far more than elsewhere. Default: `"robust"`. */
        average: 'robust' | 'median' | 'mean';
        /** Replaces values that differ from the median around them, in angle and detector of one sinogram, by at least this, before flat field and logarithm (`dif` of TomoPy's `remove_outlier`). Left out: none are replaced. In values of the data. */
        outlierDif: number;
        /** Width of the window of that median, an odd number. In bins and projections. Default: `3`. */
        outlierSize: number;
        /** Whether only values above the median count as outliers, or those below it as well. Default: `"bright"`. */
        outlierMode: 'bright' | 'both';
        /** Axes of the raw data as it is stored, slowest first, as `["angle", "slice", "detector"]` or `angle,slice,detector`; `-slice` for one in reverse. Instead of what its reference (`?axes=`) or its file says. Left out: what these say, else the last of `frame,slice,angle,detector`, or the order that alone fits the number of angles. */
        axes: readonly string[] | string;
        /** What the values of the data stand for: `counts`, `transmission` (counts divided by the white field) or `lineIntegrals`. Left out: what the attribute `quantity` of the file says, else counts for data with white fields and line integrals for other values that look like these; what cannot be told is refused. */
        quantity: 'counts' | 'transmission' | 'lineIntegrals';
        /** Transmissions below this are set to it before the logarithm. Default: `0.000001`. */
        clip: number;
        /** Detector coordinate of the rotation axis, counted from 0, may be fractional. Left out: the attribute `center` of the data, else what `findCenter` says. In bins. */
        centerOfRotation: number;
        /** Whether the rotation axis is found from the data. Left out: yes for data with white fields and for transmissions with angles, else the axis is taken to be at detector size // 2. */
        findCenter: boolean;
        /** Whether projections of a scan over a full turn are stitched to their mirrored opposites, so that the detector reaches as far on either side of the axis as on its longer one; the image becomes as wide. `auto`: where the axis is in the outer third of the detector. Default: `"auto"`. */
        halfAcquisition: 'auto' | 'none' | 'stitch';
        /** Width of what opposite projections of a half acquisition both see, may be fractional: instead of the rotation axis, which lies in its middle. Needs `side`. In bins. */
        overlap: number;
        /** The end of the detector at which `overlap` lies. Default: `"auto"`. */
        side: 'auto' | 'left' | 'right';
        /** Removal of stripes that become rings: `sorting` smooths the sinogram across the detector after sorting it along the angles. Default: `"none"`. */
        ringSuppression: 'none' | 'sorting';
        /** Width of the median window of `sorting`, an odd number; wider removes wider rings. In bins. Default: `21`. */
        ringWindow: number;
      };
      /** How the image is made from line integrals. */
      reco: {
        /** Projection angles, one per projection. Left out: the angles that the data carries. In rad. */
        angles: readonly number[];
        /** Size of the image as [x, y] or [x, y, slices], the order of the Julia files. Left out: the number of detectors in both directions. In pixels. */
        shape: readonly number[];
        /** Sets pixels to 0 that the detector does not see at every angle. Default: `true`. */
        circle: boolean;
        /** Frequency response: the ramp alone or with a window that trades resolution for less noise; nothing is the ramp. A list is the response itself, one number per detector as in RadonKA.jl: for the transform of a row of that length, frequency 0 in the middle (at position length / 2 + 1, rounded down). Rows that became longer, as the axis is not in the middle, take it linearly between its frequencies. The ramp is |f| in cycles per bin, which gives attenuation per pixel; another scale scales the image. Default: `"ramp"`. */
        filter: 'ramp' | 'shepp-logan' | 'cosine' | 'hamming' | 'hann' | readonly number[] | null;
        /** How rows go on beyond the detector while they are filtered. `edge`: smoothly from the edge value to zero, for objects wider than the detector, at three times the memory for sinograms. Default: `"none"`. */
        padding: 'none' | 'edge';
      };
    };
  };
  /** Unfiltered backprojection, for looking at data and for tests. */
  'radon/backprojection': {
    /** What the algorithm runs. */
    parameter: {
      /** How line integrals are made from the raw data. */
      pre: {
        /** Frames to reconstruct, counted from 1, in this order; all of them when empty. Default: `[]`. */
        frames: readonly number[];
        /** Number of consecutive selected frames that are averaged into one; must divide their number. Default: `1`. */
        numAverages: number;
        /** How the samples of the dark and of the white fields become one. `robust`: their mean, but their median in bins where they vary far more than elsewhere. Default: `"robust"`. */
        average: 'robust' | 'median' | 'mean';
        /** Replaces values that differ from the median around them, in angle and detector of one sinogram, by at least this, before flat field and logarithm (`dif` of TomoPy's `remove_outlier`). Left out: none are replaced. In values of the data. */
        outlierDif: number;
        /** Width of the window of that median, an odd number. In bins and projections. Default: `3`. */
        outlierSize: number;
        /** Whether only values above the median count as outliers, or those below it as well. Default: `"bright"`. */
        outlierMode: 'bright' | 'both';
        /** Axes of the raw data as it is stored, slowest first, as `["angle", "slice", "detector"]` or `angle,slice,detector`; `-slice` for one in reverse. Instead of what its reference (`?axes=`) or its file says. Left out: what these say, else the last of `frame,slice,angle,detector`, or the order that alone fits the number of angles. */
        axes: readonly string[] | string;
        /** What the values of the data stand for: `counts`, `transmission` (counts divided by the white field) or `lineIntegrals`. Left out: what the attribute `quantity` of the file says, else counts for data with white fields and line integrals for other values that look like these; what cannot be told is refused. */
        quantity: 'counts' | 'transmission' | 'lineIntegrals';
        /** Transmissions below this are set to it before the logarithm. Default: `0.000001`. */
        clip: number;
        /** Detector coordinate of the rotation axis, counted from 0, may be fractional. Left out: the attribute `center` of the data, else what `findCenter` says. In bins. */
        centerOfRotation: number;
        /** Whether the rotation axis is found from the data. Left out: yes for data with white fields and for transmissions with angles, else the axis is taken to be at detector size // 2. */
        findCenter: boolean;
        /** Whether projections of a scan over a full turn are stitched to their mirrored opposites, so that the detector reaches as far on either side of the axis as on its longer one; the image becomes as wide. `auto`: where the axis is in the outer third of the detector. Default: `"auto"`. */
        halfAcquisition: 'auto' | 'none' | 'stitch';
        /** Width of what opposite projections of a half acquisition both see, may be fractional: instead of the rotation axis, which lies in its middle. Needs `side`. In bins. */
        overlap: number;
        /** The end of the detector at which `overlap` lies. Default: `"auto"`. */
        side: 'auto' | 'left' | 'right';
        /** Removal of stripes that become rings: `sorting` smooths the sinogram across the detector after sorting it along the angles. Default: `"none"`. */
        ringSuppression: 'none' | 'sorting';
        /** Width of the median window of `sorting`, an odd number; wider removes wider rings. In bins. Default: `21`. */
        ringWindow: number;
      };
      /** How the image is made from line integrals. */
      reco: {
        /** Projection angles, one per projection. Left out: the angles that the data carries. In rad. */
        angles: readonly number[];
        /** Size of the image as [x, y] or [x, y, slices], the order of the Julia files. Left out: the number of detectors in both directions. In pixels. */
        shape: readonly number[];
        /** Sets pixels to 0 that the detector does not see at every angle. Default: `true`. */
        circle: boolean;
      };
    };
  };
  /** CT by regularized least squares (POGM) with positivity, from raw counts or from line integrals. */
  'radon/iterative': {
    /** What the algorithm runs. */
    parameter: {
      /** How line integrals are made from the raw data. */
      pre: {
        /** Frames to reconstruct, counted from 1, in this order; all of them when empty. Default: `[]`. */
        frames: readonly number[];
        /** Number of consecutive selected frames that are averaged into one; must divide their number. Default: `1`. */
        numAverages: number;
        /** How the samples of the dark and of the white fields become one. `robust`: their mean, but their median in bins where they vary far more than elsewhere. Default: `"robust"`. */
        average: 'robust' | 'median' | 'mean';
        /** Replaces values that differ from the median around them, in angle and detector of one sinogram, by at least this, before flat field and logarithm (`dif` of TomoPy's `remove_outlier`). Left out: none are replaced. In values of the data. */
        outlierDif: number;
        /** Width of the window of that median, an odd number. In bins and projections. Default: `3`. */
        outlierSize: number;
        /** Whether only values above the median count as outliers, or those below it as well. Default: `"bright"`. */
        outlierMode: 'bright' | 'both';
        /** Axes of the raw data as it is stored, slowest first, as `["angle", "slice", "detector"]` or `angle,slice,detector`; `-slice` for one in reverse. Instead of what its reference (`?axes=`) or its file says. Left out: what these say, else the last of `frame,slice,angle,detector`, or the order that alone fits the number of angles. */
        axes: readonly string[] | string;
        /** What the values of the data stand for: `counts`, `transmission` (counts divided by the white field) or `lineIntegrals`. Left out: what the attribute `quantity` of the file says, else counts for data with white fields and line integrals for other values that look like these; what cannot be told is refused. */
        quantity: 'counts' | 'transmission' | 'lineIntegrals';
        /** Transmissions below this are set to it before the logarithm. Default: `0.000001`. */
        clip: number;
        /** Detector coordinate of the rotation axis, counted from 0, may be fractional. Left out: the attribute `center` of the data, else what `findCenter` says. In bins. */
        centerOfRotation: number;
        /** Whether the rotation axis is found from the data. Left out: yes for data with white fields and for transmissions with angles, else the axis is taken to be at detector size // 2. */
        findCenter: boolean;
        /** Whether projections of a scan over a full turn are stitched to their mirrored opposites, so that the detector reaches as far on either side of the axis as on its longer one; the image becomes as wide. `auto`: where the axis is in the outer third of the detector. Default: `"auto"`. */
        halfAcquisition: 'auto' | 'none' | 'stitch';
        /** Width of what opposite projections of a half acquisition both see, may be fractional: instead of the rotation axis, which lies in its middle. Needs `side`. In bins. */
        overlap: number;
        /** The end of the detector at which `overlap` lies. Default: `"auto"`. */
        side: 'auto' | 'left' | 'right';
        /** Removal of stripes that become rings: `sorting` smooths the sinogram across the detector after sorting it along the angles. Default: `"none"`. */
        ringSuppression: 'none' | 'sorting';
        /** Width of the median window of `sorting`, an odd number; wider removes wider rings. In bins. Default: `21`. */
        ringWindow: number;
      };
      /** How the image is made from line integrals. */
      reco: {
        /** Projection angles, one per projection. Left out: the angles that the data carries. In rad. */
        angles: readonly number[];
        /** Size of the image as [x, y] or [x, y, slices], the order of the Julia files. Left out: the number of detectors in both directions. In pixels. */
        shape: readonly number[];
        /** Sets pixels to 0 that the detector does not see at every angle. Default: `true`. */
        circle: boolean;
        /** Element type in the Julia files. The computation is in Float32 either way. Default: `"Float32"`. */
        eltype: TypeName<'Float32' | 'Float64'>;
        /** Upper bound on the number of iterations. Default: `20`. */
        iterations: number;
        /** A slice stops when the residual of the solver has fallen to this fraction of the first one. Default: `1.1920928955078125e-7`. */
        relTol: number;
        /** Regularization terms, at most one of each type. */
        reg: readonly PlanTable[];
        /** Iterative solver. CGNR: conjugate gradients on the normal equations; PositiveRegularization cuts its last iterate. POGM: proximal optimized gradient method, which minimizes under PositiveRegularization and whose images hardly depend on rounding, so that engines agree. Default: `"CGNR"`. */
        solver: TypeName<'CGNR' | 'POGM'>;
      };
    };
  };
}
