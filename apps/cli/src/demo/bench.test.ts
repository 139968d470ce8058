import { expect, it } from 'vitest';
import { run } from '../shell/run.js';
import { capturedTerminal } from '../testing/captured-terminal.js';

const small = ['bench', '--engine', 'wasm', '--size', '16', '--angles', '8', '--slices', '4', '--threads', '1'];

it('D15: measures the projectors of this machine, and says on what', async () => {
  const terminal = capturedTerminal();
  expect(await run([...small, '--json'], terminal), terminal.errors()).toBe(0);
  const { rates, ...facts } = JSON.parse(terminal.output()) as { rates: { median: number; least: number }[] };
  expect(facts).toMatchObject({ engine: 'wasm', threads: 1, size: 16, angles: 8, machine: { node: process.version } });
  expect(rates).toMatchObject([
    { projector: 'backprojection', slices: 1 },
    { projector: 'backprojection', slices: 4 },
    { projector: 'forward projection', slices: 1 },
    { projector: 'forward projection', slices: 4 },
  ]);
  for (const { median, least } of rates) expect([median >= least, least > 0]).toEqual([true, true]);
});
