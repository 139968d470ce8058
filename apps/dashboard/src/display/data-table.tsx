import type { ComponentChildren } from 'preact';
import { useNow } from './use-now.js';

/** A column: its title, and what stands below it for each entry. */
export interface Column<Item> {
  readonly title: string;
  /** `hidden` and `actions`: the title is only read out, as what is there needs none to be understood. */
  readonly kind?: 'number' | 'wide' | 'hidden' | 'actions';
  /** On narrow screens, where an entry is a card, the title stands before the cell. */
  readonly told?: boolean;
  /** @param now The present moment, in milliseconds, anew every second. */
  readonly cell: (item: Item, now: number) => ComponentChildren;
}

interface DataTableProps<Item> {
  /** What the table shows, for those who hear the page. */
  readonly label: string;
  readonly columns: readonly Column<Item>[];
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
}

/** A table in a frame that scrolls where it is too wide; on narrow screens each entry becomes a card. */
export function DataTable<Item>({ label, columns, items, keyOf }: DataTableProps<Item>) {
  const now = useNow();
  return (
    <div class="table-frame">
      <table class="list" aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.title} {...column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={keyOf(item)}>
              {columns.map(({ title, kind, told = false, cell }) => (
                <td
                  key={title}
                  class={kind === 'hidden' ? undefined : kind}
                  data-head={told ? title.toLowerCase() : undefined}
                >
                  {cell(item, now)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({ title, kind }: Pick<Column<never>, 'title' | 'kind'>) {
  if (kind !== 'hidden' && kind !== 'actions') return <th class={kind}>{title}</th>;
  return (
    <th>
      <span class="hidden">{title}</span>
    </th>
  );
}
