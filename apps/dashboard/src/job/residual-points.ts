import type { ReceivedEvent } from '@rondel/client';
import type { ResidualPoint } from '@rondel/contracts';

const mostPoints = 2000;

/**
 * The curve after one more event. A new attempt begins a new curve; where blocks iterate beside each other, the foremost
 * one counts.
 */
export function withEvent(points: readonly ResidualPoint[], { type, data }: ReceivedEvent): readonly ResidualPoint[] {
  if (type === 'state') return data.state === 'active' ? points : [];
  if (type !== 'progress' && type !== 'preview') return points;
  const { iteration, residual } = data;
  if (iteration === undefined || residual === undefined) return points;
  if (iteration <= (points.at(-1)?.iteration ?? -1)) return points;
  return [...points, { iteration, residual }].slice(-mostPoints);
}
