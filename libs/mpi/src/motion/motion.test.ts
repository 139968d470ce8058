import { describe, expect, it } from 'vitest';
import { foldedStates, momentsOf } from './folded-reference.test.support.js';
import { modulationSpectrum, motionFrequencies, refinedPeak, spectrumPeaks } from './motion-frequency.js';
import { repetitionsOfState, statesOfMotion } from './repetitions.js';
import { motionWindow, virtualFrames } from './virtual-frames.js';

const cycle = 0.02;

/** Three complex components over time; the second is modulated at `hertz`, weakly also at `other`. */
function modulated(hertz: number, periods: number, patches: number, frames: number, other = 0) {
  const data = new Float64Array(2 * frames * periods * 3);
  for (let n = 0; n < frames * periods; n++) {
    const time = n * cycle;
    const motion = Math.cos(2 * Math.PI * hertz * time) + 0.5 * Math.cos(2 * Math.PI * other * time);
    data.set([1 + 3 * motion, 0, 2 + motion, -1 + 0.3 * motion, 0.1, 0.1 * motion], 6 * n);
  }
  return { data, frames, periods, components: 3, patches, cycle };
}

describe('the modulation of a component', () => {
  it('is the spectrum of both signs under a Hann window', () => {
    const n = 8;
    const series = Float64Array.from({ length: 2 * n }, (_, i) => Math.sin(i * i + 1));
    const mean = [0, 1].map((part) => [...series].filter((_, i) => i % 2 === part).reduce((a, b) => a + b, 0) / n);
    const magnitude = (k: number) => {
      let [re, im] = [0, 0];
      for (let j = 0; j < n; j++) {
        const w = 0.5 - 0.5 * Math.cos((2 * Math.PI * j) / (n - 1));
        const [x, y] = [w * ((series[2 * j] ?? 0) - (mean[0] ?? 0)), w * ((series[2 * j + 1] ?? 0) - (mean[1] ?? 0))];
        const angle = (2 * Math.PI * j * k) / n;
        re += x * Math.cos(angle) + y * Math.sin(angle);
        im += y * Math.cos(angle) - x * Math.sin(angle);
      }
      return Math.sqrt(re * re + im * im);
    };
    modulationSpectrum(series).forEach((value, i) => {
      expect(value).toBeCloseTo(magnitude(i + 1) + magnitude(n - i - 1), 12);
    });
  });

  it('has its peaks where a run of high values is highest', () => {
    const spectrum = Float64Array.from([9, 1, 1, 2, 8, 9, 7, 1, 1, 1, 2, 6, 1, 1, 1, 1, 1, 2, 1, 3]);
    // Before the first rise and after the last fall nothing counts; mean 2.7 and deviation 2.8 of what is left, so 5.5 is high.
    expect(spectrumPeaks(spectrum)).toEqual([6, 12]);
    expect(spectrumPeaks(Float64Array.from([3, 2, 1]))).toEqual([]);
    // exp(-(x - 2.3)^2) has its maximum at 2.3, and a parabola for a logarithm.
    expect(
      refinedPeak(
        Float64Array.from([1, 2, 3], (x) => Math.exp(-((x - 2.3) ** 2))),
        2,
      ),
    ).toBeCloseTo(2.3, 12);
  });
});

describe('the frequency of a motion', () => {
  it('is found in every frame and patch, between the bins', () => {
    // 100 periods of 20 ms tell 0.5 Hz apart; a Hann window's peak fitted by a parabola in the logarithm errs by up to 2 %
    // of a bin.
    const found = motionFrequencies(modulated(2.6, 200, 2, 2), 1, 1);
    expect(found.hertz).toHaveLength(4);
    found.hertz.forEach((value) => expect(Math.abs(value - 2.6)).toBeLessThan(0.01));
  });

  it('may be a higher harmonic, or another peak', () => {
    const input = modulated(2.6, 200, 1, 1, 8);
    expect(Math.abs((motionFrequencies(input, 1, 2).hertz[0] ?? 0) - 1.3)).toBeLessThan(0.01);
    expect(Math.abs((motionFrequencies(input, 2, 1).hertz[0] ?? 0) - 8)).toBeLessThan(0.01);
  });

  it('is refused where there is no such peak', () => {
    expect(() => motionFrequencies(modulated(2.6, 200, 1, 1), 3, 1)).toThrow(
      /Frame 1 has 1 peaks of a periodic motion in patch 1, so choosePeak must be at most that, got 3/,
    );
  });
});

describe('repetitions of a state', () => {
  it('are one motion period apart and lie within their patch', () => {
    const hertz = Float64Array.from([5, 5, 5, 5]);
    const timing = { periods: 80, patches: 2, cycle };
    const found = repetitionsOfState({ hertz, patches: 2 }, timing, { first: 0, last: 1 });
    const scan = { ...timing, frames: [], channels: 1, samples: 1, hertz: () => 5 };
    const expected = momentsOf(scan, 0, 1);
    expect(found.map(({ frame, patch }) => [frame, patch])).toEqual(expected.map(({ frame, patch }) => [frame, patch]));
    // Seconds on one side, periods on the other.
    found.forEach(({ period }, index) => expect(period).toBeCloseTo(expected[index]?.period ?? NaN, 9));
    expect(found.length).toBeGreaterThan(6);
    expect(statesOfMotion({ hertz: Float64Array.from([5, 4, 9, 9]), patches: 2 }, cycle, { first: 0, last: 0 })).toBe(
      12,
    );
  });

  it('are those of the chosen frames', () => {
    const hertz = new Float64Array(6).fill(5);
    const frames = { first: 1, last: 1 };
    const found = repetitionsOfState({ hertz, patches: 2 }, { periods: 80, patches: 2, cycle }, frames);
    expect(new Set(found.map(({ frame }) => frame))).toEqual(new Set([1]));
  });
});

describe('the window', () => {
  it.each([
    [1, [0, 0.75, 0.75, 0, 0]],
    [2, [-0.0521, 0.0798, 1.0001, 0.0798, 0]],
    [3, [1, 1, 1, 1, 0]],
  ] as const)('%i fills the beginning', (type, expected) => {
    [...motionWindow(5, 4, type)].forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 12));
  });
});

describe('virtual frames', () => {
  const size = { periods: 60, patches: 2, channels: 2, samples: 8, cycle };
  const frames = { first: 0, last: 1 };
  const hertz = Float64Array.from([5.1, 4.9, 5, 5.05]);
  const motion = { hertz, patches: 2 };
  const signals = [0, 1].map((frame) =>
    Float32Array.from({ length: 60 * 2 * 8 }, (_, i) => Math.sin(1.7 * i * (frame + 1)) + 0.1 * frame),
  );
  const moving = { ...size, values: Float32Array.from(signals.flatMap((frame) => [...frame])) };

  const scan = {
    ...size,
    frames: signals,
    hertz: (frame: number, patch: number) => hertz[frame * 2 + patch] ?? NaN,
  };

  it.each([
    [3, 1, true],
    [1.5, 1, true],
    [2.5, 3, true],
    [3, 1, false],
  ] as const)(
    'with alpha %f, window %i and sampling precision %s are those of the reference',
    (alpha, type, precise) => {
      const settings = { alpha, windowType: type, samplingPrecision: precise };
      const repetitions = repetitionsOfState(motion, size, frames);
      const made = virtualFrames(moving, motion, { frames, repetitions, settings });
      const states = statesOfMotion(motion, cycle, frames);
      const expected = foldedStates(scan, repetitions, states, { alpha, type, precise });
      expect(made.states).toBe(10);
      expect(made.data).toHaveLength(expected.length);
      // Both sum a dozen float64 terms near 1.
      made.data.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 12));
    },
  );

  it('of a signal that repeats with the motion are one period of it', () => {
    // 10 cycles to a motion period exactly: the signal at state m is m, in each repetition.
    const steady = Float32Array.from({ length: 60 * 2 * 8 }, (_, i) => (Math.floor(i / 16) % 30) % 10);
    const exact = { hertz: new Float64Array(2).fill(5), patches: 2 };
    const one = { first: 0, last: 0 };
    const made = virtualFrames({ ...size, values: steady }, exact, {
      frames: one,
      repetitions: repetitionsOfState(exact, size, one).filter(({ period }) => Number.isInteger(period)),
      settings: { alpha: 1, windowType: 3, samplingPrecision: false },
    });
    const states = Array.from({ length: 10 }, (_, m) => made.data[m * 2 * 2 * 8]);
    expect([...new Set(states)].sort()).toHaveLength(10);
  });

  it('are refused without a whole motion period in a patch, or a window that leaves gaps', () => {
    const settings = { alpha: 1, windowType: 1, samplingPrecision: true } as const;
    const one = { first: 0, last: 0 };
    const [first] = repetitionsOfState(motion, size, one);
    const both = repetitionsOfState(motion, size, one).filter(
      ({ patch }, i, all) => all.findIndex((other) => other.patch === patch) === i,
    );
    expect(() => virtualFrames(moving, motion, { frames: one, repetitions: first ? [first] : [], settings })).toThrow(
      /Patch 2 has no whole period of the motion/,
    );
    expect(() => virtualFrames(moving, motion, { frames: one, repetitions: both, settings })).toThrow(
      /leaves sample .* without data: make alpha larger/,
    );
  });
});
