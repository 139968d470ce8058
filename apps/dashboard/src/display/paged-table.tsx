import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { DataTable, type Column } from './data-table.js';
import { ErrorText } from './error-text.js';
import type { PagedListState } from './use-paged-list.js';

interface PagedTableProps<Item> {
  readonly label: string;
  readonly columns: readonly Column<Item>[];
  readonly list: PagedListState<Item>;
  readonly keyOf: (item: Item) => string;
  /** Stands there when the list has no entry. */
  readonly empty: ComponentChildren;
  /** Goes to the page after an entry, the first one without. */
  readonly onPage: (after: string | undefined) => void;
}

/** One page of a list, with the way to the others, or why there is none. */
export function PagedTable<Item>({ label, columns, list, keyOf, empty, onPage }: PagedTableProps<Item>) {
  const { items, error, after, next } = list;
  return (
    <>
      {error !== null && items === undefined && <ErrorText error={error} />}
      {items?.length === 0 && <p class="empty">{after === undefined ? empty : 'There is nothing older.'}</p>}
      {items !== undefined && items.length > 0 && (
        <DataTable label={label} columns={columns} items={items} keyOf={keyOf} />
      )}
      {(after !== undefined || next !== undefined) && <Pages after={after} next={next} onPage={onPage} />}
    </>
  );
}

type PagesProps = Pick<PagedListState<never>, 'after' | 'next'> & Pick<PagedTableProps<never>, 'onPage'>;

function Pages({ after, next, onPage }: PagesProps) {
  // The pages that led here; a page that was opened by its address leads to the first one only.
  const [before, setBefore] = useState<readonly (string | undefined)[]>([]);
  const newer = before.at(-1);
  return (
    <nav class="controls more" aria-label="Pages of the list">
      <button
        type="button"
        disabled={after === undefined}
        onClick={() => {
          setBefore([]);
          onPage(undefined);
        }}
      >
        Newest
      </button>
      <button
        type="button"
        disabled={before.length === 0 || after === undefined}
        onClick={() => {
          setBefore(before.slice(0, -1));
          onPage(newer);
        }}
      >
        Newer
      </button>
      <button
        type="button"
        disabled={next === undefined}
        onClick={() => {
          setBefore([...before, after]);
          onPage(next);
        }}
      >
        Older
      </button>
    </nav>
  );
}
