import { copyFile, readFile, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, NdArray } from '@rondel/contracts';
import { readDataset } from '@rondel/formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { haveRealData, realData } from '../support/machine/real-data.js';
import { rondel } from '../support/machine/rondel-command.js';
import { startStack, type Stack } from '../support/machine/stack.js';

describe.runIf(haveRealData)('the tooth', () => {
  let stack: Stack;
  const run = (...args: string[]) => rondel(args, stack.environment);
  const file = (name: string) => join(stack.directory, name);

  beforeAll(async () => {
    stack = await startStack();
    await copyFile(realData.tooth, file('tooth.h5'));
    await stack.startWorker('--data-root', `scans=${stack.directory}`);
  });
  afterAll(() => stack.stop());

  it('agrees with an independent filtered backprojection', async () => {
    const { code, stdout, stderr } = await run(
      ...['submit', 'radon/fbp', realData.tooth, '--set', 'centerOfRotation=296', '--set', 'filter=ramp'],
      ...['-o', file('tooth.npy'), '--json'],
    );
    expect(code, stderr).toBe(0);
    const job = JSON.parse(stdout) as Job;
    expect(job.result).toMatchObject({ shape: [1, 2, 640, 640], dtype: 'float32', axes: ['frame', 'slice', 'y', 'x'] });
    const { data: image } = await readDataset(file('tooth.npy'));
    const { data: reference } = await readDataset(realData.toothReference);
    // 0.02 is the agreement that two implementations of the same formulas reach with different interpolation; a flip,
    // a shift by one pixel or another scale gives 0.3 and more.
    expect(relativeDifference(image, reference, 300)).toBeLessThan(0.02);
  });

  it('is reconstructed about the axis that the data shows, within one bin of 296', async () => {
    const { code, stdout } = await run('submit', 'radon/fbp', realData.tooth, '--json');
    expect(code).toBe(0);
    const { id } = JSON.parse(stdout) as Job;
    const events: string[] = [];
    for await (const event of stack.client.events(id)) if (event.type === 'log') events.push(event.data.message);
    const found = /axis[^0-9]*([0-9]+\.?[0-9]*)/i.exec(events.join('\n'))?.[1];
    expect(Math.abs(Number(found) - 296)).toBeLessThanOrEqual(1);
  });

  it('is the same by upload and by data root, and comes with its provenance', async () => {
    const uploaded = await run('submit', 'radon/fbp', realData.tooth, '--json');
    const inRoot = await run('submit', 'radon/fbp', 'root://scans/tooth.h5', '--json');
    const [first, second] = [uploaded, inRoot].map(({ stdout }) => JSON.parse(stdout) as Job);
    expect(first?.result?.artifact).toBe(second?.result?.artifact);
    const provenance = await stack.client.provenance(second?.id ?? '');
    expect(provenance).toMatchObject({ engine: { name: 'wasm' }, planSha256: second?.plan.sha256 });
    expect(provenance.data).toEqual([
      expect.objectContaining({ name: 'data', reference: 'root://scans/tooth.h5', bytes: 1_043_312, format: 'hdf5' }),
    ]);
    const again = await stack.client.submit({ plan: provenance.plan, data: first?.data ?? '' });
    expect((await stack.client.waitForJob(again.id)).result?.artifact).toBe(first?.result?.artifact);
  });

  it('is not uploaded twice', async () => {
    const again = await run('data', 'put', realData.tooth, '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ stored: [{ existed: true, bytes: 1_043_312 }] });
  });

  it('is written as PNG and HDF5', async () => {
    await run('submit', 'radon/fbp', realData.tooth, '-o', file('tooth.png'), '--slice', '1', '--window', '0,0.01');
    await run('submit', 'radon/fbp', realData.tooth, '-o', file('tooth-image.h5'));
    expect((await readFile(file('tooth.png'))).subarray(1, 4).toString()).toBe('PNG');
    const { data } = await readDataset(file('tooth-image.h5'));
    expect(data.shape).toEqual([1, 2, 640, 640]);
  });

  it('is refused with a code and a sentence when its file is damaged or escapes its root', async () => {
    await copyFile(realData.tooth, file('truncated.h5'));
    await truncate(file('truncated.h5'), 500_000);
    await symlink('/etc/hostname', file('escape.h5'));
    const cases: [string[], number, string][] = [
      [['radon/fbp', file('truncated.h5')], 1, 'DATA_FORMAT'],
      [['radon/fbp', `${realData.tooth}#/exchange/theta`], 1, 'DATA_SHAPE_MISMATCH'],
      [['radon/fbp', realData.tooth, '--set', 'angles=[0.0, 0.1, 0.2]'], 1, 'DATA_SHAPE_MISMATCH'],
      [['radon/fbp', 'root://scans/escape.h5'], 1, 'DATA_FORBIDDEN'],
      [['radon/fbp', 'root://scans/nothing.h5'], 1, 'DATA_NOT_FOUND'],
      [['radon/fbp', 'root://scans/../secret'], 2, 'DATA_FORBIDDEN'],
    ];
    for (const [args, exit, expected] of cases) {
      const { code, stdout, stderr } = await run('submit', ...args, '--json');
      const answer = JSON.parse(stdout) as Partial<Job> & { code?: string };
      expect([args.join(' '), code, answer.error?.code ?? answer.code]).toEqual([args.join(' '), exit, expected]);
      expect(stderr + stdout).not.toMatch(/\n\s+at /);
    }
  });
});

/** RMS of the difference to the RMS of the reference inside a radius about the pixel (size // 2, size // 2). */
function relativeDifference(image: NdArray, reference: NdArray, radius: number): number {
  const [rows = 0, columns = 0] = reference.shape;
  let difference = 0;
  let norm = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      if (Math.hypot(row - Math.floor(rows / 2), column - Math.floor(columns / 2)) > radius) continue;
      const index = row * columns + column;
      const expected = reference.data[index] ?? NaN;
      difference += ((image.data[index] ?? NaN) - expected) ** 2;
      norm += expected ** 2;
    }
  }
  return Math.sqrt(difference / norm);
}
