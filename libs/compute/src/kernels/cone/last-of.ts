import type { ConeGeometry } from './cone-geometry.js';

/** Keeps what is made of the last geometry. */
export function lastOf<T>(make: (geometry: ConeGeometry) => T): (geometry: ConeGeometry) => T {
  let kept: { readonly geometry: ConeGeometry; readonly value: T } | undefined;
  return (geometry) => {
    if (kept === undefined || !isSame(kept.geometry, geometry)) kept = { geometry, value: make(geometry) };
    return kept.value;
  };
}

function isSame(a: ConeGeometry, b: ConeGeometry): boolean {
  const alike = (one: readonly number[], other: readonly number[]) => one.every((value, at) => value === other[at]);
  return a.views === b.views && alike(a.shape, b.shape) && alike(a.detector, b.detector);
}
