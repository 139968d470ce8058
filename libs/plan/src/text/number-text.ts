import { nonFinite } from './tree-writer.js';

/** A float as TOML and JSON write it, always with a dot or an exponent, shortest form that reads back the same. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
