// Made by `npm run types` from what the API serves.

import type { PlanTable, TypeName } from '../plan-table.js';

/** The plans that come with Rondel, with the types of their properties. Made from the catalog; see CONTRIBUTING.md. */
export interface BuiltInPlans {
  /** CT by filtered backprojection, from raw counts or from line integrals. */
  'radon/fbp': {
    /** What the algorithm runs. */
    parameter: {
      /** Removal of single values that stand out, from the raw data. */
      outliers: PlanTable;
      /** Distortion and tilt of the detector, taken out of projections and fields. */
      detector: PlanTable;
      /** Transmissions from counts, for what takes these. */
      flat: PlanTable;
      /** Phase retrieval, from transmissions. */
      phase: PlanTable;
      /** How line integrals are made from the raw data. */
      pre: {
        /** Frames to reconstruct, counted from 1, in this order; all of them when empty. Default: `[]`. */
        frames: readonly number[];
        /** Number of consecutive selected frames that are averaged into one; must divide their number. Default: `1`. */
        numAverages: number;
        /** How the samples of the dark and of the white fields become one. `robust`: their mean, but their median in bins where they vary far more than elsewhere. Default: `"robust"`. */
        average: 'robust' | 'median' | 'mean';
        /** Replaces values that differ from the median around them, in angle and detector of one sinogram, by at least this, before flat field and logarithm (`dif` of TomoPy's `remove_outlier`). Of counts that is some hundreds; behind a stage `flat` the data is transmissions, so less than 1. Left out: none are replaced. In values of the data. */
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
        /** Coefficients of a polynomial that straightens line integrals which polychromatic beams bend: p becomes c1 p + c2 p^2 + ... . Left out: they stay. */
        beamHardening: readonly number[];
        /** Detector coordinate of the rotation axis, counted from 0, may be fractional; in bins of the file where the data is binned. Of a part of the detector it counts from the first bin that is taken. Two of them are that of the first and of the last slice of the file, of an axis that is tilted: rows are shifted so that it is where it is on average; `tilt` of the stage `detector` turns them as well. Left out: the attribute `center` of the data, else what `findCenter` says. In bins. */
        centerOfRotation: number | readonly number[];
        /** Whether the rotation axis is found from the data. Left out: yes for data with white fields and for transmissions with angles, else the axis is taken to be at detector size // 2. */
        findCenter: boolean;
        /** How it is found. `mirror`: anywhere on the detector, from opposite projections and refined by all of them; says how sure it is. `vo` (TomoPy's `find_center_vo`): from half a turn, between `smin` and `smax` beside the middle of the detector. `registration` (`find_center_pc`): by phase correlation of projections half a turn apart. `overlap360` (`find_center_360` of httomo): for half acquisition over a full turn, where the axis is near the edge of the detector. Default: `"mirror"`. */
        centerMethod: 'mirror' | 'vo' | 'registration' | 'overlap360';
        /** Where the coarse search of `vo` begins: by how far a mirrored projection is moved, twice what the axis is. In bins. Default: `-50`. */
        smin: number;
        /** Where it ends. In bins. Default: `50`. */
        smax: number;
        /** How far around the coarse result the fine search looks. In bins. Default: `6`. */
        srad: number;
        /** Its steps. In bins. Default: `0.25`. */
        step: number;
        /** Width of the object over that of the detector. Default: `0.5`. */
        ratio: number;
        /** Low frequencies along the angles that do not count. Default: `20`. */
        drop: number;
        /** The slice that is looked at, counted from 0. Left out: the middle one, or for `vo` the mean of the 10 in the middle where there are more than 10. */
        ind: number;
        /** Steps in which the shift of mirrored projections is told; the axis moves by half of it. In bins. Default: `0.5`. */
        tol: number;
        /** About where the axis is (`rotc_guess`): projections are moved so that it is in the middle, and overlap most. Left out: the middle of the detector. In bins. */
        rotcGuess: number;
        /** Width of the edge of a projection that is looked for in the mirrored opposite one (`win_width`). In bins. Default: `10`. */
        winWidth: number;
        /** Whether sinograms are smoothed before, by a Gaussian of two projections and bins. Default: `true`. */
        denoise: boolean;
        /** Whether every projection of the edge is scaled to the mean of what it is compared with. Default: `false`. */
        norm: boolean;
        /** Of `cone` (and fan) beams the geometry of the reconstruction says where the axis is: nothing is looked for, extended or stitched. Default: `"parallel"`. */
        beam: 'parallel' | 'cone';
        /** Whether projections of a scan over a full turn are stitched to their mirrored opposites, so that the detector reaches as far on either side of the axis as on its longer one; the image becomes as wide. `auto`: where the axis is in the outer third of the detector. Default: `"auto"`. */
        halfAcquisition: 'auto' | 'none' | 'stitch';
        /** How they are stitched. `subpixel`: where the axis is, with opposite projections interpolated between angles and bins. `rounded` (`sino_360_to_180` of TomoPy): the overlap in whole bins, each projection with the one half of all behind it, and the last of an odd number left out. Default: `"subpixel"`. */
        stitching: 'subpixel' | 'rounded';
        /** Width of what opposite projections of a half acquisition both see, may be fractional: instead of the rotation axis, which lies in its middle. Needs `side`. In bins. */
        overlap: number;
        /** The end of the detector at which `overlap` lies. Default: `"auto"`. */
        side: 'auto' | 'left' | 'right';
        /** Removal of stripes that become rings: `sorting` smooths the sinogram across the detector after sorting it along the angles. Default: `"none"`. */
        ringSuppression: 'none' | 'sorting';
        /** Width of the median window of `sorting`, an odd number; wider removes wider rings. In bins. Default: `21`. */
        ringWindow: number;
      };
      /** Removal of stripes that become rings, from line integrals. */
      rings: PlanTable;
      /** How the image is made from line integrals. */
      reco: {
        /** Projection angles, one per projection. Left out: the angles that the data carries. In rad. */
        angles: readonly number[];
        /** Size of the image as [x, y] or [x, y, slices], the order of the Julia files. Left out: the number of detectors in both directions, or N of `geometry`. In pixels. */
        shape: readonly number[];
        /** The rays of a view, one for each detector, as in RadonKA.jl; what the data says of the rotation axis then does not count. Pixels are squares, and what a ray gives one is its length in it. Left out: parallel rays, one pixel apart. */
        geometry: PlanTable;
        /** Sets pixels to 0 that are farther from the axis than this part of half the shorter side of the image (`recon_mask_radius` of httomo, `ratio` of `circ_mask` in TomoPy), as well as those of `circle`; a `shape` cuts the image (`recon_size`). Left out: none. */
        reconMaskRadius: number;
        /** Sets pixels to 0 that the detector does not see at every angle; with `geometry` those outside its circle and those farther out than every ray. Default: `true`. */
        circle: boolean;
        /** Frequency response: the ramp alone or with a window that trades resolution for less noise; nothing is the ramp. `none` does not filter: half the integral of the projections over half a turn, blurred and no attenuation. A list is the response itself, one number per detector as in RadonKA.jl: for the transform of a row of that length, frequency 0 in the middle (at position length / 2 + 1, rounded down). Rows that became longer, as the axis is not in the middle, take it linearly between its frequencies. The ramp is |f| in cycles per bin, which gives attenuation per pixel; another scale scales the image. TomoPy calls `ramp` and `shepp-logan` `ramlak` and `shepp`, and a list, with twice these numbers, `custom`. Default: `"ramp"`. */
        filter:
          | 'ramp'
          | 'shepp-logan'
          | 'cosine'
          | 'hamming'
          | 'hann'
          | 'parzen'
          | 'butterworth'
          | 'none'
          | 'ramlak'
          | 'shepp'
          | readonly number[]
          | null;
        /** Where the window of the filter ends, for `butterworth` where it has fallen to a half. Left out: 0.5, the highest frequency. Where that counts as 1, as for `HannCutFrequency` of RTK, and for `hann` and `hamming` in `filter_par` of TomoPy, whose windows rise again beyond, it is half of the number there. In cycles per bin. */
        cutoff: number;
        /** How steep `butterworth` is: 1 / (1 + (f / cutoff)^(2 order)). Left out: 8. */
        order: number;
        /** How filtered rows become the image. `sums`: for each pixel the sum over the angles. `grid`: the same by way of a grid in Fourier space, in N^2 log N steps where the sums take N^2 times the angles: many times as fast for large images, within 1 % (RMS) of the sums. It pays from about 512 pixels and angles on, and much earlier on the engine tensorflow; for smaller images sums are as fast, also for stacks of them. TomoPy calls it `gridrec`. Default: `"sums"`. */
        method: 'sums' | 'grid' | 'gridrec';
        /** How rows go on beyond the detector while they are filtered. `edge`: smoothly from the edge value to zero, for objects wider than the detector, at three times the memory for sinograms. `repeat`: with the edge value, as for `pad` of TomoPy, `pad_mode` of algotom and `detector_pad` of httomo; values then are too low by a constant. `none`: with zeros. Default: `"none"`. */
        padding: 'none' | 'edge' | 'repeat';
        /** Makes values attenuation per mm or per cm, by the size of a pixel; results then carry the unit. Left out: per pixel, and of cone beams per mm. */
        perLength: 'mm' | 'cm';
        /** Width of a detector bin at the object, that of the file where the data is binned, and so of a pixel (of rays of a `geometry`, width of a pixel). It wins over what the data says, and is the spacing of the image. Of cone beams the geometry has it. In mm. */
        pixelSize: number;
      };
    };
  };
  /** Unfiltered backprojection, for looking at data and for tests. */
  'radon/backprojection': {
    /** What the algorithm runs. */
    parameter: {
      /** Removal of single values that stand out, from the raw data. */
      outliers: PlanTable;
      /** Distortion and tilt of the detector, taken out of projections and fields. */
      detector: PlanTable;
      /** Transmissions from counts, for what takes these. */
      flat: PlanTable;
      /** Phase retrieval, from transmissions. */
      phase: PlanTable;
      /** How line integrals are made from the raw data. */
      pre: {
        /** Frames to reconstruct, counted from 1, in this order; all of them when empty. Default: `[]`. */
        frames: readonly number[];
        /** Number of consecutive selected frames that are averaged into one; must divide their number. Default: `1`. */
        numAverages: number;
        /** How the samples of the dark and of the white fields become one. `robust`: their mean, but their median in bins where they vary far more than elsewhere. Default: `"robust"`. */
        average: 'robust' | 'median' | 'mean';
        /** Replaces values that differ from the median around them, in angle and detector of one sinogram, by at least this, before flat field and logarithm (`dif` of TomoPy's `remove_outlier`). Of counts that is some hundreds; behind a stage `flat` the data is transmissions, so less than 1. Left out: none are replaced. In values of the data. */
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
        /** Coefficients of a polynomial that straightens line integrals which polychromatic beams bend: p becomes c1 p + c2 p^2 + ... . Left out: they stay. */
        beamHardening: readonly number[];
        /** Detector coordinate of the rotation axis, counted from 0, may be fractional; in bins of the file where the data is binned. Of a part of the detector it counts from the first bin that is taken. Two of them are that of the first and of the last slice of the file, of an axis that is tilted: rows are shifted so that it is where it is on average; `tilt` of the stage `detector` turns them as well. Left out: the attribute `center` of the data, else what `findCenter` says. In bins. */
        centerOfRotation: number | readonly number[];
        /** Whether the rotation axis is found from the data. Left out: yes for data with white fields and for transmissions with angles, else the axis is taken to be at detector size // 2. */
        findCenter: boolean;
        /** How it is found. `mirror`: anywhere on the detector, from opposite projections and refined by all of them; says how sure it is. `vo` (TomoPy's `find_center_vo`): from half a turn, between `smin` and `smax` beside the middle of the detector. `registration` (`find_center_pc`): by phase correlation of projections half a turn apart. `overlap360` (`find_center_360` of httomo): for half acquisition over a full turn, where the axis is near the edge of the detector. Default: `"mirror"`. */
        centerMethod: 'mirror' | 'vo' | 'registration' | 'overlap360';
        /** Where the coarse search of `vo` begins: by how far a mirrored projection is moved, twice what the axis is. In bins. Default: `-50`. */
        smin: number;
        /** Where it ends. In bins. Default: `50`. */
        smax: number;
        /** How far around the coarse result the fine search looks. In bins. Default: `6`. */
        srad: number;
        /** Its steps. In bins. Default: `0.25`. */
        step: number;
        /** Width of the object over that of the detector. Default: `0.5`. */
        ratio: number;
        /** Low frequencies along the angles that do not count. Default: `20`. */
        drop: number;
        /** The slice that is looked at, counted from 0. Left out: the middle one, or for `vo` the mean of the 10 in the middle where there are more than 10. */
        ind: number;
        /** Steps in which the shift of mirrored projections is told; the axis moves by half of it. In bins. Default: `0.5`. */
        tol: number;
        /** About where the axis is (`rotc_guess`): projections are moved so that it is in the middle, and overlap most. Left out: the middle of the detector. In bins. */
        rotcGuess: number;
        /** Width of the edge of a projection that is looked for in the mirrored opposite one (`win_width`). In bins. Default: `10`. */
        winWidth: number;
        /** Whether sinograms are smoothed before, by a Gaussian of two projections and bins. Default: `true`. */
        denoise: boolean;
        /** Whether every projection of the edge is scaled to the mean of what it is compared with. Default: `false`. */
        norm: boolean;
        /** Of `cone` (and fan) beams the geometry of the reconstruction says where the axis is: nothing is looked for, extended or stitched. Default: `"parallel"`. */
        beam: 'parallel' | 'cone';
        /** Whether projections of a scan over a full turn are stitched to their mirrored opposites, so that the detector reaches as far on either side of the axis as on its longer one; the image becomes as wide. `auto`: where the axis is in the outer third of the detector. Default: `"auto"`. */
        halfAcquisition: 'auto' | 'none' | 'stitch';
        /** How they are stitched. `subpixel`: where the axis is, with opposite projections interpolated between angles and bins. `rounded` (`sino_360_to_180` of TomoPy): the overlap in whole bins, each projection with the one half of all behind it, and the last of an odd number left out. Default: `"subpixel"`. */
        stitching: 'subpixel' | 'rounded';
        /** Width of what opposite projections of a half acquisition both see, may be fractional: instead of the rotation axis, which lies in its middle. Needs `side`. In bins. */
        overlap: number;
        /** The end of the detector at which `overlap` lies. Default: `"auto"`. */
        side: 'auto' | 'left' | 'right';
        /** Removal of stripes that become rings: `sorting` smooths the sinogram across the detector after sorting it along the angles. Default: `"none"`. */
        ringSuppression: 'none' | 'sorting';
        /** Width of the median window of `sorting`, an odd number; wider removes wider rings. In bins. Default: `21`. */
        ringWindow: number;
      };
      /** Removal of stripes that become rings, from line integrals. */
      rings: PlanTable;
      /** How the image is made from line integrals. */
      reco: {
        /** Projection angles, one per projection. Left out: the angles that the data carries. In rad. */
        angles: readonly number[];
        /** Size of the image as [x, y] or [x, y, slices], the order of the Julia files. Left out: the number of detectors in both directions, or N of `geometry`. In pixels. */
        shape: readonly number[];
        /** The rays of a view, one for each detector, as in RadonKA.jl; what the data says of the rotation axis then does not count. Pixels are squares, and what a ray gives one is its length in it. Left out: parallel rays, one pixel apart. */
        geometry: PlanTable;
        /** Sets pixels to 0 that are farther from the axis than this part of half the shorter side of the image (`recon_mask_radius` of httomo, `ratio` of `circ_mask` in TomoPy), as well as those of `circle`; a `shape` cuts the image (`recon_size`). Left out: none. */
        reconMaskRadius: number;
        /** Sets pixels to 0 that the detector does not see at every angle; with `geometry` those outside its circle and those farther out than every ray. Default: `true`. */
        circle: boolean;
        /** What a ray gives a pixel where `geometry` says nothing. `linear`: by how near the two bins are that the middle of the pixel lies between, with the rotation axis in the middle of pixel size // 2. `line`: its length in the pixel, of the bins that were measured, with the axis in the middle of the image, which for an even size is between pixels; these are the weights and the pixels of TomoPy (all methods but `gridrec`) and of `line` in ASTRA. Default: `"linear"`. */
        projector: 'linear' | 'line';
      };
    };
  };
  /** CT of fan and cone beams by filtered backprojection (FDK); set the distances of your scanner. */
  'radon/fdk': {
    /** What the algorithm runs. */
    parameter: {
      /** Removal of single values that stand out, from the raw data. */
      outliers: PlanTable;
      /** Distortion and tilt of the detector, taken out of projections and fields. */
      detector: PlanTable;
      /** Transmissions from counts, for what takes these. */
      flat: PlanTable;
      /** Phase retrieval, from transmissions. */
      phase: PlanTable;
      /** How line integrals are made from the raw data. */
      pre: {
        /** Frames to reconstruct, counted from 1, in this order; all of them when empty. Default: `[]`. */
        frames: readonly number[];
        /** Number of consecutive selected frames that are averaged into one; must divide their number. Default: `1`. */
        numAverages: number;
        /** How the samples of the dark and of the white fields become one. `robust`: their mean, but their median in bins where they vary far more than elsewhere. Default: `"robust"`. */
        average: 'robust' | 'median' | 'mean';
        /** Replaces values that differ from the median around them, in angle and detector of one sinogram, by at least this, before flat field and logarithm (`dif` of TomoPy's `remove_outlier`). Of counts that is some hundreds; behind a stage `flat` the data is transmissions, so less than 1. Left out: none are replaced. In values of the data. */
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
        /** Coefficients of a polynomial that straightens line integrals which polychromatic beams bend: p becomes c1 p + c2 p^2 + ... . Left out: they stay. */
        beamHardening: readonly number[];
        /** Detector coordinate of the rotation axis, counted from 0, may be fractional; in bins of the file where the data is binned. Of a part of the detector it counts from the first bin that is taken. Two of them are that of the first and of the last slice of the file, of an axis that is tilted: rows are shifted so that it is where it is on average; `tilt` of the stage `detector` turns them as well. Left out: the attribute `center` of the data, else what `findCenter` says. In bins. */
        centerOfRotation: number | readonly number[];
        /** Whether the rotation axis is found from the data. Left out: yes for data with white fields and for transmissions with angles, else the axis is taken to be at detector size // 2. */
        findCenter: boolean;
        /** How it is found. `mirror`: anywhere on the detector, from opposite projections and refined by all of them; says how sure it is. `vo` (TomoPy's `find_center_vo`): from half a turn, between `smin` and `smax` beside the middle of the detector. `registration` (`find_center_pc`): by phase correlation of projections half a turn apart. `overlap360` (`find_center_360` of httomo): for half acquisition over a full turn, where the axis is near the edge of the detector. Default: `"mirror"`. */
        centerMethod: 'mirror' | 'vo' | 'registration' | 'overlap360';
        /** Where the coarse search of `vo` begins: by how far a mirrored projection is moved, twice what the axis is. In bins. Default: `-50`. */
        smin: number;
        /** Where it ends. In bins. Default: `50`. */
        smax: number;
        /** How far around the coarse result the fine search looks. In bins. Default: `6`. */
        srad: number;
        /** Its steps. In bins. Default: `0.25`. */
        step: number;
        /** Width of the object over that of the detector. Default: `0.5`. */
        ratio: number;
        /** Low frequencies along the angles that do not count. Default: `20`. */
        drop: number;
        /** The slice that is looked at, counted from 0. Left out: the middle one, or for `vo` the mean of the 10 in the middle where there are more than 10. */
        ind: number;
        /** Steps in which the shift of mirrored projections is told; the axis moves by half of it. In bins. Default: `0.5`. */
        tol: number;
        /** About where the axis is (`rotc_guess`): projections are moved so that it is in the middle, and overlap most. Left out: the middle of the detector. In bins. */
        rotcGuess: number;
        /** Width of the edge of a projection that is looked for in the mirrored opposite one (`win_width`). In bins. Default: `10`. */
        winWidth: number;
        /** Whether sinograms are smoothed before, by a Gaussian of two projections and bins. Default: `true`. */
        denoise: boolean;
        /** Whether every projection of the edge is scaled to the mean of what it is compared with. Default: `false`. */
        norm: boolean;
        /** Of `cone` (and fan) beams the geometry of the reconstruction says where the axis is: nothing is looked for, extended or stitched. Default: `"parallel"`. */
        beam: 'parallel' | 'cone';
        /** Whether projections of a scan over a full turn are stitched to their mirrored opposites, so that the detector reaches as far on either side of the axis as on its longer one; the image becomes as wide. `auto`: where the axis is in the outer third of the detector. Default: `"auto"`. */
        halfAcquisition: 'auto' | 'none' | 'stitch';
        /** How they are stitched. `subpixel`: where the axis is, with opposite projections interpolated between angles and bins. `rounded` (`sino_360_to_180` of TomoPy): the overlap in whole bins, each projection with the one half of all behind it, and the last of an odd number left out. Default: `"subpixel"`. */
        stitching: 'subpixel' | 'rounded';
        /** Width of what opposite projections of a half acquisition both see, may be fractional: instead of the rotation axis, which lies in its middle. Needs `side`. In bins. */
        overlap: number;
        /** The end of the detector at which `overlap` lies. Default: `"auto"`. */
        side: 'auto' | 'left' | 'right';
        /** Removal of stripes that become rings: `sorting` smooths the sinogram across the detector after sorting it along the angles. Default: `"none"`. */
        ringSuppression: 'none' | 'sorting';
        /** Width of the median window of `sorting`, an odd number; wider removes wider rings. In bins. Default: `21`. */
        ringWindow: number;
      };
      /** Removal of stripes that become rings, from line integrals. */
      rings: PlanTable;
      /** How the image is made from line integrals. */
      reco: {
        /** Where source, axis and detector are. */
        geometry: {
          /** Distance from the source to the rotation axis: `SourceToIsocenterDistance` of RTK, `DSO` of TIGRE. Needed unless `vectors` say all. In mm. */
          sourceOrigin: number;
          /** Distance from the source to the detector: `SourceToDetectorDistance` of RTK, `DSD` of TIGRE; of ASTRA the sum of its two distances. Needed unless `vectors` say all. In mm. */
          sourceDetector: number;
          /** Size of a detector bin [u, v], along columns and rows, that of the file where the data is binned. Needed unless `vectors` say all. In mm. */
          detectorPixel: readonly number[];
          /** Where the middle of the detector is [u, v], from where the ray through the axis that is perpendicular to the detector meets it; in mm, not in bins. In mm. Default: `[0,0]`. */
          detectorOffset: readonly number[];
          /** `curved`: on a cylinder about the source, parallel to the axis, as in medical scanners; `detectorPixel` and `detectorOffset` are along its arc. Projections are interpolated to a flat detector first. Default: `"flat"`. */
          detectorShape: 'flat' | 'curved';
          /** Angle by which the detector is turned in its plane about its middle, from u towards v. In rad. Default: `0`. */
          detectorTilt: number;
          /** Distance of the rotation axis from the perpendicular from the source to the detector, along u: where an axis that is not in the middle of the image belongs. In mm. Default: `0`. */
          centerShift: number;
          /** Side of a voxel; with `vectors` and no `shape`, for bins of the file, and larger where these are binned. Left out: the u of `detectorPixel` at the axis, times sourceOrigin / sourceDetector. In mm. */
          voxel: number;
          /** Size of the volume [x, y] or [x, y, slices]. Left out: as many voxels in x and y as the detector has columns, and as many slices as its rows see at the axis. In voxels. */
          shape: readonly number[];
          /** Angles of the source, one per projection. Left out: the angles that the data carries. In rad. */
          angles: readonly number[];
          /** Whether the source turns counterclockwise with rising angle, seen against z, or clockwise. Default: `"ccw"`. */
          direction: 'ccw' | 'cw';
          /** Each view on its own, in the order of ASTRA's `cone_vec`: source, middle of the detector, step from column to column, step from row to row, each (x, y, z). They win over all distances, offsets and angles; `voxel` is needed then. In mm. */
          vectors: readonly (readonly number[])[];
        };
        /** Frequency response: the ramp alone or with a window that trades resolution for less noise; nothing is the ramp. `none` does not filter: blurred, and no attenuation. A list is the response itself, one number per column of the detector, as `RadonFilteredBackprojectionParameters` takes it: |f| in cycles per bin gives attenuation per mm, another scale scales the image. Default: `"ramp"`. */
        filter:
          | 'ramp'
          | 'shepp-logan'
          | 'cosine'
          | 'hamming'
          | 'hann'
          | 'parzen'
          | 'butterworth'
          | 'none'
          | 'ramlak'
          | 'shepp'
          | readonly number[]
          | null;
        /** Where the window of the filter ends, for `butterworth` where it has fallen to a half. Left out: 0.5, the highest frequency. Where that counts as 1, as for `HannCutFrequency` of RTK, and for `hann` and `hamming` in `filter_par` of TomoPy, whose windows rise again beyond, it is half of the number there. In cycles per bin. */
        cutoff: number;
        /** How steep `butterworth` is: 1 / (1 + (f / cutoff)^(2 order)). Left out: 8. */
        order: number;
        /** How rows go on beyond the detector while they are filtered. `edge`: smoothly from the edge value to zero, for objects wider than the detector, at three times the memory for projections. Default: `"none"`. */
        padding: 'none' | 'edge';
        /** Weights of rays that a scan of less than a full turn sees twice (Parker). `auto`: where angles do not close to a turn. Half a turn and the angle of the fan are needed. Default: `"auto"`. */
        shortScan: 'auto' | 'none' | 'parker';
        /** Weights of rays that a detector sees twice which is off the middle, so that a full turn sees an object of twice its width (Wang). `auto`: where one side of the axis has less than nine tenths of the other and the scan is a full turn. Default: `"auto"`. */
        displaced: 'auto' | 'none' | 'wang';
        /** Whether `centerShift` is found from the scan, a full turn, by the rays that are seen from both sides; near the one that `geometry` has. Frames then share the one of the first. Default: `false`. */
        findCenterShift: boolean;
        /** Makes values attenuation per mm or per cm, by the size of a pixel; results then carry the unit. Left out: per pixel, and of cone beams per mm. */
        perLength: 'mm' | 'cm';
        /** Sets pixels to 0 that are farther from the axis than this part of half the shorter side of the image (`recon_mask_radius` of httomo, `ratio` of `circ_mask` in TomoPy), as well as those of `circle`; a `shape` cuts the image (`recon_size`). Left out: none. */
        reconMaskRadius: number;
        /** Sets voxels to 0 that are farther from the axis than the detector sees from all sides. Default: `true`. */
        circle: boolean;
      };
    };
  };
  /** CT by regularized least squares (POGM) with positivity, from raw counts or from line integrals. */
  'radon/iterative': {
    /** What the algorithm runs. */
    parameter: {
      /** Removal of single values that stand out, from the raw data. */
      outliers: PlanTable;
      /** Distortion and tilt of the detector, taken out of projections and fields. */
      detector: PlanTable;
      /** Transmissions from counts, for what takes these. */
      flat: PlanTable;
      /** Phase retrieval, from transmissions. */
      phase: PlanTable;
      /** How line integrals are made from the raw data. */
      pre: {
        /** Frames to reconstruct, counted from 1, in this order; all of them when empty. Default: `[]`. */
        frames: readonly number[];
        /** Number of consecutive selected frames that are averaged into one; must divide their number. Default: `1`. */
        numAverages: number;
        /** How the samples of the dark and of the white fields become one. `robust`: their mean, but their median in bins where they vary far more than elsewhere. Default: `"robust"`. */
        average: 'robust' | 'median' | 'mean';
        /** Replaces values that differ from the median around them, in angle and detector of one sinogram, by at least this, before flat field and logarithm (`dif` of TomoPy's `remove_outlier`). Of counts that is some hundreds; behind a stage `flat` the data is transmissions, so less than 1. Left out: none are replaced. In values of the data. */
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
        /** Coefficients of a polynomial that straightens line integrals which polychromatic beams bend: p becomes c1 p + c2 p^2 + ... . Left out: they stay. */
        beamHardening: readonly number[];
        /** Detector coordinate of the rotation axis, counted from 0, may be fractional; in bins of the file where the data is binned. Of a part of the detector it counts from the first bin that is taken. Two of them are that of the first and of the last slice of the file, of an axis that is tilted: rows are shifted so that it is where it is on average; `tilt` of the stage `detector` turns them as well. Left out: the attribute `center` of the data, else what `findCenter` says. In bins. */
        centerOfRotation: number | readonly number[];
        /** Whether the rotation axis is found from the data. Left out: yes for data with white fields and for transmissions with angles, else the axis is taken to be at detector size // 2. */
        findCenter: boolean;
        /** How it is found. `mirror`: anywhere on the detector, from opposite projections and refined by all of them; says how sure it is. `vo` (TomoPy's `find_center_vo`): from half a turn, between `smin` and `smax` beside the middle of the detector. `registration` (`find_center_pc`): by phase correlation of projections half a turn apart. `overlap360` (`find_center_360` of httomo): for half acquisition over a full turn, where the axis is near the edge of the detector. Default: `"mirror"`. */
        centerMethod: 'mirror' | 'vo' | 'registration' | 'overlap360';
        /** Where the coarse search of `vo` begins: by how far a mirrored projection is moved, twice what the axis is. In bins. Default: `-50`. */
        smin: number;
        /** Where it ends. In bins. Default: `50`. */
        smax: number;
        /** How far around the coarse result the fine search looks. In bins. Default: `6`. */
        srad: number;
        /** Its steps. In bins. Default: `0.25`. */
        step: number;
        /** Width of the object over that of the detector. Default: `0.5`. */
        ratio: number;
        /** Low frequencies along the angles that do not count. Default: `20`. */
        drop: number;
        /** The slice that is looked at, counted from 0. Left out: the middle one, or for `vo` the mean of the 10 in the middle where there are more than 10. */
        ind: number;
        /** Steps in which the shift of mirrored projections is told; the axis moves by half of it. In bins. Default: `0.5`. */
        tol: number;
        /** About where the axis is (`rotc_guess`): projections are moved so that it is in the middle, and overlap most. Left out: the middle of the detector. In bins. */
        rotcGuess: number;
        /** Width of the edge of a projection that is looked for in the mirrored opposite one (`win_width`). In bins. Default: `10`. */
        winWidth: number;
        /** Whether sinograms are smoothed before, by a Gaussian of two projections and bins. Default: `true`. */
        denoise: boolean;
        /** Whether every projection of the edge is scaled to the mean of what it is compared with. Default: `false`. */
        norm: boolean;
        /** Of `cone` (and fan) beams the geometry of the reconstruction says where the axis is: nothing is looked for, extended or stitched. Default: `"parallel"`. */
        beam: 'parallel' | 'cone';
        /** Whether projections of a scan over a full turn are stitched to their mirrored opposites, so that the detector reaches as far on either side of the axis as on its longer one; the image becomes as wide. `auto`: where the axis is in the outer third of the detector. Default: `"auto"`. */
        halfAcquisition: 'auto' | 'none' | 'stitch';
        /** How they are stitched. `subpixel`: where the axis is, with opposite projections interpolated between angles and bins. `rounded` (`sino_360_to_180` of TomoPy): the overlap in whole bins, each projection with the one half of all behind it, and the last of an odd number left out. Default: `"subpixel"`. */
        stitching: 'subpixel' | 'rounded';
        /** Width of what opposite projections of a half acquisition both see, may be fractional: instead of the rotation axis, which lies in its middle. Needs `side`. In bins. */
        overlap: number;
        /** The end of the detector at which `overlap` lies. Default: `"auto"`. */
        side: 'auto' | 'left' | 'right';
        /** Removal of stripes that become rings: `sorting` smooths the sinogram across the detector after sorting it along the angles. Default: `"none"`. */
        ringSuppression: 'none' | 'sorting';
        /** Width of the median window of `sorting`, an odd number; wider removes wider rings. In bins. Default: `21`. */
        ringWindow: number;
      };
      /** Removal of stripes that become rings, from line integrals. */
      rings: PlanTable;
      /** How the image is made from line integrals. */
      reco: {
        /** Projection angles, one per projection. Left out: the angles that the data carries. In rad. */
        angles: readonly number[];
        /** Size of the image as [x, y] or [x, y, slices], the order of the Julia files. Left out: the number of detectors in both directions, or N of `geometry`. In pixels. */
        shape: readonly number[];
        /** The rays of a view, one for each detector, as in RadonKA.jl, or a fan or cone beam; what the data says of the rotation axis then does not count. Pixels are squares, and what a ray gives one is its length in it; between slices, rays of a cone beam interpolate, and values are attenuation per mm. Left out: parallel rays, one pixel apart. */
        geometry: PlanTable;
        /** Sets pixels to 0 that are farther from the axis than this part of half the shorter side of the image (`recon_mask_radius` of httomo, `ratio` of `circ_mask` in TomoPy), as well as those of `circle`; a `shape` cuts the image (`recon_size`). Left out: none. */
        reconMaskRadius: number;
        /** Sets pixels to 0 that the detector does not see at every angle; with `geometry` those outside its circle and those farther out than every ray. Default: `true`. */
        circle: boolean;
        /** What a ray gives a pixel where `geometry` says nothing. `linear`: by how near the two bins are that the middle of the pixel lies between, with the rotation axis in the middle of pixel size // 2. `line`: its length in the pixel, of the bins that were measured, with the axis in the middle of the image, which for an even size is between pixels; these are the weights and the pixels of TomoPy (all methods but `gridrec`) and of `line` in ASTRA. Default: `"linear"`. */
        projector: 'linear' | 'line';
        /** Element type in the Julia files. The computation is in Float32 either way. Default: `"Float32"`. */
        eltype: TypeName<'Float32' | 'Float64'>;
        /** Upper bound on the number of iterations. Left out: 20, and 100 for SIRT and MLEM, which take small steps. */
        iterations: number;
        /** Image to begin with, [y, x] for all slices, [slice, y, x] or [frame, slice, y, x], in attenuation per pixel (of cone beams per mm), whatever `perLength` is; then a job is not divided. Left out: 0, and 1 for MLEM and OSEM. */
        startImage: string;
        /** Makes values attenuation per mm or per cm, by the size of a pixel; results then carry the unit. Left out: per pixel, and of cone beams per mm. */
        perLength: 'mm' | 'cm';
        /** Width of a detector bin at the object, that of the file where the data is binned, and so of a pixel (of rays of a `geometry`, width of a pixel). It wins over what the data says, and is the spacing of the image. Of cone beams the geometry has it. In mm. */
        pixelSize: number;
        /** A slice stops when the residual of the solver has fallen to this fraction of the first one. Default: `1.1920928955078125e-7`. */
        relTol: number;
        /** Regularization terms, at most one of each type but TransformedRegularization. CGNR and CGLS take L2Regularization, SIRT, OSSART, SART, MLEM and OSEM no penalty, FISTA, OptISTA and POGM one penalty, Kaczmarz one beside L2Regularization, the others any number; all take constraints. Each slice is an image of its own, unless a term is of volumes: TVRegularization and TransformedRegularization with a `shape` of three numbers or 3 among `dims`, L21Regularization with several `slices`, LLRRegularization and NuclearRegularization. Then the slices of a frame are computed together, as those of a cone beam always are, whose TVRegularization is along all three axes unless `dims` or a `shape` of two numbers says otherwise. */
        reg: readonly PlanTable[];
        /** Iterative solver. CGNR: conjugate gradients on the normal equations; PositiveRegularization cuts its last iterate. POGM: proximal optimized gradient method, which minimizes under PositiveRegularization and whose images hardly depend on rounding, so that engines agree. FISTA: fast iterative shrinkage-thresholding, with one penalty of any kind and constraints. OptISTA: as FISTA, with steps that are the best for the given number of iterations. ADMM: alternating direction method of multipliers, with any number of penalties and constraints. SplitBregman: rounds of ADMM that add back to the data what they still hold. PrimalDualSolver: the primal-dual method of Chambolle and Pock, with any number of penalties and constraints. CGLS: as CGNR, by the name that ASTRA and TIGRE have for it. SIRT: simultaneous iterative reconstruction, steady and robust to noise: all views at once, weighted by the sums of rows and columns. OSSART: as SIRT, one subset of the views after the other, with about as many steps more. SART: as OSSART, view after view. MLEM: maximum likelihood of counts by expectation maximization, over images >= 0; takes data below 0 as 0. OSEM: as MLEM, one subset of the views after the other. Kaczmarz: from ray to ray, with the rays as rows of a matrix in memory, 16 bytes for each pixel and angle; does not look at relTol. Default: `"CGNR"`. */
        solver: TypeName<
          | 'CGNR'
          | 'POGM'
          | 'FISTA'
          | 'OptISTA'
          | 'ADMM'
          | 'SplitBregman'
          | 'PrimalDualSolver'
          | 'CGLS'
          | 'SIRT'
          | 'OSSART'
          | 'SART'
          | 'MLEM'
          | 'OSEM'
          | 'Kaczmarz'
        >;
        /** Iterations of SplitBregman before it adds what is missing of the data back. Left out: as the solver has it. */
        iterationsInner: number;
        /** Upper bound on the conjugate gradient steps within an iteration. Left out: as the solver has it. */
        iterationsCG: number;
        /** What residuals may be per square root of the number of data values. Left out: as the solver has it. */
        absTol: number;
        /** Relative residual at which conjugate gradients within stop. Left out: as the solver has it. */
        tolInner: number;
        /** Step size. FISTA: of the gradient, left out 0.95 / (largest eigenvalue); OptISTA, POGM: in units of 1 / (largest eigenvalue); ADMM, SplitBregman: weight of the split, for tomograms by default 0.005 of the largest eigenvalue. Left out: as the solver has it. */
        rho: number;
        /** How ADMM changes rho: not at all, by balancing primal and dual residual, or when it stalls. Left out: as the solver has it. */
        vary_rho: 'none' | 'balance' | 'PnP';
        /** Momentum at the start of proximal gradient methods; relaxation of greedy randomized Kaczmarz, at most 1: how much the largest residual counts, left out 0.5. Left out: as the solver has it. */
        theta: number;
        /** Factor by which POGM with restarts lowers its momentum. Left out: as the solver has it. */
        sigma_fac: number;
        /** When the momentum starts anew: never, or when it points against the gradient. Left out: as the solver has it. */
        restart: 'none' | 'gradient';
        /** What bounds the steps of POGM. `eigenvalue`: the largest one, as in Julia; the weight of a term is that of (1/2) ||A x - b||^2. `majorizer`: row sums, one step size for each pixel, for operators and terms that allow it; the weight is that of ||A x - b||^2. Left out: as the solver has it. */
        stepSize: 'eigenvalue' | 'majorizer';
        /** Dual step size in units of 1 / (norm of the operators). Left out: as the solver has it. */
        sigma: number;
        /** Primal step size in units of 1 / (norm of the operators). Left out: as the solver has it. */
        tau: number;
        /** An entry stops when its iterates change by less than this fraction. Left out: as the solver has it. */
        epsilon: number;
        /** Kaczmarz takes a random share of the rows in every iteration. Left out: as the solver has it. */
        randomized: boolean;
        /** Kaczmarz draws row after row among those with a large residual, a share of the rows in every iteration (Bai and Wu 2018). Takes systems of up to 4096 rows. Left out: as the solver has it. */
        greedy_randomized: boolean;
        /** Share of the rows that an iteration of randomized or greedy randomized Kaczmarz takes. Left out: as the solver has it. */
        subMatrixFraction: number;
        /** Kaczmarz takes the rows in a random order, the same every time. Left out: as the solver has it. */
        shuffleRows: boolean;
        /** Of the random orders of rows, which are not those of Julia, and of subsets. Left out: 1234, so that the same plan has the same order. Left out: as the solver has it. */
        seed: number;
        /** What part of an update SIRT, OSSART and SART take, by default 1; less keeps noise down for longer. Left out: as the solver has it. */
        relaxation: number;
        /** What the relaxation is multiplied with after every iteration, by default 1 (`lambda_red` of TIGRE, whose documentation says 0.99). Left out: as the solver has it. */
        reduction: number;
        /** Subsets of the views that an iteration takes one after the other, by default 10; each holds every so many-th view. At most as many as there are views. Left out: as the solver has it. */
        subsets: number;
        /** In which order subsets are taken. `interleaved`: those that follow each other lie far apart, the same every time; `random`: another order in each iteration, by `seed`. Left out: as the solver has it. */
        order: 'interleaved' | 'random';
        /** Standard deviation of the noise of a data value. An entry stops when its data are fitted as well as that: ||A x - b|| is at most this times the square root of the number of values. By default 0: only relTol counts. Left out: as the solver has it. */
        discrepancy: number;
      };
    };
  };
  /** MPI with a measured system matrix: one patch, by the Kaczmarz method with Tikhonov regularization. */
  'mpi/single-patch': {
    /** What the algorithm runs. */
    parameter: {
      /** How spectra are made from the measurement. */
      pre: {
        /** Which background is subtracted. Default: `{"_type":"NoBackgroundCorrectionParameters"}`. */
        bgParams: PlanTable;
        /** Further files of the measurement, in their order. With the same offset field they have further frames; with others they are further patches, whose frames are periods of a single one, as a `MultiMPIFile` has them. */
        moreMeas: readonly string[];
        /** Frames that are used, counted from 1, in this order, of those that are no background frames. Left out: all of these. */
        frames: string | readonly number[] | Readonly<Record<string, unknown>>;
        /** Whether spectra are divided by the transfer function. Left out: if the file has one and was not corrected. */
        tfCorrection: boolean;
        /** Whether background frames are left out of the frames; else they are counted and used like the others. Default: `true`. */
        neglectBGFrames: boolean;
        /** Number of consecutive selected frames that are averaged into one; the last may be of fewer. Default: `1`. */
        numAverages: number;
        /** Number of consecutive periods of a frame that are averaged into one. Default: `1`. */
        numPeriodAverages: number;
        /** Number of consecutive periods that are joined in time, which makes frequencies as much denser. Default: `1`. */
        numPeriodGrouping: number;
        /** Whether each frame is weighted with its neighbours by a Hann window, against spectral leakage. Default: `false`. */
        spectralLeakageCorrection: boolean;
        /** Whether real and imaginary parts are rows of their own, as in `sfLoad`. Default: `false`. */
        loadasreal: boolean;
      };
      /** How the image is made from spectra. */
      reco: {
        /** System matrix: a calibration file. Several, one for each kind of tracer, give an image with an axis `colour`. */
        sf: readonly string[];
        /** How the system matrix is read. */
        sfLoad: {
          /** The step. */
          param: {
            /** Which rows of the system matrix are used. */
            freqFilter: {
              /** Lowest frequency that is used. In Hz. Default: `0`. */
              minFreq: number;
              /** Highest frequency that is used. Left out: the bandwidth of the system matrix. In Hz. */
              maxFreq: number;
              /** Receive channels that are used, counted from 1. Left out: all of the system matrix. */
              recChannels: string | readonly number[] | Readonly<Record<string, unknown>>;
              /** Number of consecutive periods that are averaged. Default: `1`. */
              numPeriodAverages: number;
              /** Number of consecutive periods that are joined in time, which makes frequencies as much denser. Default: `1`. */
              numPeriodGrouping: number;
              /** Largest mixing order |mx| + |my| + |mz| of the drive frequencies that is used; frequencies without one are left out then. -1: any. Default: `-1`. */
              maxMixingOrder: number;
              /** With grouped periods: frequencies that are used on either side of those of one period. -1: all. Default: `-1`. */
              numSidebandFreqs: number;
              /** Least signal-to-noise ratio, as the calibration file tells it, of frequencies that are used. 0 or less: any. Default: `-1`. */
              SNRThresh: number;
            };
            /** Whether the background frames of the calibration are subtracted, interpolated linearly between the blocks in which they were taken. Default: `false`. */
            bgCorrection: boolean;
            /** Whether rows are divided by the transfer function of their channel. Left out: if the file has one and was not corrected. */
            tfCorrection: boolean;
            /** Whether real and imaginary parts are rows of their own, so that everything is real. Default: `false`. */
            loadasreal: boolean;
            /** On which grid the image is reconstructed. Default: `{"_type":"NoGridding"}`. */
            gridding: {
              /** Voxels along each axis. Left out: as many as were calibrated. In voxels. */
              gridsize: readonly number[];
              /** Edge lengths of the box that the voxels fill. Left out, or 0: those that were calibrated. In m. */
              fov: readonly number[];
              /** Middle of the box. Left out: that of the calibration. In m. */
              center: readonly number[];
              /** Voxels of the calibration that are filled from those around them, counted from 1, x fastest. */
              deadPixels: string | readonly number[] | Readonly<Record<string, unknown>>;
            };
          };
          /** How many results of the step are kept for one input, those used last; 0 passes through. The size that a job says when it keeps a result holds from then on. Default: `1`. */
          maxsize: number;
        };
        /** Where Julia would compute. It changes nothing here. Default: `"Array"`. */
        arrayType: TypeName<'Array' | 'CuArray' | 'ROCArray' | 'MtlArray' | 'oneArray' | 'JLArray'>;
        /** How the equations are solved. */
        solverParams: {
          /** Iterative or direct solver. Default: `"Kaczmarz"`. */
          solver: TypeName<
            | 'Kaczmarz'
            | 'CGNR'
            | 'FISTA'
            | 'OptISTA'
            | 'POGM'
            | 'ADMM'
            | 'SplitBregman'
            | 'PrimalDualSolver'
            | 'DirectSolver'
            | 'PseudoInverse'
          >;
          /** Upper bound on the number of iterations. Default: `10`. */
          iterations: number;
          /** Whether the image is kept real. Default: `true`. */
          enforceReal: boolean;
          /** Whether the image is kept at 0 or above, if it is kept real. Default: `true`. */
          enforcePositive: boolean;
          /** What λ of every regularization term is multiplied by: the mean squared norm of the columns of the system matrix, the mean magnitude of the measurement, or nothing. Default: `{"_type":"SystemMatrixBasedNormalization"}`. */
          normalizeReg: PlanTable;
          /** Iterations of SplitBregman before it adds what is missing of the data back. Left out: as the solver has it. */
          iterationsInner: number;
          /** Upper bound on the conjugate gradient steps within an iteration. Left out: as the solver has it. */
          iterationsCG: number;
          /** An entry stops when its residual has fallen to this fraction of the first one. Left out: as the solver has it. */
          relTol: number;
          /** What residuals may be per square root of the number of data values. Left out: as the solver has it. */
          absTol: number;
          /** Relative residual at which conjugate gradients within stop. Left out: as the solver has it. */
          tolInner: number;
          /** Step size. FISTA: of the gradient, left out 0.95 / (largest eigenvalue); OptISTA, POGM: in units of 1 / (largest eigenvalue); ADMM, SplitBregman: weight of the split, for tomograms by default 0.005 of the largest eigenvalue. Left out: as the solver has it. */
          rho: number;
          /** How ADMM changes rho: not at all, by balancing primal and dual residual, or when it stalls. Left out: as the solver has it. */
          vary_rho: 'none' | 'balance' | 'PnP';
          /** Momentum at the start of proximal gradient methods; relaxation of greedy randomized Kaczmarz, at most 1: how much the largest residual counts, left out 0.5. Left out: as the solver has it. */
          theta: number;
          /** Factor by which POGM with restarts lowers its momentum. Left out: as the solver has it. */
          sigma_fac: number;
          /** When the momentum starts anew: never, or when it points against the gradient. Left out: as the solver has it. */
          restart: 'none' | 'gradient';
          /** What bounds the steps of POGM. `eigenvalue`: the largest one, as in Julia; the weight of a term is that of (1/2) ||A x - b||^2. `majorizer`: row sums, one step size for each pixel, for operators and terms that allow it; the weight is that of ||A x - b||^2. Left out: as the solver has it. */
          stepSize: 'eigenvalue' | 'majorizer';
          /** Dual step size in units of 1 / (norm of the operators). Left out: as the solver has it. */
          sigma: number;
          /** Primal step size in units of 1 / (norm of the operators). Left out: as the solver has it. */
          tau: number;
          /** An entry stops when its iterates change by less than this fraction. Left out: as the solver has it. */
          epsilon: number;
          /** Kaczmarz takes a random share of the rows in every iteration. Left out: as the solver has it. */
          randomized: boolean;
          /** Kaczmarz draws row after row among those with a large residual, a share of the rows in every iteration (Bai and Wu 2018). Takes systems of up to 4096 rows. Left out: as the solver has it. */
          greedy_randomized: boolean;
          /** Share of the rows that an iteration of randomized or greedy randomized Kaczmarz takes. Left out: as the solver has it. */
          subMatrixFraction: number;
          /** Kaczmarz takes the rows in a random order, the same every time. Left out: as the solver has it. */
          shuffleRows: boolean;
          /** Of the random orders of rows, which are not those of Julia, and of subsets. Left out: 1234, so that the same plan has the same order. Left out: as the solver has it. */
          seed: number;
        };
        /** Regularization terms. λ of each is multiplied by what `normalizeReg` of `solverParams` says: unless told otherwise by the mean squared norm of the columns of the system matrix. */
        reg: readonly PlanTable[];
        /** How much each row counts. Default: `{"_type":"NoWeightingParameters"}`. */
        weightingParams: PlanTable;
      };
      /** What is done with the image. Default: `{"_type":"NoPostProcessing"}`. */
      post: PlanTable;
    };
  };
  /** Least squares with a system matrix and data that are arrays. */
  'mpi/low-level': {
    /** What the algorithm runs. */
    parameter: {
      /** System matrix [row, voxel], or [row, z, y, x] for an image of several axes; float32 or complex64, x fastest. */
      S: string;
      /** Transform whose coefficients the columns of `S` are of, as `sparseTrafo` of compressed system matrices: the equations are solved for them, terms are of the image. Left out: the columns are voxels. */
      op: 'FFT' | 'DCT-I' | 'DCT-II' | 'DCT-III' | 'DCT-IV' | 'DST' | 'Wavelet';
      /** Weight of each row. Left out: all weigh the same. */
      weights: string;
      /** Regularization terms. λ of each is multiplied by what `normalizeReg` of `solverParams` says: unless told otherwise by the mean squared norm of the columns of the system matrix. */
      reg: readonly PlanTable[];
      /** How the equations are solved. */
      solverParams: {
        /** Iterative or direct solver. Default: `"Kaczmarz"`. */
        solver: TypeName<
          | 'Kaczmarz'
          | 'CGNR'
          | 'FISTA'
          | 'OptISTA'
          | 'POGM'
          | 'ADMM'
          | 'SplitBregman'
          | 'PrimalDualSolver'
          | 'DirectSolver'
          | 'PseudoInverse'
        >;
        /** Upper bound on the number of iterations. Default: `10`. */
        iterations: number;
        /** Whether the image is kept real. Default: `true`. */
        enforceReal: boolean;
        /** Whether the image is kept at 0 or above, if it is kept real. Default: `true`. */
        enforcePositive: boolean;
        /** What λ of every regularization term is multiplied by: the mean squared norm of the columns of the system matrix, the mean magnitude of the measurement, or nothing. Default: `{"_type":"SystemMatrixBasedNormalization"}`. */
        normalizeReg: PlanTable;
        /** Iterations of SplitBregman before it adds what is missing of the data back. Left out: as the solver has it. */
        iterationsInner: number;
        /** Upper bound on the conjugate gradient steps within an iteration. Left out: as the solver has it. */
        iterationsCG: number;
        /** An entry stops when its residual has fallen to this fraction of the first one. Left out: as the solver has it. */
        relTol: number;
        /** What residuals may be per square root of the number of data values. Left out: as the solver has it. */
        absTol: number;
        /** Relative residual at which conjugate gradients within stop. Left out: as the solver has it. */
        tolInner: number;
        /** Step size. FISTA: of the gradient, left out 0.95 / (largest eigenvalue); OptISTA, POGM: in units of 1 / (largest eigenvalue); ADMM, SplitBregman: weight of the split, for tomograms by default 0.005 of the largest eigenvalue. Left out: as the solver has it. */
        rho: number;
        /** How ADMM changes rho: not at all, by balancing primal and dual residual, or when it stalls. Left out: as the solver has it. */
        vary_rho: 'none' | 'balance' | 'PnP';
        /** Momentum at the start of proximal gradient methods; relaxation of greedy randomized Kaczmarz, at most 1: how much the largest residual counts, left out 0.5. Left out: as the solver has it. */
        theta: number;
        /** Factor by which POGM with restarts lowers its momentum. Left out: as the solver has it. */
        sigma_fac: number;
        /** When the momentum starts anew: never, or when it points against the gradient. Left out: as the solver has it. */
        restart: 'none' | 'gradient';
        /** What bounds the steps of POGM. `eigenvalue`: the largest one, as in Julia; the weight of a term is that of (1/2) ||A x - b||^2. `majorizer`: row sums, one step size for each pixel, for operators and terms that allow it; the weight is that of ||A x - b||^2. Left out: as the solver has it. */
        stepSize: 'eigenvalue' | 'majorizer';
        /** Dual step size in units of 1 / (norm of the operators). Left out: as the solver has it. */
        sigma: number;
        /** Primal step size in units of 1 / (norm of the operators). Left out: as the solver has it. */
        tau: number;
        /** An entry stops when its iterates change by less than this fraction. Left out: as the solver has it. */
        epsilon: number;
        /** Kaczmarz takes a random share of the rows in every iteration. Left out: as the solver has it. */
        randomized: boolean;
        /** Kaczmarz draws row after row among those with a large residual, a share of the rows in every iteration (Bai and Wu 2018). Takes systems of up to 4096 rows. Left out: as the solver has it. */
        greedy_randomized: boolean;
        /** Share of the rows that an iteration of randomized or greedy randomized Kaczmarz takes. Left out: as the solver has it. */
        subMatrixFraction: number;
        /** Kaczmarz takes the rows in a random order, the same every time. Left out: as the solver has it. */
        shuffleRows: boolean;
        /** Of the random orders of rows, which are not those of Julia, and of subsets. Left out: 1234, so that the same plan has the same order. Left out: as the solver has it. */
        seed: number;
      };
    };
  };
  /** MPI with a measured system matrix that is compressed in a Fourier, cosine or sine basis. */
  'mpi/single-patch-sparse': {
    /** What the algorithm runs. */
    parameter: {
      /** How spectra are made from the measurement. */
      pre: {
        /** Which background is subtracted. Default: `{"_type":"NoBackgroundCorrectionParameters"}`. */
        bgParams: PlanTable;
        /** Further files of the measurement, in their order. With the same offset field they have further frames; with others they are further patches, whose frames are periods of a single one, as a `MultiMPIFile` has them. */
        moreMeas: readonly string[];
        /** Frames that are used, counted from 1, in this order, of those that are no background frames. Left out: all of these. */
        frames: string | readonly number[] | Readonly<Record<string, unknown>>;
        /** Whether spectra are divided by the transfer function. Left out: if the file has one and was not corrected. */
        tfCorrection: boolean;
        /** Whether background frames are left out of the frames; else they are counted and used like the others. Default: `true`. */
        neglectBGFrames: boolean;
        /** Number of consecutive selected frames that are averaged into one; the last may be of fewer. Default: `1`. */
        numAverages: number;
        /** Number of consecutive periods of a frame that are averaged into one. Default: `1`. */
        numPeriodAverages: number;
        /** Number of consecutive periods that are joined in time, which makes frequencies as much denser. Default: `1`. */
        numPeriodGrouping: number;
        /** Whether each frame is weighted with its neighbours by a Hann window, against spectral leakage. Default: `false`. */
        spectralLeakageCorrection: boolean;
        /** Whether real and imaginary parts are rows of their own, as in `sfLoad`. Default: `false`. */
        loadasreal: boolean;
      };
      /** How the image is made from spectra. */
      reco: {
        /** System matrix: a calibration file. Several, one for each kind of tracer, give an image with an axis `colour`. */
        sf: readonly string[];
        /** How the system matrix is read. */
        sfLoad: {
          /** The step. */
          param: {
            /** Which rows of the system matrix are used. */
            freqFilter: {
              /** Lowest frequency that is used. In Hz. Default: `0`. */
              minFreq: number;
              /** Highest frequency that is used. Left out: the bandwidth of the system matrix. In Hz. */
              maxFreq: number;
              /** Receive channels that are used, counted from 1. Left out: all of the system matrix. */
              recChannels: string | readonly number[] | Readonly<Record<string, unknown>>;
              /** Number of consecutive periods that are averaged. Default: `1`. */
              numPeriodAverages: number;
              /** Number of consecutive periods that are joined in time, which makes frequencies as much denser. Default: `1`. */
              numPeriodGrouping: number;
              /** Largest mixing order |mx| + |my| + |mz| of the drive frequencies that is used; frequencies without one are left out then. -1: any. Default: `-1`. */
              maxMixingOrder: number;
              /** With grouped periods: frequencies that are used on either side of those of one period. -1: all. Default: `-1`. */
              numSidebandFreqs: number;
              /** Least signal-to-noise ratio, as the calibration file tells it, of frequencies that are used. 0 or less: any. Default: `-1`. */
              SNRThresh: number;
            };
            /** Whether the background frames of the calibration are subtracted, interpolated linearly between the blocks in which they were taken. Default: `false`. */
            bgCorrection: boolean;
            /** Whether rows are divided by the transfer function of their channel. Left out: if the file has one and was not corrected. */
            tfCorrection: boolean;
            /** Whether real and imaginary parts are rows of their own, so that everything is real. Default: `false`. */
            loadasreal: boolean;
            /** Transform, along every axis of the grid with more than one voxel: `FFT` is centred and unitary, the cosine and sine transforms (`DST` is of type II) and `Wavelet` are orthonormal. `Wavelet` is that of Daubechies with two vanishing moments (`db2`), around the ends of axes, with as many levels as all of them can be halved; none may be odd. */
            sparseTrafo: 'FFT' | 'DCT-I' | 'DCT-II' | 'DCT-III' | 'DCT-IV' | 'DST' | 'Wavelet';
            /** Coefficients of a row are kept whose magnitude is above this share of its largest. 0: `redFactor` decides. A list has one for each system matrix. Default: `0`. */
            thresh: number | readonly number[];
            /** Share of the coefficients of a row that is kept, the largest ones; at least one is. A list has one for each system matrix. Default: `0.1`. */
            redFactor: number | readonly number[];
            /** Whether the image ends where the drive field ends, with voxels about as large as those of the calibration. Default: `false`. */
            useDFFoV: boolean;
          };
          /** How many results of the step are kept for one input, those used last; 0 passes through. The size that a job says when it keeps a result holds from then on. Default: `1`. */
          maxsize: number;
        };
        /** Where Julia would compute. It changes nothing here. Default: `"Array"`. */
        arrayType: TypeName<'Array' | 'CuArray' | 'ROCArray' | 'MtlArray' | 'oneArray' | 'JLArray'>;
        /** How the equations are solved. */
        solverParams: {
          /** Iterative or direct solver. Default: `"Kaczmarz"`. */
          solver: TypeName<
            | 'Kaczmarz'
            | 'CGNR'
            | 'FISTA'
            | 'OptISTA'
            | 'POGM'
            | 'ADMM'
            | 'SplitBregman'
            | 'PrimalDualSolver'
            | 'DirectSolver'
            | 'PseudoInverse'
          >;
          /** Upper bound on the number of iterations. Default: `10`. */
          iterations: number;
          /** Whether the image is kept real. Default: `true`. */
          enforceReal: boolean;
          /** Whether the image is kept at 0 or above, if it is kept real. Default: `true`. */
          enforcePositive: boolean;
          /** What λ of every regularization term is multiplied by: the mean squared norm of the columns of the system matrix, the mean magnitude of the measurement, or nothing. Default: `{"_type":"SystemMatrixBasedNormalization"}`. */
          normalizeReg: PlanTable;
          /** Iterations of SplitBregman before it adds what is missing of the data back. Left out: as the solver has it. */
          iterationsInner: number;
          /** Upper bound on the conjugate gradient steps within an iteration. Left out: as the solver has it. */
          iterationsCG: number;
          /** An entry stops when its residual has fallen to this fraction of the first one. Left out: as the solver has it. */
          relTol: number;
          /** What residuals may be per square root of the number of data values. Left out: as the solver has it. */
          absTol: number;
          /** Relative residual at which conjugate gradients within stop. Left out: as the solver has it. */
          tolInner: number;
          /** Step size. FISTA: of the gradient, left out 0.95 / (largest eigenvalue); OptISTA, POGM: in units of 1 / (largest eigenvalue); ADMM, SplitBregman: weight of the split, for tomograms by default 0.005 of the largest eigenvalue. Left out: as the solver has it. */
          rho: number;
          /** How ADMM changes rho: not at all, by balancing primal and dual residual, or when it stalls. Left out: as the solver has it. */
          vary_rho: 'none' | 'balance' | 'PnP';
          /** Momentum at the start of proximal gradient methods; relaxation of greedy randomized Kaczmarz, at most 1: how much the largest residual counts, left out 0.5. Left out: as the solver has it. */
          theta: number;
          /** Factor by which POGM with restarts lowers its momentum. Left out: as the solver has it. */
          sigma_fac: number;
          /** When the momentum starts anew: never, or when it points against the gradient. Left out: as the solver has it. */
          restart: 'none' | 'gradient';
          /** What bounds the steps of POGM. `eigenvalue`: the largest one, as in Julia; the weight of a term is that of (1/2) ||A x - b||^2. `majorizer`: row sums, one step size for each pixel, for operators and terms that allow it; the weight is that of ||A x - b||^2. Left out: as the solver has it. */
          stepSize: 'eigenvalue' | 'majorizer';
          /** Dual step size in units of 1 / (norm of the operators). Left out: as the solver has it. */
          sigma: number;
          /** Primal step size in units of 1 / (norm of the operators). Left out: as the solver has it. */
          tau: number;
          /** An entry stops when its iterates change by less than this fraction. Left out: as the solver has it. */
          epsilon: number;
          /** Kaczmarz takes a random share of the rows in every iteration. Left out: as the solver has it. */
          randomized: boolean;
          /** Kaczmarz draws row after row among those with a large residual, a share of the rows in every iteration (Bai and Wu 2018). Takes systems of up to 4096 rows. Left out: as the solver has it. */
          greedy_randomized: boolean;
          /** Share of the rows that an iteration of randomized or greedy randomized Kaczmarz takes. Left out: as the solver has it. */
          subMatrixFraction: number;
          /** Kaczmarz takes the rows in a random order, the same every time. Left out: as the solver has it. */
          shuffleRows: boolean;
          /** Of the random orders of rows, which are not those of Julia, and of subsets. Left out: 1234, so that the same plan has the same order. Left out: as the solver has it. */
          seed: number;
        };
        /** Regularization terms. λ of each is multiplied by what `normalizeReg` of `solverParams` says: unless told otherwise by the mean squared norm of the columns of the system matrix. */
        reg: readonly PlanTable[];
        /** How much each row counts. Default: `{"_type":"NoWeightingParameters"}`. */
        weightingParams: PlanTable;
      };
      /** What is done with the image. Default: `{"_type":"NoPostProcessing"}`. */
      post: PlanTable;
    };
  };
  /** MPI with a measured system matrix; weight of the regularization and end of the iteration are found. */
  'mpi/single-patch-hands-free': {
    /** What the algorithm runs. */
    parameter: {
      /** How spectra are made from the measurement. */
      pre: {
        /** Which background is subtracted. Default: `{"_type":"NoBackgroundCorrectionParameters"}`. */
        bgParams: PlanTable;
        /** Further files of the measurement, in their order. With the same offset field they have further frames; with others they are further patches, whose frames are periods of a single one, as a `MultiMPIFile` has them. */
        moreMeas: readonly string[];
        /** Frames that are used, counted from 1, in this order, of those that are no background frames. Left out: all of these. */
        frames: string | readonly number[] | Readonly<Record<string, unknown>>;
        /** Whether spectra are divided by the transfer function. Left out: if the file has one and was not corrected. */
        tfCorrection: boolean;
        /** Whether background frames are left out of the frames; else they are counted and used like the others. Default: `true`. */
        neglectBGFrames: boolean;
        /** Number of consecutive selected frames that are averaged into one; the last may be of fewer. Default: `1`. */
        numAverages: number;
        /** Number of consecutive periods of a frame that are averaged into one. Default: `1`. */
        numPeriodAverages: number;
        /** Number of consecutive periods that are joined in time, which makes frequencies as much denser. Default: `1`. */
        numPeriodGrouping: number;
        /** Whether each frame is weighted with its neighbours by a Hann window, against spectral leakage. Default: `false`. */
        spectralLeakageCorrection: boolean;
        /** Whether real and imaginary parts are rows of their own, as in `sfLoad`. Default: `false`. */
        loadasreal: boolean;
      };
      /** How the image is made from spectra. */
      reco: {
        /** System matrix: a calibration file. */
        sf: readonly string[];
        /** How the system matrix is read. */
        sfLoad: {
          /** The step. */
          param: {
            /** Which rows of the system matrix are used. */
            freqFilter: {
              /** Lowest frequency that is used. In Hz. Default: `0`. */
              minFreq: number;
              /** Highest frequency that is used. Left out: the bandwidth of the system matrix. In Hz. */
              maxFreq: number;
              /** Receive channels that are used, counted from 1. Left out: all of the system matrix. */
              recChannels: string | readonly number[] | Readonly<Record<string, unknown>>;
              /** Number of consecutive periods that are averaged. Default: `1`. */
              numPeriodAverages: number;
              /** Number of consecutive periods that are joined in time, which makes frequencies as much denser. Default: `1`. */
              numPeriodGrouping: number;
              /** Largest mixing order |mx| + |my| + |mz| of the drive frequencies that is used; frequencies without one are left out then. -1: any. Default: `-1`. */
              maxMixingOrder: number;
              /** With grouped periods: frequencies that are used on either side of those of one period. -1: all. Default: `-1`. */
              numSidebandFreqs: number;
              /** Least signal-to-noise ratio, as the calibration file tells it, of frequencies that are used. 0 or less: any. Default: `-1`. */
              SNRThresh: number;
            };
            /** Whether the background frames of the calibration are subtracted, interpolated linearly between the blocks in which they were taken. Default: `false`. */
            bgCorrection: boolean;
            /** Whether rows are divided by the transfer function of their channel. Left out: if the file has one and was not corrected. */
            tfCorrection: boolean;
            /** Whether real and imaginary parts are rows of their own, so that everything is real. Default: `false`. */
            loadasreal: boolean;
            /** On which grid the image is reconstructed. Default: `{"_type":"NoGridding"}`. */
            gridding: PlanTable;
          };
          /** How many results of the step are kept for one input, those used last; 0 passes through. The size that a job says when it keeps a result holds from then on. Default: `1`. */
          maxsize: number;
        };
        /** Where Julia would compute. It changes nothing here. Default: `"Array"`. */
        arrayType: TypeName<'Array' | 'CuArray' | 'ROCArray' | 'MtlArray' | 'oneArray' | 'JLArray'>;
        /** How the iteration goes on and ends. Default: `{"_type":"HandsFreeSolverParameters"}`. */
        solverParams: {
          /** Least and largest number of iterations. Default: `[1,25]`. */
          iterbounds: readonly number[];
          /** Whether the image is kept real. Default: `true`. */
          enforceReal: boolean;
          /** Whether the image is kept at 0 or above, if it is kept real. Default: `true`. */
          enforcePositive: boolean;
          /** What λ of every regularization term is multiplied by: the mean squared norm of the columns of the system matrix, the mean magnitude of the measurement, or nothing. Default: `{"_type":"SystemMatrixBasedNormalization"}`. */
          normalizeReg: PlanTable;
          /** Weight of the L2 term in the first iteration, multiplied as `normalizeReg` says; in iteration i it is this over 1 + (0.2 i - 0.2)^5. Written `startλ` in Julia. Default: `5`. */
          startlambda: number;
          /** Signal-to-noise ratio of the calibration that rows must exceed: in iteration i the first number over 1 + (0.28 i - 0.28)^2, but never less than the second. Default: `[0,1]`. */
          SNRbounds: readonly number[];
          /** The iteration ends where the curvature exceeds the first number times the norm after the first iteration, and has grown by more than the second number as a factor. Default: `[0.25,2]`. */
          stoppingParas: readonly number[];
          /** Whether a frame may take no more than one and a half times, and no less than half, as many iterations as the three frames before it make expect. Frames then depend on each other. Default: `false`. */
          equalizeIters: boolean;
          /** Whether all frames are computed once more, each with the mean number of iterations of the five frames to either side. Frames then depend on each other. Default: `false`. */
          flattenIters: boolean;
        };
        /** How much each row counts. Default: `{"_type":"NoWeightingParameters"}`. */
        weightingParams: PlanTable;
      };
      /** What is done with the image. Default: `{"_type":"NoPostProcessing"}`. */
      post: PlanTable;
    };
  };
  /** MPI of several patches with one system matrix or more. */
  'mpi/multi-patch': {
    /** What the algorithm runs. */
    parameter: {
      /** How spectra are made from the measurement. */
      pre: {
        /** Which background is subtracted. Default: `{"_type":"NoBackgroundCorrectionParameters"}`. */
        bgParams: PlanTable;
        /** Further files of the measurement, in their order. With the same offset field they have further frames; with others they are further patches, whose frames are periods of a single one, as a `MultiMPIFile` has them. */
        moreMeas: readonly string[];
        /** Frames that are used, counted from 1, in this order, of those that are no background frames. Left out: all of these. */
        frames: string | readonly number[] | Readonly<Record<string, unknown>>;
        /** Whether spectra are divided by the transfer function. Left out: if the file has one and was not corrected. */
        tfCorrection: boolean;
        /** Whether background frames are left out of the frames; else they are counted and used like the others. Default: `true`. */
        neglectBGFrames: boolean;
        /** Number of consecutive selected frames that are averaged into one; the last may be of fewer. Default: `1`. */
        numAverages: number;
        /** Number of consecutive periods of a frame that are averaged into one. Default: `1`. */
        numPeriodAverages: number;
        /** Number of consecutive periods that are joined in time, which makes frequencies as much denser. Default: `1`. */
        numPeriodGrouping: number;
        /** Whether each frame is weighted with its neighbours by a Hann window, against spectral leakage. Default: `false`. */
        spectralLeakageCorrection: boolean;
        /** Whether real and imaginary parts are rows of their own, as in `sfLoad`. Default: `false`. */
        loadasreal: boolean;
      };
      /** How the image is made from spectra. */
      reco: {
        /** System matrices: one calibration file or more. */
        sf: readonly string[];
        /** Which rows of the system matrices are used: those that it chooses of any of them. */
        freqFilter: {
          /** Lowest frequency that is used. In Hz. Default: `0`. */
          minFreq: number;
          /** Highest frequency that is used. Left out: the bandwidth of the system matrix. In Hz. */
          maxFreq: number;
          /** Receive channels that are used, counted from 1. Left out: all of the system matrix. */
          recChannels: string | readonly number[] | Readonly<Record<string, unknown>>;
          /** Number of consecutive periods that are averaged. Default: `1`. */
          numPeriodAverages: number;
          /** Number of consecutive periods that are joined in time, which makes frequencies as much denser. Default: `1`. */
          numPeriodGrouping: number;
          /** Largest mixing order |mx| + |my| + |mz| of the drive frequencies that is used; frequencies without one are left out then. -1: any. Default: `-1`. */
          maxMixingOrder: number;
          /** With grouped periods: frequencies that are used on either side of those of one period. -1: all. Default: `-1`. */
          numSidebandFreqs: number;
          /** Least signal-to-noise ratio, as the calibration file tells it, of frequencies that are used. 0 or less: any. Default: `-1`. */
          SNRThresh: number;
        };
        /** Where Julia would compute. It changes nothing here. Default: `"Array"`. */
        arrayType: TypeName<'Array' | 'CuArray' | 'ROCArray' | 'MtlArray' | 'oneArray' | 'JLArray'>;
        /** How the equations are solved. */
        solverParams: {
          /** Iterative or direct solver. Default: `"Kaczmarz"`. */
          solver: TypeName<
            | 'Kaczmarz'
            | 'CGNR'
            | 'FISTA'
            | 'OptISTA'
            | 'POGM'
            | 'ADMM'
            | 'SplitBregman'
            | 'PrimalDualSolver'
            | 'DirectSolver'
            | 'PseudoInverse'
          >;
          /** Upper bound on the number of iterations. Default: `10`. */
          iterations: number;
          /** Whether the image is kept real. Default: `true`. */
          enforceReal: boolean;
          /** Whether the image is kept at 0 or above, if it is kept real. Default: `true`. */
          enforcePositive: boolean;
          /** What λ of every regularization term is multiplied by: the mean squared norm of the columns of the system matrix, the mean magnitude of the measurement, or nothing. Default: `{"_type":"SystemMatrixBasedNormalization"}`. */
          normalizeReg: PlanTable;
          /** Iterations of SplitBregman before it adds what is missing of the data back. Left out: as the solver has it. */
          iterationsInner: number;
          /** Upper bound on the conjugate gradient steps within an iteration. Left out: as the solver has it. */
          iterationsCG: number;
          /** An entry stops when its residual has fallen to this fraction of the first one. Left out: as the solver has it. */
          relTol: number;
          /** What residuals may be per square root of the number of data values. Left out: as the solver has it. */
          absTol: number;
          /** Relative residual at which conjugate gradients within stop. Left out: as the solver has it. */
          tolInner: number;
          /** Step size. FISTA: of the gradient, left out 0.95 / (largest eigenvalue); OptISTA, POGM: in units of 1 / (largest eigenvalue); ADMM, SplitBregman: weight of the split, for tomograms by default 0.005 of the largest eigenvalue. Left out: as the solver has it. */
          rho: number;
          /** How ADMM changes rho: not at all, by balancing primal and dual residual, or when it stalls. Left out: as the solver has it. */
          vary_rho: 'none' | 'balance' | 'PnP';
          /** Momentum at the start of proximal gradient methods; relaxation of greedy randomized Kaczmarz, at most 1: how much the largest residual counts, left out 0.5. Left out: as the solver has it. */
          theta: number;
          /** Factor by which POGM with restarts lowers its momentum. Left out: as the solver has it. */
          sigma_fac: number;
          /** When the momentum starts anew: never, or when it points against the gradient. Left out: as the solver has it. */
          restart: 'none' | 'gradient';
          /** What bounds the steps of POGM. `eigenvalue`: the largest one, as in Julia; the weight of a term is that of (1/2) ||A x - b||^2. `majorizer`: row sums, one step size for each pixel, for operators and terms that allow it; the weight is that of ||A x - b||^2. Left out: as the solver has it. */
          stepSize: 'eigenvalue' | 'majorizer';
          /** Dual step size in units of 1 / (norm of the operators). Left out: as the solver has it. */
          sigma: number;
          /** Primal step size in units of 1 / (norm of the operators). Left out: as the solver has it. */
          tau: number;
          /** An entry stops when its iterates change by less than this fraction. Left out: as the solver has it. */
          epsilon: number;
          /** Kaczmarz takes a random share of the rows in every iteration. Left out: as the solver has it. */
          randomized: boolean;
          /** Kaczmarz draws row after row among those with a large residual, a share of the rows in every iteration (Bai and Wu 2018). Takes systems of up to 4096 rows. Left out: as the solver has it. */
          greedy_randomized: boolean;
          /** Share of the rows that an iteration of randomized or greedy randomized Kaczmarz takes. Left out: as the solver has it. */
          subMatrixFraction: number;
          /** Kaczmarz takes the rows in a random order, the same every time. Left out: as the solver has it. */
          shuffleRows: boolean;
          /** Of the random orders of rows, which are not those of Julia, and of subsets. Left out: 1234, so that the same plan has the same order. Left out: as the solver has it. */
          seed: number;
        };
        /** Regularization terms. λ of each is multiplied by what `normalizeReg` of `solverParams` says: unless told otherwise by the mean squared norm of the columns of the system matrix. */
        reg: readonly PlanTable[];
        /** How much each row counts. Default: `{"_type":"NoWeightingParameters"}`. */
        weightingParams: PlanTable;
        /** Which system matrix stands for which patch. */
        opParams: {
          /** The step. */
          param: {
            /** Whether the background frames of each calibration are subtracted from it. Default: `false`. */
            bgCorrection: boolean;
            /** Whether rows are divided by the transfer function of their channel, where the calibration has one and was not corrected. Default: `true`. */
            tfCorrection: boolean;
            /** It changes nothing, as in Julia. Default: `0`. */
            denoiseWeight: number;
            /** Whether a patch that lies between the voxels of the image is moved to the nearest ones; else its system matrix is interpolated. Default: `false`. */
            roundPatches: boolean;
          };
          /** How many results of the step are kept for one input, those used last; 0 passes through. The size that a job says when it keeps a result holds from then on. Default: `1`. */
          maxsize: number;
        };
        /** Where the field-free point was in each patch, in the order in which they were measured. Default: `{"_type":"DefaultFocusFieldPositions"}`. */
        ffPos: PlanTable;
        /** Where the field-free point was in each calibration, in the order of `sf`. Default: `{"_type":"DefaultFocusFieldPositions"}`. */
        ffPosSF: PlanTable;
      };
      /** What is done with the image. Default: `{"_type":"NoPostProcessing"}`. */
      post: PlanTable;
    };
  };
  /** MPI of an object that moves periodically: an image for each state of the motion. */
  'mpi/multi-patch-motion': {
    /** What the algorithm runs. */
    parameter: {
      /** How spectra are made from the measurement. */
      pre: {
        /** Consecutive frames that are used, counted from 1. Left out: all that are no background frames. */
        frames: string | readonly number[] | Readonly<Record<string, unknown>>;
        /** Width of the window around a state. In periods of the drive field. Default: `3`. */
        alpha: number;
        /** Which peak in the spectrum of the modulation is the motion, counted from 1 from low frequencies. Default: `1`. */
        choosePeak: number;
        /** Whether states begin at samples; else at periods of the drive field. Default: `true`. */
        samplingPrecision: boolean;
        /** Window around a state: 1 Hann, 2 FT1A05 (flat top of three terms), 3 rectangle. Default: `1`. */
        windowType: 1 | 2 | 3;
        /** How many times the frequency of the motion the chosen peak is. Default: `1`. */
        higherHarmonic: number;
        /** System matrices, whose signal-to-noise ratios tell which components may show the motion. */
        sf: readonly string[];
        /** Whether spectra are divided by the transfer function of the measurement, and rows of the system matrices by theirs. Default: `false`. */
        tfCorrection: boolean;
        /** Which background is subtracted. Default: `{"_type":"NoBackgroundCorrectionParameters"}`. */
        bgParams: PlanTable;
        /** Rows are weighted by the reconstruction, which has this property as well. Default: `{"_type":"NoWeightingParameters"}`. */
        weightingParams: PlanTable;
      };
      /** How the image is made from spectra. */
      reco: {
        /** System matrices: one calibration file or more. */
        sf: readonly string[];
        /** Which rows of the system matrices are used: those that it chooses of any of them. */
        freqFilter: {
          /** Lowest frequency that is used. In Hz. Default: `0`. */
          minFreq: number;
          /** Highest frequency that is used. Left out: the bandwidth of the system matrix. In Hz. */
          maxFreq: number;
          /** Receive channels that are used, counted from 1. Left out: all of the system matrix. */
          recChannels: string | readonly number[] | Readonly<Record<string, unknown>>;
          /** Number of consecutive periods that are averaged. Default: `1`. */
          numPeriodAverages: number;
          /** Number of consecutive periods that are joined in time, which makes frequencies as much denser. Default: `1`. */
          numPeriodGrouping: number;
          /** Largest mixing order |mx| + |my| + |mz| of the drive frequencies that is used; frequencies without one are left out then. -1: any. Default: `-1`. */
          maxMixingOrder: number;
          /** With grouped periods: frequencies that are used on either side of those of one period. -1: all. Default: `-1`. */
          numSidebandFreqs: number;
          /** Least signal-to-noise ratio, as the calibration file tells it, of frequencies that are used. 0 or less: any. Default: `-1`. */
          SNRThresh: number;
        };
        /** Where Julia would compute. It changes nothing here. Default: `"Array"`. */
        arrayType: TypeName<'Array' | 'CuArray' | 'ROCArray' | 'MtlArray' | 'oneArray' | 'JLArray'>;
        /** How the equations are solved. */
        solverParams: {
          /** Upper bound on the number of iterations. Default: `10`. */
          iterations: number;
          /** Whether the image is kept real. Default: `true`. */
          enforceReal: boolean;
          /** Whether the image is kept at 0 or above, if it is kept real. Default: `true`. */
          enforcePositive: boolean;
          /** What λ of every regularization term is multiplied by: the mean squared norm of the columns of the system matrix, the mean magnitude of the measurement, or nothing. Default: `{"_type":"SystemMatrixBasedNormalization"}`. */
          normalizeReg: PlanTable;
        };
        /** Regularization terms. λ of each is multiplied by what `normalizeReg` of `solverParams` says: unless told otherwise by the mean squared norm of the columns of the system matrix. */
        reg: readonly PlanTable[];
        /** How much each row counts. Default: `{"_type":"NoWeightingParameters"}`. */
        weightingParams: PlanTable;
      };
      /** What is done with the image. Default: `{"_type":"NoPostProcessing"}`. */
      post: PlanTable;
    };
  };
}
