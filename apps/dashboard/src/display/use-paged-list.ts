import { keepPreviousData, useQuery } from '@tanstack/preact-query';

interface ListSource<Item> {
  /** Names the list and what it is filtered by. */
  readonly queryKey: readonly unknown[];
  readonly fetchItems: (options: FetchOptions) => Promise<ListPart<Item>>;
  readonly refreshEveryMs: number;
  readonly pageLength: number;
  /** The last entry of the page before; absent on the first page. */
  readonly after: string | undefined;
}

interface FetchOptions {
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly signal: AbortSignal;
}

interface ListPart<Item> {
  readonly items: readonly Item[];
  /** There are more. */
  readonly cursor?: string | undefined;
}

export interface PagedListState<Item> {
  /** Nothing before the first answer. */
  readonly items: readonly Item[] | undefined;
  readonly error: Error | null;
  readonly after: string | undefined;
  /** Where the next page begins; absent on the last one. */
  readonly next: string | undefined;
}

/** One page of a list, kept fresh. */
export function usePagedList<Item>(source: ListSource<Item>): PagedListState<Item> {
  const { queryKey, fetchItems, refreshEveryMs, pageLength, after } = source;
  const { data, error } = useQuery({
    queryKey: [...queryKey, after],
    queryFn: ({ signal }) => fetchItems({ limit: pageLength, cursor: after, signal }),
    refetchInterval: refreshEveryMs,
    placeholderData: keepPreviousData,
  });
  return { items: data?.items, error, after, next: data?.cursor };
}
