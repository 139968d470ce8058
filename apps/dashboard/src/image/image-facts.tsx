import { isComplex, type Result } from '@rondel/contracts';
import { valueText } from '../display/quantity.js';
import { spacingText } from './spacing-text.js';

/** Shape and values of an image, as its record has them. */
export function ImageFacts({ result }: { readonly result: Result }) {
  const { shape, dtype, axes, min, max, mean, valueUnit } = result;
  return (
    <p class="faint">
      {shape.join(' × ')} {dtype} [{axes.join(', ')}] · {spacingText(result)} · {isComplex(dtype) && 'magnitude: '}min{' '}
      {valueText(min)} · max {valueText(max)} · mean {valueText(mean)}
      {valueUnit === undefined ? '' : ` ${valueUnit}`}
    </p>
  );
}
