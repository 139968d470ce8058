import type { Preview, ResidualPoint } from '@rondel/contracts';
import { valueText } from '../display/quantity.js';
import { planeName } from '../image/plane-name.js';
import { ResidualCurve } from './residual-curve.js';

interface LivePreviewProps {
  readonly preview: Preview;
  readonly residuals: readonly ResidualPoint[];
}

/** The image as it comes into being, or as it was last seen on its way. */
export function LivePreview({ preview, residuals }: LivePreviewProps) {
  const { iteration, iterations, residual, frame, slice, block, links } = preview;
  const plane = `${planeName({ slice, frame })}${block === undefined ? '' : `, block ${block}`}`;
  return (
    <figure class="preview">
      <img src={links?.image} alt={`${plane}, after iteration ${iteration} of ${iterations}`} />
      <figcaption>
        {plane} · iteration {iteration} of {iterations}
        {residual !== undefined && ` · relative residual ${valueText(residual)}`}
      </figcaption>
      <ResidualCurve points={residuals} />
    </figure>
  );
}
