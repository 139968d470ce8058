import type { Sweep } from '@rondel/contracts';
import { greyScales } from '../image/grey-scale.js';
import { SweepCell } from './sweep-cell.js';
import { captionOf, layoutOf } from './sweep-layout.js';

/** The combinations of a sweep, along axes where they have some. */
export function SweepGrid({ sweep }: { readonly sweep: Sweep }) {
  const { columns, rows } = layoutOf(sweep, sweep.items);
  // All are of the same data.
  const scales = greyScales(sweep.items.map(({ job, result }) => ({ id: job, result })));
  const [scale] = scales.values();
  if (columns === undefined) {
    return (
      <div class="gallery" role="list" aria-label="Combinations">
        {sweep.items.map((item) => (
          <div key={item.index} role="listitem">
            <SweepCell item={item} caption={captionOf(sweep, item)} captioned scale={scale} />
          </div>
        ))}
      </div>
    );
  }
  return (
    <div class="table-frame">
      <table class="grid" aria-label="Combinations">
        <thead>
          <tr>
            <th />
            {columns.values.map((value) => (
              <th key={value} scope="col">
                <span class="faint">{columns.name} =</span> {value}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, items }) => (
            <tr key={label}>
              <th scope="row">
                {label.split(', ').map((part) => (
                  <div key={part}>{part}</div>
                ))}
              </th>
              {items.map((item) => (
                <td key={item.index}>
                  <SweepCell item={item} caption={captionOf(sweep, item)} captioned={false} scale={scale} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
