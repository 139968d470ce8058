import type { RefObject } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { valueText } from '../display/quantity.js';
import { draggedWindow, paintGrey, type GreyWindow } from './grey-window.js';
import type { Plane } from './fetch-plane.js';
import { fitView, movedView, nextScale, zoomedAt, type Point, type View } from './view.js';

const arrowStep = 40;
const arrows: Readonly<Partial<Record<string, Point>>> = {
  ArrowLeft: { x: arrowStep, y: 0 },
  ArrowRight: { x: -arrowStep, y: 0 },
  ArrowUp: { x: 0, y: arrowStep },
  ArrowDown: { x: 0, y: -arrowStep },
};
const middle: Point = { x: 0, y: 0 };
const middleButton = 1;

interface SliceCanvasProps {
  readonly plane: Plane;
  readonly window: GreyWindow;
  /** Nothing: all of the image. */
  readonly view: View | undefined;
  readonly label: string;
  /** Of the values, where it is known. */
  readonly unit: string | undefined;
  readonly frame: RefObject<HTMLDivElement>;
  readonly onWindow: (window: GreyWindow) => void;
  readonly onView: (view: View | undefined) => void;
  /** Everything as it was at first. */
  readonly onReset: () => void;
}

type Drag =
  | { readonly kind: 'window'; readonly x: number; readonly y: number; readonly start: GreyWindow }
  | { readonly kind: 'view'; readonly x: number; readonly y: number; readonly start: View };

interface Pixel {
  readonly column: number;
  readonly row: number;
}

/**
 * Draws one plane. Dragging changes the window; with Shift, the space bar or the middle button it moves the image. The
 * wheel with Ctrl zooms at the pointer, a double click shows everything as at first. Keys: arrows, +, - and 0.
 */
export function SliceCanvas(props: SliceCanvasProps) {
  const { plane, window: shown, view, label, unit, frame, onWindow, onView, onReset } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drag, setDrag] = useState<Drag | undefined>();
  const [pixel, setPixel] = useState<Pixel | undefined>();
  const space = useSpaceBar(pixel !== undefined);
  useEffect(() => draw(canvas.current, plane, shown), [plane, shown]);
  const now = useCallback(() => view ?? fitView(plane, sizeOf(frame.current)), [view, plane, frame]);
  const turn = useCallback(
    (direction: 1 | -1, at: Point) => {
      const from = now();
      onView(movedView(zoomedAt(from, nextScale(from.scale, direction), at), middle, plane));
    },
    [now, onView, plane],
  );
  useEffect(() => listenToWheel(frame.current, turn), [frame, turn]);

  const move = (event: PointerEvent) => {
    setPixel(pixelUnder(event, canvas.current));
    if (drag === undefined) return;
    const moved = { x: event.clientX - drag.x, y: event.clientY - drag.y };
    if (drag.kind === 'window') onWindow(draggedWindow(drag.start, moved));
    else onView(movedView(drag.start, moved, plane));
  };
  const take = (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = { x: event.clientX, y: event.clientY };
    const moves = event.button === middleButton || event.shiftKey || space;
    // A middle button that is held down would begin to scroll the page.
    if (event.button === middleButton) event.preventDefault();
    setDrag(moves ? { kind: 'view', ...at, start: now() } : { kind: 'window', ...at, start: shown });
  };
  const value = pixel && plane.values[pixel.row * plane.width + pixel.column];
  return (
    <>
      <div
        ref={frame}
        class={`viewport${drag?.kind === 'view' || space ? ' viewport-moves' : ''}`}
        tabIndex={0}
        role="group"
        aria-label="Picture; arrow keys move it, plus and minus zoom, 0 shows all of it"
        onKeyDown={(event) => {
          const arrow = arrows[event.key];
          if (arrow !== undefined) onView(movedView(now(), arrow, plane));
          else if (event.key === '+' || event.key === '=') turn(1, middle);
          else if (event.key === '-') turn(-1, middle);
          else if (event.key === '0') onReset();
          else return;
          event.preventDefault();
        }}
        onPointerDown={take}
        onPointerMove={move}
        onPointerUp={() => setDrag(undefined)}
        onPointerCancel={() => setDrag(undefined)}
        onPointerLeave={() => setPixel(undefined)}
        onDblClick={onReset}
      >
        <canvas
          ref={canvas}
          class={view === undefined ? 'fit' : 'zoomed'}
          width={plane.width}
          height={plane.height}
          style={view === undefined ? {} : placeOf(view, plane)}
          role="img"
          aria-label={label}
        />
      </div>
      <p class="readout mono" aria-hidden="true">
        {pixel === undefined || value === undefined
          ? 'Drag: window and level · Shift + drag: move · Ctrl + wheel: zoom · double click: reset'
          : `x ${pixel.column}  y ${pixel.row}  value ${valueText(value)}${unit === undefined ? '' : ` ${unit}`}`}
      </p>
    </>
  );
}

function placeOf({ scale, x, y }: View, { width, height }: Plane) {
  return {
    width: `${width * scale}px`,
    height: `${height * scale}px`,
    left: `calc(50% - ${x * scale}px)`,
    top: `calc(50% - ${y * scale}px)`,
  };
}

/** Whether the space bar is held down, as long as somebody points at the picture. */
function useSpaceBar(pointing: boolean): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!pointing) return;
    const press = (event: KeyboardEvent) => {
      if (event.key !== ' ') return;
      // Else the page scrolls, or a button that has the focus is pressed.
      event.preventDefault();
      setHeld(event.type === 'keydown');
    };
    window.addEventListener('keydown', press);
    window.addEventListener('keyup', press);
    return () => {
      window.removeEventListener('keydown', press);
      window.removeEventListener('keyup', press);
      setHeld(false);
    };
  }, [pointing]);
  return held;
}

function sizeOf(frame: HTMLElement | null) {
  return { width: frame?.clientWidth ?? 1, height: frame?.clientHeight ?? 1 };
}

function draw(canvas: HTMLCanvasElement | null, plane: Plane, shown: GreyWindow): void {
  const context = canvas?.getContext('2d');
  context?.putImageData(new ImageData(paintGrey(plane.values, shown), plane.width, plane.height), 0, 0);
}

/** By hand, because a listener that keeps the page from zooming must not be passive. */
function listenToWheel(frame: HTMLElement | null, onTurn: (direction: 1 | -1, at: Point) => void): () => void {
  const turn = (event: WheelEvent) => {
    if (!event.ctrlKey || frame === null) return;
    event.preventDefault();
    const { left, top, width, height } = frame.getBoundingClientRect();
    onTurn(event.deltaY < 0 ? 1 : -1, { x: event.clientX - left - width / 2, y: event.clientY - top - height / 2 });
  };
  frame?.addEventListener('wheel', turn, { passive: false });
  return () => frame?.removeEventListener('wheel', turn);
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
