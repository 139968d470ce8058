import type { TypedArray } from '@rondel/contracts';

/** Grey levels in place of values: one scale for all pages. */
export interface GreyLevels {
  readonly bits: 8 | 16;
  /** Values of the first and of the last level; what lies beyond is cut off there. */
  readonly window: readonly [low: number, high: number];
}

export function topLevel({ bits }: Pick<GreyLevels, 'bits'>): number {
  return bits === 8 ? 255 : 65_535;
}

/** The level of each value, rounded; 0 for what is no number. Complex numbers have none. */
export function toLevels(values: TypedArray, levels: GreyLevels): Uint8Array | Uint16Array {
  const [low, high] = levels.window;
  const top = topLevel(levels);
  const scale = top / (high - low);
  const grey = levels.bits === 8 ? new Uint8Array(values.length) : new Uint16Array(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const level = ((values[index] ?? 0) - low) * scale;
    grey[index] = Math.round(Math.min(top, Math.max(0, level))) || 0;
  }
  return grey;
}
