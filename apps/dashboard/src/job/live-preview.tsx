import type { Preview } from '@rondel/contracts';
import { valueText } from '../display/quantity.js';
import { ResidualCurve } from './residual-curve.js';
import type { ResidualPoint } from './residual-points.js';

interface LivePreviewProps {
  readonly preview: Preview;
  readonly residuals: readonly ResidualPoint[];
}

/** The image as it comes into being. */
export function LivePreview({ preview, residuals }: LivePreviewProps) {
  const { iteration, iterations, residual, frame, slice, block, links } = preview;
  const plane = `Slice ${slice}, frame ${frame}${block === undefined ? '' : `, block ${block}`}`;
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
