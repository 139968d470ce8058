import type { ImagePart } from '@rondel/contracts';
import { useState } from 'preact/hooks';
import type { Plane } from './fetch-plane.js';
import { autoWindow, type GreyWindow } from './grey-window.js';

const phases: GreyWindow = { low: -Math.PI, high: Math.PI };

/**
 * The window of a plane, one for each part of complex values. The first plane sets it; another plane must not change how bright
 * the same value looks.
 */
export function usePlaneWindow(plane: Plane | undefined) {
  const [firsts, setFirsts] = useState<Partial<Record<ImagePart, GreyWindow>>>({});
  const [chosen, setChosen] = useState<Partial<Record<ImagePart, GreyWindow | undefined>>>({});
  if (plane === undefined) return { window: undefined, setWindow: () => undefined };
  const { part, values } = plane;
  const first = firsts[part] ?? (part === 'phase' ? phases : autoWindow(values));
  if (firsts[part] === undefined) setFirsts({ ...firsts, [part]: first });
  const setWindow = (window: GreyWindow | undefined) => setChosen({ ...chosen, [part]: window });
  return { window: chosen[part] ?? first, setWindow };
}
