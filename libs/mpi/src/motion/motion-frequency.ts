import { RondelError } from '@rondel/contracts';

/**
 * Amplitude of the modulation of a complex series at 1 ... floor(n / 2) cycles over its length: of both signs of the
 * frequency, after the mean is taken off and a Hann window is laid on, 0.5 - 0.5 cos(2 pi j / (n - 1)). `series` is interleaved.
 */
export function modulationSpectrum(series: Float64Array): Float64Array {
  const n = series.length / 2;
  const windowed = windowedSeries(series);
  return Float64Array.from({ length: Math.floor(n / 2) }, (_, index) => {
    const cycles = index + 1;
    return transformAt(windowed, cycles) + transformAt(windowed, n - cycles);
  });
}

/**
 * Peaks of a spectrum, counted from 1, rising: the largest value of each run of values more than `deviations` standard
 * deviations above the mean. What falls before the first rise or rises after the last fall is left out of all of it.
 */
export function spectrumPeaks(spectrum: Float64Array, deviations = 1): readonly number[] {
  const rises = [...spectrum.keys()].filter((i) => (spectrum[i] ?? 0) < (spectrum[i + 1] ?? -Infinity));
  const falls = [...spectrum.keys()].filter((i) => (spectrum[i] ?? 0) > (spectrum[i + 1] ?? Infinity));
  const [first, last] = [rises[0], falls.at(-1)];
  if (first === undefined || last === undefined || last <= first) return [];
  const inner = spectrum.subarray(first, last + 1);
  const mean = inner.reduce((sum, value) => sum + value, 0) / inner.length;
  const variance = inner.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (inner.length - 1);
  const level = mean + deviations * Math.sqrt(variance);
  const peaks: number[] = [];
  let best: number | undefined;
  // The last value is no peak: nothing is known of what comes after it.
  for (let i = 0; i < inner.length; i++) {
    const high = i < inner.length - 1 && (inner[i] ?? 0) > level;
    if (high && (best === undefined || (inner[i] ?? 0) > (inner[best] ?? 0))) best = i;
    if (!high && best !== undefined) {
      peaks.push(best + first + 1);
      best = undefined;
    }
  }
  return peaks;
}

/** A place between bins: the vertex of the parabola through the logarithms of a peak and its neighbours. Counted from 1. */
export function refinedPeak(spectrum: Float64Array, peak: number): number {
  const at = (bin: number) => Math.log(spectrum[bin - 1] ?? NaN);
  const [before, here, after] = [at(peak - 1), at(peak), at(peak + 1)];
  const curvature = before - 2 * here + after;
  const offset = (before - after) / (2 * curvature);
  return Number.isFinite(offset) ? peak + offset : peak;
}

/** Spectra over time of the components that may tell the motion. */
export interface ModulatedComponents {
  /** complex64 or complex128, interleaved: [frame, period, component]. */
  readonly data: Float32Array | Float64Array;
  readonly frames: number;
  readonly periods: number;
  readonly components: number;
  /** Periods of a frame are grouped by patch, one patch after the other, of as many each. */
  readonly patches: number;
  /** Seconds that a period takes. */
  readonly cycle: number;
}

/** Frequency of the motion in Hz in each frame and patch, [frame, patch]. */
export interface MotionFrequencies {
  readonly patches: number;
  readonly hertz: Float64Array;
}

/**
 * Finds the frequency of a periodic motion in every frame and patch (Gdaniec et al., 2017, IEEE Trans. Med. Imaging 36): in the
 * component that is modulated most in the first patch of the first frame (the first component is left out), the peak number
 * `choosePeak` of its modulation, divided by `higherHarmonic`. Throws `DATA_FORMAT` where there is no such peak.
 */
export function motionFrequencies(
  components: ModulatedComponents,
  choosePeak: number,
  higherHarmonic: number,
): MotionFrequencies {
  const { frames, patches, periods, cycle } = components;
  const perPatch = periods / patches;
  const component = mostModulated(components);
  const hertz = new Float64Array(frames * patches);
  for (let frame = 0; frame < frames; frame++) {
    for (let patch = 0; patch < patches; patch++) {
      const spectrum = modulationSpectrum(seriesOf(components, component, frame, patch));
      const peaks = spectrumPeaks(spectrum);
      const peak = peaks[choosePeak - 1];
      if (peak === undefined) {
        throw new RondelError(
          'DATA_FORMAT',
          `Frame ${frame + 1} has ${peaks.length} peaks of a periodic motion in patch ${patch + 1}, so choosePeak must be at most that, got ${choosePeak}. Without a peak, the measurement shows no periodic motion.`,
          { at: 'choosePeak' },
        );
      }
      hertz[frame * patches + patch] = refinedPeak(spectrum, peak) / (perPatch * cycle) / higherHarmonic;
    }
  }
  return { patches, hertz };
}

function mostModulated(components: ModulatedComponents): number {
  let best = 0;
  let largest = -Infinity;
  for (let component = 1; component < components.components; component++) {
    const height = Math.max(...modulationSpectrum(seriesOf(components, component, 0, 0)));
    if (height > largest) [best, largest] = [component, height];
  }
  return best;
}

function seriesOf(
  { data, periods, components, patches }: ModulatedComponents,
  component: number,
  frame: number,
  patch: number,
): Float64Array {
  const perPatch = periods / patches;
  const series = new Float64Array(2 * perPatch);
  for (let period = 0; period < perPatch; period++) {
    const place = 2 * ((frame * periods + patch * perPatch + period) * components + component);
    series[2 * period] = data[place] ?? 0;
    series[2 * period + 1] = data[place + 1] ?? 0;
  }
  return series;
}

function windowedSeries(series: Float64Array): Float64Array {
  const n = series.length / 2;
  const mean = [0, 0];
  series.forEach((value, index) => (mean[index % 2] = (mean[index % 2] ?? 0) + value / n));
  return series.map((value, index) => {
    const weight = 0.5 * (1 - Math.cos((2 * Math.PI * Math.floor(index / 2)) / (n - 1)));
    return weight * (value - (mean[index % 2] ?? 0));
  });
}

/** Magnitude of the discrete Fourier transform at one frequency. */
function transformAt(series: Float64Array, cycles: number): number {
  const n = series.length / 2;
  let re = 0;
  let im = 0;
  for (let j = 0; j < n; j++) {
    const angle = (-2 * Math.PI * ((cycles * j) % n)) / n;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const [x = 0, y = 0] = [series[2 * j], series[2 * j + 1]];
    re += c * x - s * y;
    im += c * y + s * x;
  }
  return Math.hypot(re, im);
}
