import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { npyHeader, npyParts } from '@rondel/formats';

/** What the scan of a phantom is like that lies in files. */
export interface LargeScan {
  readonly slices: number;
  readonly projections: number;
  readonly bins: number;
  /** Where the rotation axis is, bins from 0. */
  readonly center: number;
}

interface Disc {
  /** Part of the width of the detector, from the axis. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Attenuation that it adds, times the width of the detector. */
  readonly value: number;
}

/** Slices are alike in bands of so many, so that a file is written as fast as a disk takes it. */
const band = 16;
const levels = { dark: 500, white: 60_500 } as const;
const samples = 4;

/** The discs of a slice: one becomes narrower from band to band. */
function discsOf(slice: number, slices: number): Disc[] {
  const height = (band * Math.floor(slice / band)) / slices;
  return [
    { x: 0, y: 0, radius: 0.42, value: 1.5 },
    { x: 0.15, y: 0.1, radius: 0.12 - 0.08 * height, value: 2 },
    { x: -0.2, y: 0.05, radius: 0.08, value: -1 },
  ];
}

/** Attenuation per bin at the pixel [row, column] of a square image as wide as the detector, rows going down as y goes up. */
export function attenuationAt({ slices, bins }: LargeScan, slice: number, [row, column]: readonly [number, number]) {
  const [x, y] = [(column - Math.floor(bins / 2)) / bins, (Math.floor(bins / 2) - row) / bins];
  return discsOf(slice, slices).reduce(
    (sum, disc) => sum + (Math.hypot(x - disc.x, y - disc.y) < disc.radius ? disc.value / bins : 0),
    0,
  );
}

/** How far a pixel is from the nearest rim of a disc, in bins: values next to one are neither side's. */
export function distanceToRim({ slices, bins }: LargeScan, slice: number, [row, column]: readonly [number, number]) {
  const [x, y] = [(column - Math.floor(bins / 2)) / bins, (Math.floor(bins / 2) - row) / bins];
  return Math.min(
    ...discsOf(slice, slices).map((disc) => bins * Math.abs(Math.hypot(x - disc.x, y - disc.y) - disc.radius)),
  );
}

/**
 * Writes a scan over half a turn into a folder, projection by projection: `counts.npy`, uint16 [angle, slice, detector], with
 * `white.npy` and `dark.npy` [sample, slice, detector] and `angles.npy`.
 */
export async function writeLargeScan(folder: string, scan: LargeScan): Promise<void> {
  const { slices, projections, bins } = scan;
  const file = await open(join(folder, 'counts.npy'), 'wx');
  try {
    await file.write(npyHeader({ dtype: 'uint16', shape: [projections, slices, bins] }));
    const projection = new Uint16Array(slices * bins);
    for (let index = 0; index < projections; index++) {
      fillProjection(projection, scan, (index * Math.PI) / projections);
      await file.write(new Uint8Array(projection.buffer));
    }
  } finally {
    await file.close();
  }
  for (const name of ['white', 'dark'] as const) {
    const data = new Uint16Array(samples * slices * bins).fill(levels[name]);
    await writeArray(join(folder, `${name}.npy`), { dtype: 'uint16', shape: [samples, slices, bins], data });
  }
  const data = Float64Array.from({ length: projections }, (_, index) => (index * Math.PI) / projections);
  await writeArray(join(folder, 'angles.npy'), { dtype: 'float64', shape: [projections], data });
}

async function writeArray(path: string, array: Parameters<typeof npyParts>[0]): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for (const part of npyParts(array)) await file.write(part);
  } finally {
    await file.close();
  }
}

function fillProjection(projection: Uint16Array, { slices, bins, center }: LargeScan, angle: number): void {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let slice = 0; slice < slices; slice++) {
    const row = projection.subarray(slice * bins, (slice + 1) * bins);
    if (slice % band > 0) {
      projection.copyWithin(slice * bins, (slice - 1) * bins, slice * bins);
      continue;
    }
    const discs = discsOf(slice, slices).map(({ x, y, radius, value }) => ({
      at: center + bins * (x * cos + y * sin),
      radius: radius * bins,
      value: (2 * value) / bins,
    }));
    for (let bin = 0; bin < bins; bin++) {
      let integral = 0;
      for (const { at, radius, value } of discs) {
        integral += value * Math.sqrt(Math.max(0, radius ** 2 - (bin - at) ** 2));
      }
      row[bin] = levels.dark + Math.round((levels.white - levels.dark) * Math.exp(-integral));
    }
  }
}
