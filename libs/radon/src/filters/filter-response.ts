import { filterAliases, type FilterAlias, type FilterName, type FilterWindow } from './filter-names.js';
import { frequencyResponse } from './frequency-response.js';
import { givenResponse, stretchedResponse } from './given-response.js';

/** What a plan says of a filter: a name, the response itself, or nothing, which is the ramp. */
export interface FilterChoice extends FilterWindow {
  readonly filter: FilterName | FilterAlias | readonly number[] | null;
}

/** Rows that are filtered. */
export interface FilteredRows {
  readonly detectors: number;
  /** Bins that the detector has itself. */
  readonly measured: number;
  readonly fftSize: number;
}

/** Response at f = k / fftSize for k = 0 ... fftSize / 2. Throws as `givenResponse` does. */
export function filterResponse({ filter: choice, ...window }: FilterChoice, rows: FilteredRows): Float32Array {
  const filter = choice ?? 'ramp';
  const { detectors, measured, fftSize } = rows;
  if (typeof filter === 'string') {
    return frequencyResponse(isAlias(filter) ? filterAliases[filter] : filter, fftSize, window);
  }
  // Rows are longer than the detector where the axis is not in its middle; nobody can know by how much beforehand.
  const isStretched = filter.length === measured && measured < detectors;
  return givenResponse(isStretched ? stretchedResponse(filter, detectors) : filter, rows);
}

function isAlias(filter: string): filter is FilterAlias {
  return Object.hasOwn(filterAliases, filter);
}
