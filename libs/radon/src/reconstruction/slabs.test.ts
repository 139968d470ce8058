import { describe, expect, it } from 'vitest';
import { slabBytes } from '../slab-size.js';
import { reconstructSlabs, type Slab } from './slabs.js';

describe('reconstruction in slabs', () => {
  const size = { angles: 2, detectors: 2, rows: 1, columns: 1 };
  const sinograms = Int16Array.from({ length: 21 * 4 }, (_, index) => index);
  const copies = { sinogram: 5, image: 3 };
  const sumOf = ({ sinograms: values, entries }: Slab) =>
    Float32Array.from({ length: entries }, (_, entry) =>
      values.subarray(entry * 4, entry * 4 + 4).reduce((sum, value) => sum + value, 0),
    );
  const options = (budgetBytes?: number, controller = new AbortController()) => ({
    size,
    copies,
    signal: controller.signal,
    ...(budgetBytes !== undefined && { budgetBytes }),
  });

  it('joins the slabs to what one run gives', async () => {
    const seen: number[] = [];
    const whole = await reconstructSlabs(sinograms, options(), sumOf);
    const parts = await reconstructSlabs(sinograms, options(9 * slabBytes(size, copies)), (slab) => {
      seen.push(slab.entries);
      return sumOf(slab);
    });
    expect(seen).toEqual([8, 8, 5]);
    expect(parts).toEqual(whole);
    expect(whole[20]).toBe(80 + 81 + 82 + 83);
  });

  it('goes on after slabs that are finished, which every slab can see', async () => {
    const budget = options(9 * slabBytes(size, copies));
    const whole = await reconstructSlabs(sinograms, budget, sumOf);
    const starts: number[] = [];
    const resumed = await reconstructSlabs(sinograms, { ...budget, finished: whole.slice(0, 8) }, (slab) => {
      starts.push(slab.start);
      expect(slab.finished).toEqual(whole.slice(0, slab.start));
      return sumOf(slab);
    });
    expect([starts, resumed]).toEqual([[8, 16], whole]);
  });

  it('stops between slabs when nobody wants the result', async () => {
    const controller = new AbortController();
    let slabs = 0;
    const work = reconstructSlabs(sinograms, options(slabBytes(size, copies), controller), (slab) => {
      if (++slabs === 3) controller.abort();
      return sumOf(slab);
    });
    await expect(work).rejects.toThrow('The reconstruction was cancelled.');
    expect(slabs).toBe(3);
  });
});
