import { autoWindow, fullWindow, type GreyWindow } from './grey-window.js';
import type { Plane } from './fetch-plane.js';

interface WindowControlsProps {
  readonly plane: Plane;
  readonly window: GreyWindow;
  readonly onChange: (window: GreyWindow) => void;
}

/** The window in numbers, for those who don't drag or want it exact. */
export function WindowControls({ plane, window, onChange }: WindowControlsProps) {
  const bound = (name: 'low' | 'high', label: string) => (
    <label>
      {label}
      <input
        type="text"
        inputMode="decimal"
        size={9}
        value={shortNumber(window[name])}
        onChange={({ currentTarget }) => {
          const next = { ...window, [name]: Number(currentTarget.value) };
          if (currentTarget.value.trim() !== '' && next.low < next.high) onChange(next);
          else currentTarget.value = shortNumber(window[name]);
        }}
      />
    </label>
  );
  return (
    <div class="controls" role="group" aria-label="Window">
      {bound('low', 'Black at')}
      {bound('high', 'White at')}
      <button type="button" class="small" onClick={() => onChange(autoWindow(plane.values))}>
        Auto
      </button>
      <button type="button" class="small" onClick={() => onChange(fullWindow(plane.values))}>
        Full range
      </button>
    </div>
  );
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}
