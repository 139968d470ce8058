import type { ConeParameters } from '../manifest/cone-beam.js';

/** What of a scan was read. */
export interface SeenPart {
  /** mm along the axis, from the plane of the source to the middle of the volume. */
  readonly height: number;
}

/** A geometry for the bins that were read. */
export type SeenGeometry = ConeParameters & Partial<SeenPart>;
