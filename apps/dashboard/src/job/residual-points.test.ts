import type { ReceivedEvent } from '@rondel/client';
import { expect, it } from 'vitest';
import type { ResidualPoint } from '@rondel/contracts';
import { withEvent } from './residual-points.js';

const progress = (iteration: number, residual?: number): ReceivedEvent => ({
  type: 'progress',
  data: { fraction: 0, iteration, ...(residual !== undefined && { residual }) },
});
const curveOf = (...events: ReceivedEvent[]) => events.reduce<readonly ResidualPoint[]>(withEvent, []);

it('is drawn from the iterations that come, not from those that came before', () => {
  const curve = curveOf(progress(1, 0.5), progress(3, 0.25), progress(2, 0.4), progress(3, 0.25), progress(4));
  expect(curve).toEqual([
    { iteration: 1, residual: 0.5 },
    { iteration: 3, residual: 0.25 },
  ]);
});

it('begins anew when the job is queued again, not when another block starts', () => {
  const state = (name: 'active' | 'waiting'): ReceivedEvent => ({ type: 'state', data: { state: name, attempt: 1 } });
  expect(curveOf(progress(5, 0.1), state('active'), progress(6, 0.09))).toHaveLength(2);
  expect(curveOf(progress(5, 0.1), state('waiting'), progress(1, 0.5))).toEqual([{ iteration: 1, residual: 0.5 }]);
});
