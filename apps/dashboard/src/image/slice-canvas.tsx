import { useEffect, useRef, useState } from 'preact/hooks';
import { valueText } from '../display/quantity.js';
import { draggedWindow, paintGrey, type GreyWindow } from './grey-window.js';
import type { Plane } from './fetch-plane.js';

/** How large a pixel of the image is on the screen; `fit` shows all of the image. */
export type Zoom = 'fit' | number;

interface SliceCanvasProps {
  readonly plane: Plane;
  readonly window: GreyWindow;
  readonly zoom: Zoom;
  readonly label: string;
  readonly onWindow: (window: GreyWindow) => void;
  readonly onZoom: (direction: 1 | -1) => void;
}

interface Drag {
  readonly x: number;
  readonly y: number;
  readonly start: GreyWindow;
}

interface Pixel {
  readonly column: number;
  readonly row: number;
}

/** Draws one plane. Dragging changes the window, the wheel with Ctrl zooms, the pointer reads values. */
export function SliceCanvas({ plane, window: shown, zoom, label, onWindow, onZoom }: SliceCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drag, setDrag] = useState<Drag | undefined>();
  const [pixel, setPixel] = useState<Pixel | undefined>();
  useEffect(() => draw(canvas.current, plane, shown), [plane, shown]);
  useEffect(() => listenToWheel(canvas.current, onZoom), [onZoom]);

  const move = (event: PointerEvent) => {
    setPixel(pixelUnder(event, canvas.current));
    if (drag !== undefined)
      onWindow(draggedWindow(drag.start, { x: event.clientX - drag.x, y: event.clientY - drag.y }));
  };
  const value = pixel && plane.values[pixel.row * plane.width + pixel.column];
  return (
    <>
      <div class="viewport">
        <canvas
          ref={canvas}
          class={zoom === 'fit' ? 'fit' : 'zoomed'}
          width={plane.width}
          height={plane.height}
          style={zoom === 'fit' ? {} : { width: `${plane.width * zoom}px`, height: `${plane.height * zoom}px` }}
          role="img"
          aria-label={label}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            setDrag({ x: event.clientX, y: event.clientY, start: shown });
          }}
          onPointerMove={move}
          onPointerUp={() => setDrag(undefined)}
          onPointerCancel={() => setDrag(undefined)}
          onPointerLeave={() => setPixel(undefined)}
        />
      </div>
      <p class="readout mono" aria-hidden="true">
        {pixel === undefined || value === undefined
          ? 'Drag: window and level · Ctrl + wheel: zoom'
          : `x ${pixel.column}  y ${pixel.row}  value ${valueText(value)}`}
      </p>
    </>
  );
}

function draw(canvas: HTMLCanvasElement | null, plane: Plane, shown: GreyWindow): void {
  const context = canvas?.getContext('2d');
  context?.putImageData(new ImageData(paintGrey(plane.values, shown), plane.width, plane.height), 0, 0);
}

/** By hand, because a listener that keeps the page from zooming must not be passive. */
function listenToWheel(canvas: HTMLCanvasElement | null, onZoom: (direction: 1 | -1) => void): () => void {
  const turn = (event: WheelEvent) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    onZoom(event.deltaY < 0 ? 1 : -1);
  };
  canvas?.addEventListener('wheel', turn, { passive: false });
  return () => canvas?.removeEventListener('wheel', turn);
}

function pixelUnder({ clientX, clientY }: PointerEvent, canvas: HTMLCanvasElement | null): Pixel | undefined {
  if (canvas === null) return undefined;
  const { left, top, width, height } = canvas.getBoundingClientRect();
  // The picture lies in the middle of the element and keeps its proportions.
  const scale = Math.min(width / canvas.width, height / canvas.height);
  const column = Math.floor((clientX - left - width / 2) / scale + canvas.width / 2);
  const row = Math.floor((clientY - top - height / 2) / scale + canvas.height / 2);
  const inside = column >= 0 && row >= 0 && column < canvas.width && row < canvas.height;
  return inside ? { column, row } : undefined;
}
