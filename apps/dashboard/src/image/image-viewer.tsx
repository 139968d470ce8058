import type { NpyHeader } from '@rondel/client';
import type { Result } from '@rondel/contracts';
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useCallback, useState } from 'preact/hooks';
import { ErrorText } from '../display/error-text.js';
import { useServer } from '../server/server-context.js';
import { Downloads } from './downloads.js';
import { fetchHeader, fetchPlane, type Plane, type PlaneAddress } from './fetch-plane.js';
import { autoWindow, type GreyWindow } from './grey-window.js';
import { Histogram } from './histogram.js';
import { ImageFacts } from './image-facts.js';
import { imageExtents } from './image-extents.js';
import { SliceCanvas, type Zoom } from './slice-canvas.js';
import { WindowControls } from './window-controls.js';

const keepPlaneMs = 60_000;
const zoomSteps: readonly number[] = [0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 16];

interface ImageViewerProps {
  readonly id: string;
  readonly result: Result;
}

/** The image of a job: only the plane that is looked at is fetched. */
export function ImageViewer({ id, result }: ImageViewerProps) {
  const server = useServer();
  const header = useQuery({
    queryKey: ['npy header', result.artifact],
    queryFn: ({ signal }) => fetchHeader(server, id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <>
      {header.data !== undefined && <Planes id={id} header={header.data} />}
      {header.error !== null && <ErrorText error={header.error} />}
      <ImageFacts result={result} />
    </>
  );
}

function Planes({ id, header }: { readonly id: string; readonly header: NpyHeader }) {
  const { frames, slices } = imageExtents(header.shape);
  const [frame, setFrame] = useState(0);
  const [slice, setSlice] = useState(Math.floor(slices / 2));
  const { data: plane, error } = usePlane({ id, header, frame, slice });
  const [chosen, setChosen] = useState<GreyWindow | undefined>();
  const [first, setFirst] = useState<GreyWindow | undefined>();
  // The first plane sets the window; another plane must not change how bright the same value looks.
  if (plane !== undefined && first === undefined) setFirst(autoWindow(plane.values));
  const window = chosen ?? first;
  return (
    <div
      class="viewer"
      role="group"
      aria-label="Image viewer"
      onKeyDown={(event) => {
        if (event.target instanceof HTMLInputElement) return;
        if (event.key === 'PageUp') setSlice(Math.min(slices - 1, slice + 1));
        else if (event.key === 'PageDown') setSlice(Math.max(0, slice - 1));
        else return;
        event.preventDefault();
      }}
    >
      {plane !== undefined && window !== undefined && (
        <Picture plane={plane} window={window} label={`Slice ${slice}, frame ${frame}`} onWindow={setChosen} />
      )}
      {error !== null && <ErrorText error={error} />}
      <IndexSlider name="Slice" count={slices} value={slice} onChange={setSlice} />
      <IndexSlider name="Frame" count={frames} value={frame} onChange={setFrame} />
      {window !== undefined && <Downloads id={id} plane={{ frame, slice }} window={window} />}
    </div>
  );
}

function usePlane(address: PlaneAddress) {
  const server = useServer();
  return useQuery({
    queryKey: ['plane', address.id, address.frame, address.slice],
    queryFn: ({ signal }) => fetchPlane(server, address, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: keepPlaneMs,
    placeholderData: keepPreviousData,
  });
}

interface PictureProps {
  readonly plane: Plane;
  readonly window: GreyWindow;
  readonly label: string;
  readonly onWindow: (window: GreyWindow) => void;
}

function Picture({ plane, window, label, onWindow }: PictureProps) {
  const [zoom, setZoom] = useState<Zoom>('fit');
  const turnZoom = useCallback((direction: 1 | -1) => setZoom((now) => nextZoom(now, direction)), []);
  return (
    <>
      <SliceCanvas plane={plane} window={window} zoom={zoom} label={label} onWindow={onWindow} onZoom={turnZoom} />
      <Histogram plane={plane} window={window} />
      <div class="controls">
        <WindowControls plane={plane} window={window} onChange={onWindow} />
        <span class="spacer" />
        <div class="controls" role="group" aria-label="Zoom">
          <button type="button" class="small" aria-label="Zoom out" onClick={() => turnZoom(-1)}>
            −
          </button>
          <button type="button" class="small" aria-pressed={zoom === 'fit'} onClick={() => setZoom('fit')}>
            Fit
          </button>
          <button type="button" class="small" aria-pressed={zoom === 1} onClick={() => setZoom(1)}>
            1:1
          </button>
          <button type="button" class="small" aria-label="Zoom in" onClick={() => turnZoom(1)}>
            +
          </button>
        </div>
      </div>
    </>
  );
}

function nextZoom(now: Zoom, direction: 1 | -1): number {
  const from = now === 'fit' ? 1 : now;
  const next = direction > 0 ? zoomSteps.find((step) => step > from) : zoomSteps.findLast((step) => step < from);
  return next ?? from;
}

interface IndexSliderProps {
  readonly name: string;
  readonly count: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function IndexSlider({ name, count, value, onChange }: IndexSliderProps) {
  if (count < 2) return null;
  return (
    <label class="slider">
      <span>{name}</span>
      <input
        type="range"
        min={0}
        max={count - 1}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.valueAsNumber)}
      />
      <span class="number">
        {value} / {count - 1}
      </span>
    </label>
  );
}
