import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';

interface ListSource<Item> {
  /** Names the list and what it is filtered by. */
  readonly queryKey: readonly unknown[];
  readonly fetchItems: (options: FetchOptions) => Promise<ListPart<Item>>;
  readonly refreshEveryMs: number;
  /** How many are shown at first, and added each time. */
  readonly pageLength: number;
  /** The most that the API lists in one answer. */
  readonly longestList: number;
}

interface FetchOptions {
  readonly limit: number;
  readonly signal: AbortSignal;
}

interface ListPart<Item> {
  readonly items: readonly Item[];
  /** There are more. */
  readonly cursor?: string | undefined;
}

export interface GrowingListState<Item> {
  /** Nothing before the first answer. */
  readonly items: readonly Item[] | undefined;
  readonly error: Error | null;
  /** Nothing when all are shown, or as many as can be. */
  readonly showMore: (() => void) | undefined;
}

/** The first entries of a list, kept fresh as a whole, and more of them when asked. */
export function useGrowingList<Item>(source: ListSource<Item>): GrowingListState<Item> {
  const { queryKey, fetchItems, refreshEveryMs, pageLength, longestList } = source;
  const [limit, setLimit] = useState(pageLength);
  const { data, error } = useQuery({
    queryKey: [...queryKey, limit],
    queryFn: ({ signal }) => fetchItems({ limit, signal }),
    refetchInterval: refreshEveryMs,
    placeholderData: keepPreviousData,
  });
  const canGrow = data?.cursor !== undefined && limit < longestList;
  const showMore = canGrow ? () => setLimit(Math.min(longestList, limit + pageLength)) : undefined;
  return { items: data?.items, error, showMore };
}
