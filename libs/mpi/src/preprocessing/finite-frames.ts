import { RondelError, type DatasetFacts } from '@rondel/contracts';
import { firstNotFinite, namedRow } from '../frequencies/named-row.js';
import { frameLength, type Signal } from './signal.js';

/**
 * Throws `DATA_FORMAT` where the mean of some frames of a measurement has NaN and infinite values: it names frame, period,
 * channel, and sample or frequency.
 */
export function requireFiniteFrames(
  mean: Float64Array,
  frames: readonly number[],
  { signal, attributes }: { readonly signal: Signal } & Pick<DatasetFacts, 'attributes'>,
): void {
  if (firstNotFinite(mean) === -1) return;
  const { layout, values } = signal;
  const length = frameLength(layout);
  // Neighbours of the frames may be in their mean, too.
  const among = [...frames, ...Array(layout.frames).keys()];
  for (const frame of among) {
    for (let at = 0; at < length; at++) {
      const value = values[frame * length + at] ?? 0;
      if (Number.isFinite(value)) continue;
      const channel = Math.floor(at / layout.width) % layout.channels;
      const period = Math.floor(at / layout.width / layout.channels);
      const entry = at % layout.width;
      const place =
        layout.domain === 'time'
          ? `channel ${channel + 1}, sample ${entry + 1}`
          : namedRow(Math.floor(entry / 2), channel, { attributes });
      throw new RondelError(
        'DATA_FORMAT',
        `The measurement: frame ${frame + 1}, period ${period + 1}, ${place} is ${value}, which is not finite. Leave the frame out with frames, or write the file again.`,
        { at: 'frames' },
      );
    }
  }
}
