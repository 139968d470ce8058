import type { Result } from '@rondel/contracts';
import { valueText } from '../display/quantity.js';

/** Axes that lie in no space. */
const counted: readonly string[] = ['frame', 'colour'];

type Spaced = Pick<Result, 'shape' | 'axes' | 'spacing' | 'spacingUnit' | 'frameTime'>;

/** How far elements lie apart: along axes of space in their unit, frames in time. */
export function spacingText({ shape, axes, spacing, spacingUnit, frameTime }: Spaced): string {
  const lengths = axes.flatMap((axis, index) =>
    counted.includes(axis) ? [] : [`${axis} ${valueText(spacing[index] ?? 1)}`],
  );
  const unit = spacingUnit === undefined || spacingUnit === '1' ? 'elements' : spacingUnit;
  const text = `spacing ${lengths.join(', ')} ${unit}`;
  if ((shape[axes.indexOf('frame')] ?? 1) <= 1) return text;
  return `${text} · frames ${frameTime === undefined ? 'at times that the data do not tell' : `every ${valueText(frameTime)} s`}`;
}
