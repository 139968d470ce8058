/** Lengths in pixels of the screen, or of the image. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What of the image is seen: the point in the middle of the frame, in pixels of the image, and how large these are. */
export interface View extends Point {
  /** Pixels of the screen for one of the image. */
  readonly scale: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const scales: readonly number[] = [0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 16, 32];

/** All of the image, as large as the frame lets it be. */
export function fitView(image: Size, frame: Size): View {
  const scale = Math.min(frame.width / image.width, frame.height / image.height) || 1;
  return { scale, x: image.width / 2, y: image.height / 2 };
}

/** The next larger or smaller scale; the largest and the smallest stay. */
export function nextScale(scale: number, direction: 1 | -1): number {
  // A fitted image may be at a step but for rounding.
  const found =
    direction > 0 ? scales.find((step) => step > scale * 1.001) : scales.findLast((step) => step < scale * 0.999);
  return found ?? scale;
}

/** Another scale, with the point of the image that lies under the pointer staying there. */
export function zoomedAt(view: View, scale: number, fromMiddle: Point): View {
  return {
    scale,
    x: view.x + fromMiddle.x / view.scale - fromMiddle.x / scale,
    y: view.y + fromMiddle.y / view.scale - fromMiddle.y / scale,
  };
}

/** The image moved by so many pixels of the screen; its edge never passes the middle of the frame. */
export function movedView(view: View, move: Point, image: Size): View {
  const inside = (value: number, extent: number) => Math.min(extent, Math.max(0, value));
  return {
    scale: view.scale,
    x: inside(view.x - move.x / view.scale, image.width),
    y: inside(view.y - move.y / view.scale, image.height),
  };
}
