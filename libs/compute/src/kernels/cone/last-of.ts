import { partOf, type FdkGeometry } from './cone-geometry.js';

/** Keeps what is made of the last geometry. */
export function lastOf<T>(make: (geometry: FdkGeometry) => T): (geometry: FdkGeometry) => T {
  let kept: { readonly geometry: FdkGeometry; readonly value: T } | undefined;
  return (geometry) => {
    if (kept === undefined || !isSame(kept.geometry, geometry)) kept = { geometry, value: make(geometry) };
    return kept.value;
  };
}

function isSame(a: FdkGeometry, b: FdkGeometry): boolean {
  const alike = (one: readonly number[], other: readonly number[]) => one.every((value, at) => value === other[at]);
  const parts = [a, b].map((one) => Object.values(partOf(one)));
  const samePart = alike(parts[0] ?? [], parts[1] ?? []);
  return a.views === b.views && alike(a.shape, b.shape) && alike(a.detector, b.detector) && samePart;
}
