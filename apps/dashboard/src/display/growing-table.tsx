import type { ComponentChildren } from 'preact';
import { DataTable, type Column } from './data-table.js';
import { ErrorText } from './error-text.js';
import type { GrowingListState } from './use-growing-list.js';

interface GrowingTableProps<Item> {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly list: GrowingListState<Item>;
  readonly row: (item: Item) => ComponentChildren;
  /** Stands there when the list has no entry. */
  readonly empty: ComponentChildren;
}

/** A list page's table, with a button for more rows, or why there is none. */
export function GrowingTable<Item>({ label, columns, list, row, empty }: GrowingTableProps<Item>) {
  const { items, error, showMore } = list;
  return (
    <>
      {error !== null && items === undefined && <ErrorText error={error} />}
      {items?.length === 0 && <p class="empty">{empty}</p>}
      {items !== undefined && items.length > 0 && (
        <DataTable label={label} columns={columns} asList>
          {items.map(row)}
        </DataTable>
      )}
      {showMore !== undefined && (
        <button type="button" class="more" onClick={showMore}>
          Show more
        </button>
      )}
    </>
  );
}
