import { RondelError } from '@rondel/contracts';

export interface MpiPhantomOptions {
  /** Voxels along each side of the calibrated square, 4 to 100, default 20. */
  readonly size?: number;
  /** Frames of the measurement with the object in it, 1 to 1000, default 3. */
  readonly frames?: number;
  /** Frames of the measurement without it, behind the others, 0 to 1000, default 0. */
  readonly backgroundFrames?: number;
  /** Standard deviation of the noise as a fraction of the largest sample, 0 to 10, default 0.001; of the calibration a tenth. */
  readonly noise?: number;
  /** Size of a signal that is there without an object, as a fraction of the largest sample, 0 to 10, default 0. */
  readonly background?: number;
  /** Places [x, y] at which the field-free point is held, on a grid of overlapping squares, 1 to 16, default 1. */
  readonly patches?: number;
  /** Periods at each place, 1 to 16, default 1. */
  readonly periods?: number;
  /** Tracers, each with a calibration of its own, 1 or 2, default 1. */
  readonly tracers?: number;
  /** Seed of the noise, an integer, default 1. */
  readonly seed?: number;
}

const ranges = {
  size: [4, 100, 20],
  frames: [1, 1000, 3],
  backgroundFrames: [0, 1000, 0],
  noise: [0, 10, 0.001],
  background: [0, 10, 0],
  patches: [1, 16, 1],
  periods: [1, 16, 1],
  tracers: [1, 2, 1],
  seed: [0, 2 ** 32 - 1, 1],
} as const satisfies Record<keyof MpiPhantomOptions, readonly [from: number, to: number, byDefault: number]>;

const fractions: readonly string[] = ['noise', 'background'];

/** With defaults. Throws `PLAN_INVALID_VALUE` for an option outside its range. */
export function checkedOptions(options: MpiPhantomOptions): Required<MpiPhantomOptions> {
  const checked = (name: keyof MpiPhantomOptions): number => {
    const [from, to, byDefault] = ranges[name];
    const value = options[name] ?? byDefault;
    const isFraction = fractions.includes(name);
    if (value >= from && value <= to && (isFraction || Number.isInteger(value))) return value;
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `${name} of a phantom must be ${isFraction ? 'a number' : 'an integer'} from ${from} to ${to}, got ${value}.`,
    );
  };
  return {
    size: checked('size'),
    frames: checked('frames'),
    backgroundFrames: checked('backgroundFrames'),
    noise: checked('noise'),
    background: checked('background'),
    patches: checked('patches'),
    periods: checked('periods'),
    tracers: checked('tracers'),
    seed: checked('seed'),
  };
}
