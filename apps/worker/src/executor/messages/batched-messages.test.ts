import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { FromExecutor } from './messages.js';
import { openBatchedMessages } from './batched-messages.js';

function open() {
  const sent: FromExecutor['kind'][][] = [];
  const clock = { now: 0 };
  const tell = openBatchedMessages({
    send: (messages) => sent.push(messages.map(({ kind }) => kind)),
    now: () => clock.now,
  });
  return { sent, clock, tell };
}

function step(estimatedBytes: number): FromExecutor {
  return { kind: 'step', step: { path: 'parameter', type: 'T', state: 'active', estimatedBytes } };
}
const progress: FromExecutor = { kind: 'progress', progress: { fraction: 0.5 } };
const built: FromExecutor = { kind: 'built' };

describe('what an executor says', () => {
  it('travels in one message as long as nobody waits for it', () => {
    const { sent, tell } = open();
    for (const message of [progress, step(1000), progress]) tell(message);
    expect(sent).toEqual([]);
    tell(built);
    expect(sent).toEqual([['progress', 'step', 'progress', 'built']]);
  });

  it('is sent at the end of the turn, once', async () => {
    const { sent, tell } = open();
    tell(progress);
    await setImmediate();
    tell(built);
    await setImmediate();
    expect(sent).toEqual([['progress'], ['built']]);
  });

  it('is sent while a step computes without a pause', () => {
    const { sent, clock, tell } = open();
    tell(progress);
    clock.now = 100;
    tell(progress);
    expect(sent).toEqual([['progress', 'progress']]);
  });

  it('is sent before a large step begins, which may be killed', () => {
    const { sent, tell } = open();
    tell(progress);
    tell(step(2 ** 30));
    expect(sent).toEqual([['progress', 'step']]);
  });
});
