import type { ComponentChildren } from 'preact';

export interface Column {
  readonly title: string;
  /** `hidden`: only read out, for what needs no title to be understood. */
  readonly kind?: 'number' | 'wide' | 'hidden';
}

interface DataTableProps {
  /** What the table shows, for those who hear the page. */
  readonly label: string;
  readonly columns: readonly Column[];
  /** On narrow screens each row becomes a card. */
  readonly asList?: boolean;
  /** Rows. */
  readonly children: ComponentChildren;
}

/** A table in a frame that scrolls where it is too wide. */
export function DataTable({ label, columns, asList = false, children }: DataTableProps) {
  return (
    <div class="table-frame">
      <table class={asList ? 'list' : undefined} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.title} {...column} />
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function Head({ title, kind }: Column) {
  if (kind !== 'hidden') return <th class={kind}>{title}</th>;
  return (
    <th>
      <span class="hidden">{title}</span>
    </th>
  );
}
