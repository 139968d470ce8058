import type { NpyHeader } from '@rondel/client';
import { isComplex, type ImagePart, type Result } from '@rondel/contracts';
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useRef, useState } from 'preact/hooks';
import { ErrorText } from '../display/error-text.js';
import { useServer } from '../server/server-context.js';
import { Downloads } from './downloads.js';
import { fetchHeader, fetchPlane, type Plane, type PlaneAddress } from './fetch-plane.js';
import type { GreyWindow } from './grey-window.js';
import { Histogram } from './histogram.js';
import { ImageFacts } from './image-facts.js';
import { imageExtents } from './image-extents.js';
import { PartChoice } from './part-choice.js';
import { planeName } from './plane-name.js';
import { usePlaneWindow } from './plane-window.js';
import { SliceCanvas } from './slice-canvas.js';
import { fitView, nextScale, zoomedAt, type View } from './view.js';
import { WindowControls } from './window-controls.js';

const keepPlaneMs = 60_000;

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
      {header.data !== undefined && <Planes id={id} header={header.data} unit={result.valueUnit} />}
      {header.error !== null && <ErrorText error={header.error} />}
      <ImageFacts result={result} />
    </>
  );
}

interface PlanesProps {
  readonly id: string;
  readonly header: NpyHeader;
  /** Of the values. */
  readonly unit: string | undefined;
}

function Planes({ id, header, unit }: PlanesProps) {
  const { colours, frames, slices } = imageExtents(header.shape);
  const [part, setPart] = useState<ImagePart>('magnitude');
  const [colour, setColour] = useState(0);
  const [frame, setFrame] = useState(0);
  const [slice, setSlice] = useState(Math.floor(slices / 2));
  const { data: plane, error } = usePlane({ id, header, part, colour, frame, slice });
  const { window, setWindow } = usePlaneWindow(plane);
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
        <Picture
          plane={plane}
          window={window}
          unit={unit}
          label={planeName({ slice, frame, colour: colours > 1 ? colour : undefined })}
          onWindow={setWindow}
          onReset={() => setWindow(undefined)}
        />
      )}
      {error !== null && <ErrorText error={error} />}
      <IndexSlider name="Slice" count={slices} value={slice} onChange={setSlice} />
      <IndexSlider name="Frame" count={frames} value={frame} onChange={setFrame} />
      <IndexSlider name="Colour" count={colours} value={colour} onChange={setColour} />
      {isComplex(header.dtype) && <PartChoice value={part} onChange={setPart} />}
      {window !== undefined && (
        <Downloads
          id={id}
          part={isComplex(header.dtype) ? part : undefined}
          plane={{ colour, frame, slice }}
          window={window}
        />
      )}
    </div>
  );
}

function usePlane(address: PlaneAddress) {
  const server = useServer();
  return useQuery({
    queryKey: ['plane', address.id, address.part, address.colour, address.frame, address.slice],
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
  readonly unit: string | undefined;
  readonly onWindow: (window: GreyWindow) => void;
  /** The window of the first plane again. */
  readonly onReset: () => void;
}

function Picture({ plane, window, label, unit, onWindow, onReset }: PictureProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<View | undefined>();
  const zoom = (choose: (scale: number) => number) => {
    const { clientWidth: width, clientHeight: height } = frame.current ?? { clientWidth: 1, clientHeight: 1 };
    const from = view ?? fitView(plane, { width, height });
    setView(zoomedAt(from, choose(from.scale), { x: 0, y: 0 }));
  };
  const reset = () => {
    setView(undefined);
    onReset();
  };
  return (
    <>
      <SliceCanvas {...{ plane, window, view, label, unit, frame, onWindow }} onView={setView} onReset={reset} />
      <Histogram plane={plane} window={window} />
      <div class="controls">
        <WindowControls plane={plane} window={window} onChange={onWindow} />
        <span class="spacer" />
        <div class="controls" role="group" aria-label="Zoom">
          <button type="button" class="small" aria-label="Zoom out" onClick={() => zoom((from) => nextScale(from, -1))}>
            −
          </button>
          <button
            type="button"
            class="small"
            aria-pressed={view === undefined}
            title="All of the image; the arrow keys move it when it has the focus"
            onClick={() => setView(undefined)}
          >
            Fit
          </button>
          <button type="button" class="small" aria-pressed={view?.scale === 1} onClick={() => zoom(() => 1)}>
            1:1
          </button>
          <button type="button" class="small" aria-label="Zoom in" onClick={() => zoom((from) => nextScale(from, 1))}>
            +
          </button>
        </div>
      </div>
    </>
  );
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
    <label class="slider" title="Counted from 1, as in plans. In the REST interface and in NumPy the first one is 0.">
      <span>{name}</span>
      <input
        type="range"
        min={1}
        max={count}
        value={value + 1}
        onInput={({ currentTarget }) => onChange(currentTarget.valueAsNumber - 1)}
      />
      <span class="number">
        {value + 1} of {count}
      </span>
    </label>
  );
}
