import { RondelError, type JsonValue } from '@rondel/contracts';
import { formatError } from '../../file/data-errors.js';
import { readFact } from '../library/attributes.js';
import { refuseExternalLink } from '../library/links.js';
import { isDataset, type OpenedHdf5 } from '../library/opened-hdf5.js';

/** Whether the file itself has this dataset. Throws `DATA_FORBIDDEN` where the path leads into another file. */
export function hasDataset(file: OpenedHdf5, path: string): boolean {
  refuseExternalLink(file, path);
  return isDataset(file, path);
}

function factAt(file: OpenedHdf5, path: string): JsonValue | undefined {
  if (!hasDataset(file, path)) return undefined;
  const fact = readFact(file, path);
  if (fact !== undefined) return fact;
  throw formatError(file.label, `${path} is neither a finite number, nor text, nor a short list of either.`);
}

/** Text of a dataset; undefined where there is none. Throws `DATA_FORMAT` for anything else. */
export function textAt(file: OpenedHdf5, path: string): string | undefined {
  const fact = factAt(file, path);
  if (fact === undefined || typeof fact === 'string') return fact;
  throw formatError(file.label, `${path} must be text, is ${JSON.stringify(fact).slice(0, 60)}.`);
}

/** A number above 0; undefined where there is none. Throws `DATA_FORMAT`. */
export function numberAt(file: OpenedHdf5, path: string): number | undefined {
  const fact = factAt(file, path);
  if (fact === undefined) return undefined;
  if (typeof fact === 'number' && fact > 0) return fact;
  throw formatError(file.label, `${path} must be a number > 0, is ${JSON.stringify(fact).slice(0, 60)}.`);
}

/** An integer from 1 on; undefined where there is none. Throws `DATA_FORMAT`. */
export function countAt(file: OpenedHdf5, path: string): number | undefined {
  const count = numberAt(file, path);
  if (count === undefined || Number.isSafeInteger(count)) return count;
  throw formatError(file.label, `${path} must be an integer >= 1, is ${count}.`);
}

/** A flag, 0 or 1; false where the file says nothing. Throws `DATA_FORMAT`. */
export function flagAt(file: OpenedHdf5, path: string): boolean {
  const fact = factAt(file, path) ?? 0;
  if (fact === 0 || fact === false) return false;
  if (fact === 1 || fact === true) return true;
  throw formatError(file.label, `${path} must be 0 or 1, is ${JSON.stringify(fact).slice(0, 60)}.`);
}

/** Three finite numbers [x, y, z]; undefined where there are none. Throws `DATA_FORMAT`. */
export function threeAt(file: OpenedHdf5, path: string): [number, number, number] | undefined {
  const fact = factAt(file, path);
  if (fact === undefined) return undefined;
  const list: readonly unknown[] = Array.isArray(fact) ? fact : [fact];
  const [x, y, z] = list.filter((value) => typeof value === 'number');
  if (list.length === 3 && x !== undefined && y !== undefined && z !== undefined) return [x, y, z];
  throw formatError(file.label, `${path} must be three numbers, is ${JSON.stringify(fact).slice(0, 120)}.`);
}

/** `DATA_SHAPE_MISMATCH` about parts of a file that do not belong together. */
export function mismatch({ label }: Pick<OpenedHdf5, 'label'>, problem: string): RondelError {
  return new RondelError('DATA_SHAPE_MISMATCH', `${label}: ${problem}.`);
}
