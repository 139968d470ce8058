import { RondelError, type JsonValue } from '@rondel/contracts';
import type { ValueQuestion } from '@rondel/jobs';
import { describeRemote, readRemoteValue, type ExecutableRegistry, type RemoteSource } from '@rondel/reco';

/** Longest text of a value that is handed out as it is. */
const mostBytes = 64 * 1024;

/**
 * What a `_remote` table stands for, or a short fact about it. Throws what the resolver throws, with the path, and
 * `QUOTA_EXCEEDED` for the numbers of a value of more than 10,000 elements or 64 KiB.
 */
export async function readValue(
  { path, table, transform }: ValueQuestion,
  places: { readonly registry: ExecutableRegistry; readonly source: RemoteSource },
): Promise<JsonValue> {
  const array = await readRemoteValue({ path, table }, places);
  const value = describeRemote(array, transform);
  if (transform !== undefined) return value;
  if (!array.data.every(Number.isFinite)) {
    throw new RondelError('PLAN_INVALID_VALUE', `${path} stands for numbers that are not all finite.`, { at: path });
  }
  const { length } = JSON.stringify(value);
  if (length <= mostBytes) return value;
  throw new RondelError(
    'QUOTA_EXCEEDED',
    `The value of ${path} takes ${length} characters, at most ${mostBytes} are handed out. Ask for its length, shape or hash.`,
    { at: path },
  );
}
