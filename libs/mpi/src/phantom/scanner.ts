import { realFourierTransform, type ComplexVector } from '@rondel/compute/fourier';

/**
 * A scanner with a field-free point that two drive fields move over a plane (Weizenecker, Borgert, Gleich 2007): gradient
 * diag(-1, -1, 2) T/m, drive fields of 12 mT at 2.5 MHz / 102 and / 96, which meet again after 1632 samples.
 */
export const scanner = {
  gradient: [-1, -1, 2],
  driveStrength: 0.012,
  dividers: [102, 96],
  baseFrequency: 2.5e6,
  samples: 1632,
  bandwidth: 1.25e6,
  channels: 2,
  cycle: 1632 / 2.5e6,
} as const;

/** Edge length in m of the square that the field-free point covers: 2 x 12 mT / (1 T/m). */
export const driveFieldOfView = 0.024;

export const frequencies = scanner.samples / 2 + 1;

/** A tracer: small particles whose magnetization follows the field at once, as Langevin has it. */
export interface Tracer {
  /** Diameter of the magnetic cores in m. */
  readonly diameter: number;
}

const saturationMagnetization = 0.6 / (4e-7 * Math.PI);
const boltzmann = 1.380649e-23;
const temperature = 294;

/** Volts of a receive channel for a magnetization of one unit of tracer that turns once in a second. */
const sensitivity = 1e-10;

/** Magnetic moment of a core over k T, in 1/T. */
function momentPerEnergy({ diameter }: Tracer): number {
  return (saturationMagnetization * (Math.PI / 6) * diameter ** 3) / (boltzmann * temperature);
}

/** coth x - 1/x; near 0 its series. */
function langevin(x: number): number {
  return Math.abs(x) < 1e-3 ? x / 3 - x ** 3 / 45 : 1 / Math.tanh(x) - 1 / x;
}

/**
 * What each receive channel sees of a unit of tracer at a place: minus the change of its magnetization in time, as spectrum of
 * one period.
 *
 * @param place [x, y] in m.
 * @param shift where the field-free point stands without drive field, [x, y] in m.
 * @returns A spectrum for each channel, k = 0 ... 816, in V.
 */
export function pointResponse(
  place: readonly [number, number],
  shift: readonly [number, number],
  tracer: Tracer,
): readonly ComplexVector[] {
  const { samples, gradient, driveStrength, dividers, cycle } = scanner;
  const beta = momentPerEnergy(tracer);
  const moments = [new Float64Array(samples), new Float64Array(samples)] as const;
  for (let sample = 0; sample < samples; sample++) {
    const drive = dividers.map((divider) => driveStrength * Math.sin((2 * Math.PI * sample) / divider));
    const fieldX = gradient[0] * (place[0] - shift[0]) + (drive[0] ?? 0);
    const fieldY = gradient[1] * (place[1] - shift[1]) + (drive[1] ?? 0);
    const strength = Math.hypot(fieldX, fieldY);
    const perField = strength < 1e-12 ? beta / 3 : langevin(beta * strength) / strength;
    moments[0][sample] = perField * fieldX;
    moments[1][sample] = perField * fieldY;
  }
  return moments.map((moment) => timeDerivative(transform(moment), cycle));
}

const transform = realFourierTransform(scanner.samples);

/** Minus the derivative of a periodic signal in V: times -2 pi i k / cycle. The last frequency is not known by its sign and is 0. */
function timeDerivative({ real, imaginary }: ComplexVector, cycle: number): ComplexVector {
  const factor = (index: number) => (index === real.length - 1 ? 0 : (2 * Math.PI * index * sensitivity) / cycle);
  return {
    real: Float64Array.from(real, (_, index) => factor(index) * (imaginary[index] ?? 0)),
    imaginary: Float64Array.from(imaginary, (_, index) => -factor(index) * (real[index] ?? 0)),
  };
}
