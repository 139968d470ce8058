import type { Shape3D } from '../shape-3d.js';
import { impulseResponse, type SinogramFilter } from './impulse-response.js';
import { directFilterProgram, directFilterTables } from './direct-filter-program.js';
import { fitsWorkgroup, fourierFilterProgram, fourierFilterTables } from './fourier-filter-program.js';
import type { DeviceLimits, KernelProgram, ProgramTable } from '../../webgpu/program.js';

interface KeptTables {
  readonly filter: SinogramFilter;
  readonly detectors: number;
  readonly tables: readonly ProgramTable[];
}

function isFor({ filter, detectors }: KeptTables, wanted: SinogramFilter, wantedDetectors: number): boolean {
  return (
    detectors === wantedDetectors &&
    filter.fftSize === wanted.fftSize &&
    filter.response.every((value, k) => value === wanted.response[k])
  );
}

/**
 * The programs that filter rows on one device. The tables of the last filter are kept as long as the device is open:
 * their making takes longer than the filtering, and a step usually sees one detector.
 */
export function filterPrograms({ maxComputeWorkgroupStorageSize }: DeviceLimits) {
  let kept: KeptTables | undefined;
  return (shape: Shape3D, filter: SinogramFilter): KernelProgram => {
    const detectors = shape[2];
    const byTransform = fitsWorkgroup(detectors, maxComputeWorkgroupStorageSize);
    if (kept === undefined || !isFor(kept, filter, detectors)) {
      const impulse = impulseResponse(filter, detectors);
      const tables = byTransform ? fourierFilterTables(impulse) : directFilterTables(impulse);
      kept = { filter: { ...filter, response: filter.response.slice() }, detectors, tables };
    }
    return byTransform ? fourierFilterProgram(shape, kept.tables) : directFilterProgram(shape, kept.tables);
  };
}
