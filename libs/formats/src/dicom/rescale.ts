import { topLevel, type GreyLevels } from '../tiff/levels.js';

const bits = 16;

/** How stored levels stand for values: value = slope level + intercept. */
export interface Rescale {
  /** As the file has them, decimal strings (DS). */
  readonly slope: string;
  readonly intercept: string;
  /** The same as a window, so that the levels are those of the rounded strings. */
  readonly levels: GreyLevels;
}

/** 16-bit levels from the smaller to the larger value of a window. */
export function rescaleOf([low, high]: GreyLevels['window']): Rescale {
  const top = topLevel({ bits });
  const slope = decimalString((high - low) / top);
  const intercept = decimalString(low);
  const first = Number(intercept);
  return { slope, intercept, levels: { bits, window: [first, first + Number(slope) * top] } };
}

/** The longest that a decimal string may be, PS3.5 6.2. */
const longest = 16;

/** A number with as many digits as a decimal string has room for. */
export function decimalString(value: number): string {
  let digits = 17;
  let text = String(value);
  while (text.length > longest) {
    digits -= 1;
    text = String(Number(value.toPrecision(digits)));
  }
  return text;
}
