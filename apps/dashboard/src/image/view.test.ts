import { describe, expect, it } from 'vitest';
import { fitView, movedView, nextScale, zoomedAt, type View } from './view.js';

const image = { width: 64, height: 32 };

/** The point of the image at a distance from the middle of the frame. */
const under = ({ scale, x, y }: View, pointer: { x: number; y: number }) => [
  x + pointer.x / scale,
  y + pointer.y / scale,
];

describe('the view of an image', () => {
  it('fits the frame', () => {
    expect(fitView(image, { width: 640, height: 640 })).toEqual({ scale: 10, x: 32, y: 16 });
  });

  it('D7: zooms at the pointer, not into a corner', () => {
    const pointer = { x: 120, y: -40 };
    const view = fitView(image, { width: 640, height: 640 });
    const larger = zoomedAt(view, nextScale(view.scale, 1), pointer);
    expect(larger.scale).toBe(16);
    expect(under(larger, pointer)).toEqual(under(view, pointer));
    expect([larger.x, larger.y]).not.toEqual([view.x, view.y]);
    expect(zoomedAt(larger, view.scale, pointer)).toEqual(view);
  });

  it('D7: moves with a drag, and never loses the image', () => {
    const view = { scale: 4, x: 32, y: 16 };
    expect(movedView(view, { x: 8, y: -4 }, image)).toEqual({ scale: 4, x: 30, y: 17 });
    expect(movedView(view, { x: 1e6, y: -1e6 }, image)).toEqual({ scale: 4, x: 0, y: 32 });
  });

  it('has steps with ends', () => {
    expect([nextScale(1, 1), nextScale(1.0000001, 1), nextScale(1, -1), nextScale(0.25, -1)]).toEqual([
      1.5, 1.5, 0.5, 0.25,
    ]);
  });
});
