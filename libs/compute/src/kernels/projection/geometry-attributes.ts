import { RondelError } from '@rondel/contracts';
import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { checkGeometry, geometryLabel, type ParallelGeometry } from './parallel-geometry.js';

/** A geometry as attributes of a tfjs kernel; the angles stay the same array, to which tables belong. */
export function geometryAttributes(geometry: ParallelGeometry): NamedAttrMap {
  const { shape, angles, detectors, center } = geometry;
  return { rows: shape[0], columns: shape[1], angles, detectors, center };
}

/** The geometry in a kernel's attributes. Throws DATA_SHAPE_MISMATCH, or INTERNAL when they hold none. */
export function readGeometry(name: string, attributes: NamedAttrMap | undefined): ParallelGeometry {
  const { rows, columns, angles, detectors, center } = attributes ?? {};
  if (
    typeof rows !== 'number' ||
    typeof columns !== 'number' ||
    !(angles instanceof Float64Array) ||
    typeof detectors !== 'number' ||
    typeof center !== 'number'
  ) {
    throw new RondelError('INTERNAL', `${name}: the attributes hold no geometry; call it through its function`);
  }
  const geometry: ParallelGeometry = { shape: [rows, columns], angles, detectors, center };
  checkGeometry(geometryLabel(name, geometry), geometry);
  return geometry;
}
